"""Typing lines at a console, each after the outcome of the one before: what `send` and `say` share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from automaton.core.calls import SendCommand
from automaton.core.console.command import CommandRefused
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.outcome import Result
from automaton.core.rules.action import Ask, EndRun, Memo, Next, Progress
from automaton.core.rules.scene import StepScene

LEFT = "left"  # commands have no line breaks, so a list of them is one text


Failed = Callable[[str, Verdict], Progress]
"""What follows a failure, by its reason and the verdict with which the run would end."""


def ends_run(reason: str, verdict: Verdict) -> EndRun:
    """The end of the run, for a step without an `else`."""
    return EndRun(verdict, reason)


def type_lines(
    scene: StepScene, memo: Memo | None, fill: Callable[[], Sequence[str]], failed: Failed = ends_run
) -> Progress:
    """The next of the lines that `fill` returns.

    All are filled before the first is typed: one that is refused must not leave half of them typed.
    """
    if memo is None:
        if reason := why_not(scene):
            return Next(Verdict.NOT_POSSIBLE, reason)
        try:
            commands = list(fill())
        except CommandRefused as refusal:
            return failed(str(refusal), Verdict.REFUSED)
        return type_next(scene, commands)
    outcome, left = scene.outcome, still_to_type(memo)
    if outcome is not None and outcome.is_in_vain:
        return failed(outcome.detail, Verdict.FAILED)
    if left:
        return type_next(scene, left)
    if outcome is not None and outcome.result is Result.UNKNOWN:
        return Next(Verdict.UNCERTAIN, outcome.detail)
    return Next()


def type_next(scene: StepScene, commands: Sequence[str]) -> Ask:
    """Asks for the first of these commands, and keeps the others in the memo."""
    call = SendCommand(server=scene.facts.profile.uuid, command=commands[0])
    return Ask(call, {LEFT: "\n".join(commands[1:])})


def still_to_type(memo: Memo) -> list[str]:
    """The commands that a memo of `type_next` still holds."""
    return [line for line in str(memo[LEFT]).split("\n") if line]


def why_not(scene: StepScene) -> str | None:
    """Why nothing can be typed here now, None if it can."""
    if not scene.pack.console:
        return "this game takes no commands"
    if scene.state is not State.RUNNING:
        return f"the server is {scene.state.value if scene.state else 'not known to be running'}"
    return None
