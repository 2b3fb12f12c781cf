"""An event in words, for people who ask what a rule decided on. Strangers' text stands in it as it came."""

from __future__ import annotations

from automaton.core import events as ev
from automaton.core.events import Event, FieldValue, Source
from automaton.core.outcome import Result

LONGEST = 300  # characters


def what_happened(event: Event) -> str:
    """`line: Steve joined the game`; "" for what happens all the time, such as a reading."""
    return _told(event)[:LONGEST]


def _told(event: Event) -> str:
    match event:
        case ev.LinePrinted(text=text, source=source):
            return f"line: {text}" if source is Source.GAME else f"{source.value} line: {text}"
        case ev.Occurred(name=name, fields=fields):
            return " ".join((f"event: {name}", *(f"{key}={_shown(value)}" for key, value in fields.items())))
        case ev.StateChanged(state=state):
            return f"state: {state.value}"
        case ev.StateReported(state=state):
            return f"state, as it was found: {state.value}"
        case ev.LinkUp():
            return "the link came up"
        case ev.LinkLost(reason=reason):
            return f"the link was lost: {reason}" if reason else "the link was lost"
        case ev.PanelLost(detail=detail):
            return f"the Panel does not answer: {detail}" if detail else "the Panel does not answer"
        case ev.PanelBack():
            return "the Panel answers again"
        case ev.StartFailed():
            return "a start failed, and Wings handles that as a crash"
        case ev.DaemonError(detail=detail):
            return f"Wings reports an error: {detail}"
        case ev.HookCalled(name=name):
            return f"hook: {name}"
        case ev.CallEnded(outcome=outcome) if outcome.result is not Result.DONE:
            return f"an answer: {outcome.result.value}: {outcome.detail}"
    return _of_a_person(event)


def _of_a_person(event: Event) -> str:
    match event:
        case ev.Acknowledged(by=by):
            return f"acknowledged by {by}" if by else "somebody acknowledged"
        case ev.SilenceBegan():
            return "a silence began"
        case ev.SilenceEnded():
            return "a silence was ended"
        case ev.HoldBegan():
            return "every action was put on hold"
        case ev.HoldEnded():
            return "the hold was released"
        case ev.DrillBegan():
            return "somebody began a drill"
        case ev.JournalLost(reason=reason):
            return f"the journal cannot be written: {reason}"
        case ev.JournalBack():
            return "the journal can be written again"
        case ev.BreakerReset():
            return "somebody reset the breaker"
        case ev.RuleArmed(arm=arm):
            return f"the rule was set to `{arm}`" if arm is not None else "the rule was set as its file says"
        case ev.ServerListed():
            return "the server was listed"
        case ev.ServerGone(reason=reason):
            return f"the server is gone: {reason}"
    return ""


def _shown(value: FieldValue) -> str:
    """As a rule would write it."""
    if value is None:
        return "unknown"
    return str(value).lower() if isinstance(value, bool) else str(value)
