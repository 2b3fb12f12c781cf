"""What becomes of a call in a test: servers that obey do it, and their games answer."""

from __future__ import annotations

from dataclasses import replace

from automaton.actions.backup import MakeBackup
from automaton.core import events as ev
from automaton.core.calls import Call, SendCommand, SetPower
from automaton.core.events import FieldValue, State
from automaton.core.outcome import Outcome
from automaton.ruletest.command_meaning import COUNTED, answer_events
from automaton.ruletest.fake_server import DONE, FakeServer
from automaton.ruletest.fake_wings import FakeWings

ANSWERED_AFTER = 1.0


def perform(wings: FakeWings, call: Call) -> Outcome:
    """The outcome; what the call brings about comes later. What goes to no server is done at once."""
    server = wings.servers.get(call.server)
    if server is None:
        return DONE
    if isinstance(call, MakeBackup):
        return _back_up(wings, server)
    if not server.obeys:
        return DONE  # as it looks from outside: taken, and nothing comes of it
    match call:
        case SetPower(signal=signal):
            return server.power(signal)
        case SendCommand(command=command) if server.state is State.RUNNING:
            for name in answer_events(wings.pack_of(server), command):
                _answer(wings, server, command, name)
    return DONE


def _back_up(wings: FakeWings, server: FakeServer) -> Outcome:
    """The Panel begins it, whether the server obeys or not, and names it by its turn: `backup-1`."""
    server.backups += 1
    uuid = f"backup-{server.backups}"
    if server.obeys:
        end: dict[str, FieldValue] = {"ok": True, "uuid": uuid}
        wings.later(ANSWERED_AFTER, lambda: wings.occurred(server, "backup.completed", end))
    return replace(DONE, ref=uuid)


def _answer(wings: FakeWings, server: FakeServer, command: str, name: str) -> None:
    """An answer is a line like any other, and what the pack reads in it."""

    def answered() -> None:
        wings.tell(server, ev.LinePrinted, text=f"(the answer to {command})")
        if name == COUNTED:
            wings.answer_players(server)
        else:
            wings.tell(server, ev.Occurred, name=name)

    wings.later(ANSWERED_AFTER, answered)
