"""What becomes of a call in a test: servers that obey do it, and their games answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from automaton.core import events as ev
from automaton.core.calls import Call, MakeBackup, SendCommand, SetPower
from automaton.core.events import FieldValue, State
from automaton.core.outcome import Outcome
from automaton.ruletest.fake_server import DONE, FakeServer
from automaton.ruletest.pack_commands import COUNTED, answer_events

if TYPE_CHECKING:
    from automaton.ruletest.harness import Harness

ANSWERED_AFTER = 1.0


def perform(stage: Harness, call: Call, machine: FakeServer | None) -> Outcome:
    """The outcome; what the call brings about comes later. What goes to no server is done at once."""
    if machine is None:
        return DONE
    if isinstance(call, MakeBackup):
        return _back_up(stage, machine)
    if not machine.obeys:
        return DONE
    match call:
        case SetPower(signal=signal):
            return machine.power(signal)
        case SendCommand(command=command) if machine.state is State.RUNNING:
            for name in answer_events(stage.pack(machine), command):
                _answer(stage, machine, command, name)
    return DONE


def _back_up(stage: Harness, machine: FakeServer) -> Outcome:
    """The Panel begins it, whether the server obeys or not, and names it by its turn: `backup-1`."""
    machine.backups += 1
    uuid = f"backup-{machine.backups}"
    if machine.obeys:
        end: dict[str, FieldValue] = {"ok": True, "uuid": uuid}
        stage.later(ANSWERED_AFTER, lambda: stage.occurred(machine, "backup.completed", end))
    return replace(DONE, ref=uuid)


def _answer(stage: Harness, machine: FakeServer, command: str, name: str) -> None:
    """An answer is a line like any other, and what the pack reads in it."""

    def answered() -> None:
        stage.tell(machine, ev.LinePrinted, text=f"(the answer to {command})")
        if name == COUNTED:
            stage.count_players(machine)
        else:
            stage.tell(machine, ev.Occurred, name=name)

    stage.later(ANSWERED_AFTER, answered)
