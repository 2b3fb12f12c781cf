"""What becomes of a call in a test: servers that obey do it, and their games answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from automaton.actions.backup import MakeBackup
from automaton.core import events as ev
from automaton.core.calls import Call, SendCommand, SetPower
from automaton.core.events import FieldValue, State
from automaton.core.outcome import Outcome
from automaton.workbench.testing.console import COUNTED, answers
from automaton.workbench.testing.machine import DONE, Machine

if TYPE_CHECKING:
    from automaton.workbench.testing.stage import Stage

ANSWERED_AFTER = 1.0


def perform(stage: Stage, call: Call, machine: Machine | None) -> Outcome:
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
            for name in answers(stage.pack(machine), command):
                _answer(stage, machine, command, name)
    return DONE


def _back_up(stage: Stage, machine: Machine) -> Outcome:
    """The Panel begins it, whether the server obeys or not, and names it by its turn: `backup-1`."""
    machine.backups += 1
    uuid = f"backup-{machine.backups}"
    if machine.obeys:
        end: dict[str, FieldValue] = {"ok": True, "uuid": uuid}
        stage.later(ANSWERED_AFTER, lambda: stage.occurred(machine, "backup.completed", end))
    return replace(DONE, ref=uuid)


def _answer(stage: Stage, machine: Machine, command: str, name: str) -> None:
    """An answer is a line like any other, and what the pack reads in it."""

    def answered() -> None:
        stage.tell(machine, ev.LinePrinted, text=f"(the answer to {command})")
        if name == COUNTED:
            stage.count_players(machine)
        else:
            stage.tell(machine, ev.Occurred, name=name)

    stage.later(ANSWERED_AFTER, answered)
