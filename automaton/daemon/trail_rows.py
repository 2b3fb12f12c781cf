"""Rows of the audit trail: decisions with their calls, what became of these, and what people did."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from automaton.core import events as ev
from automaton.core.calls import Call
from automaton.core.decision import Asked, Decision
from automaton.core.events import Event
from automaton.core.key import By, Key
from automaton.core.notices.reports import OF_ALL
from automaton.core.outcome import Outcome
from automaton.core.rules.drill_mark import DRILL
from automaton.daemon.services.event_text import what_happened
from automaton.daemon.turn_journal import encode, is_told
from automaton.delivery.notification import is_drill
from automaton.delivery.report import DeliveryReport
from automaton.journal.entry import TrailRow
from automaton.pace.clock import Clock

LONGEST_TEXT = 4_000
"""Characters of a message or a cause in the trail: what a chat takes of it."""

MOST_REFS = 200  # incidents of one message that have rows: a whole node that is lost at once
OF_A_PERSON = (
    ev.Acknowledged, ev.BreakerReset, ev.SilenceBegan, ev.SilenceEnded, ev.HoldBegan, ev.HoldEnded,
    ev.DrillBegan, ev.RuleArmed,
)  # fmt: skip


class TrailRows:
    """`cause_of` says what happened at a decision's moment, in words; `seen_of` what its rule saw then."""

    def __init__(
        self,
        clock: Clock,
        cause_of: Callable[[Decision], str],
        seen_of: Callable[[Decision], Mapping[str, object]] = lambda _decision: {},
    ) -> None:
        self._clock = clock
        self._cause_of = cause_of
        self._seen_of = seen_of

    def of_decision(self, decision: Decision) -> TrailRow | None:
        """Its row; None for a detail without a call, of which there are too many."""
        if not is_told(decision) and not decision.calls and not decision.held:
            return None
        body: dict[str, object] = {}
        if cause := self._cause_of(decision):
            body["cause"] = cause
        body |= self._seen_of(decision)
        if decision.calls:
            body["calls"] = [{"number": one.number, **call_body(one.call)} for one in decision.calls]
        if decision.held:
            body["held"] = [call_body(one) for one in decision.held]
        return TrailRow(
            decision.at.wall, "call" if decision.calls else "decision", decision.rule, decision.key,
            server_of(decision.key), decision.verdict.value, decision.detail, _text(body),
        )  # fmt: skip

    def of_event(self, event: Event) -> TrailRow | None:
        """The row of what a person did; None for everything else."""
        if not isinstance(event, OF_A_PERSON):
            return None
        rule, key = getattr(event, "rule", ""), getattr(event, "key", "")
        body = {name: getattr(event, name) for name in _NAMED if getattr(event, name, "")}
        return TrailRow(
            event.at.wall, "operator", rule, key, server_of(key), "", what_happened(event), _text(body)
        )

    def of_outcome(self, asked: Asked, outcome: Outcome) -> TrailRow:
        """What became of a call."""
        call = asked.call
        body = {"number": asked.number, "way": outcome.way, **call_body(call)}
        return TrailRow(
            self._clock.now().wall, "outcome", asked.rule, call.server, call.server, outcome.result.value,
            outcome.detail, _text(body),
        )  # fmt: skip

    def of_hand(self, server: str, deed: str, outcome: Outcome, by: str, what: Mapping[str, str]) -> TrailRow:
        """What a person did to a server past all rules, as `typed`: what exactly, and what became of it."""
        body = {"by": by, "way": outcome.way, **{name: text[:LONGEST_TEXT] for name, text in what.items()}}
        said = " ".join((deed, *(f"`{text[:LONGEST_TEXT]}`" for text in what.values())))
        detail = f"{said}: {outcome.detail}" if outcome.detail else said
        return TrailRow(
            self._clock.now().wall, "operator", "", server, server, outcome.result.value, detail,
            _text({name: text for name, text in body.items() if text}),
        )  # fmt: skip

    def of_delivery(self, report: DeliveryReport) -> list[TrailRow]:
        """What became of a message at one target: a row for each rule and key that it was about."""
        about: dict[tuple[str, str], list[str]] = {}
        for ref in report.refs[:MOST_REFS] or ("",):
            about.setdefault(subject_of(ref), []).append(ref)
        more: dict[str, object] = {"title": report.title} if report.title else {}
        if len(report.refs) > MOST_REFS:
            more["incidents"] = len(report.refs)
        return [
            TrailRow(
                report.at, "message", rule, key, server_of(key), report.fate.value, report.detail,
                _text({"target": report.target, "id": report.id, "refs": refs, **more}),
            )
            for (rule, key), refs in about.items()
        ]  # fmt: skip


_NAMED = ("by", "reason", "note", "id", "rules", "servers", "until", "for_real", "arm")


def call_body(call: Call) -> dict[str, object]:
    """A call as the trail has it: its verb, what is asked, and the words that it carries."""
    body: dict[str, object] = {"verb": call.verb, **call.fields()}
    if words := call.words():
        body["text"] = words[:LONGEST_TEXT]
    return body


def subject_of(ref: str) -> tuple[str, str]:
    """The rule, that of a drill with its mark, and the key of a `SendMessage.ref`; "" where it has none."""
    if ref == OF_ALL:
        return "", Key(By.FLEET).text
    mark = DRILL if is_drill(ref) else ""
    rule, _, rest = ref.removeprefix(mark).partition("/")
    return mark + rule, rest.partition("/")[0]


def server_of(key: str) -> str:
    """The uuid of a key's server; "" for a node or the fleet."""
    read = Key.read(key)
    return read.of if read.by is By.SERVER else ""


def _text(body: Mapping[str, object]) -> str:
    return encode(body).decode() if body else ""
