"""What becomes of a call in a test: servers that obey do it, and their games answer."""

from __future__ import annotations

from dataclasses import replace

from automaton.actions.backup import MakeBackup, RotateBackups
from automaton.actions.files import ChangeFiles
from automaton.actions.reinstall import ReinstallServer
from automaton.actions.startup import SetStartup
from automaton.core import events as ev
from automaton.core.calls import Call, QueryGame, SendCommand, SetPower
from automaton.core.events import FieldValue, State
from automaton.core.outcome import Outcome, Result
from automaton.ruletest.command_meaning import COUNTED, answer_events
from automaton.ruletest.fake_daemon import ANSWERED_AFTER
from automaton.ruletest.fake_server import DONE, FakeServer
from automaton.ruletest.fake_wings import FakeWings
from automaton.ruletest.feed_query import NO_ANSWER

NO_PANEL = Outcome(Result.FAILED, "the Panel cannot be reached")
UNHEARD = Outcome(Result.UNKNOWN, "the Panel did not answer")


def perform(wings: FakeWings, call: Call) -> Outcome:
    """The outcome; what the call brings about comes later.

    What goes to no server, and is not fed otherwise, is done at once.
    """
    fed, server = wings.outside.answer(call), wings.servers.get(call.server)
    if fed is not None:
        return fed
    if server is None:
        return DONE
    if isinstance(call, MakeBackup):
        return _back_up(wings, server)
    if isinstance(call, RotateBackups):
        return replace(DONE, ref=" ".join(call.made[-call.keep :]))
    if isinstance(call, ChangeFiles | SetStartup | ReinstallServer) and not server.has_panel:
        return NO_PANEL
    if isinstance(call, ChangeFiles | SetStartup):
        return DONE if server.obeys else UNHEARD
    if isinstance(call, QueryGame):
        return server.query if server.state is State.RUNNING else NO_ANSWER
    if not server.obeys:
        return DONE  # as it looks from outside: taken, and nothing comes of it
    match call:
        case SetPower(signal=signal):
            return server.power(signal)
        case ReinstallServer():
            return _install(wings, server)
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


def _install(wings: FakeWings, server: FakeServer) -> Outcome:
    """Wings stops what runs, and then installs."""
    server.enter(State.OFFLINE)
    wings.occurred(server, "install.started", {})
    wings.later(ANSWERED_AFTER, lambda: wings.occurred(server, "install.completed", {}))
    return DONE


def _answer(wings: FakeWings, server: FakeServer, command: str, name: str) -> None:
    """An answer is a line like any other, and what the pack reads in it."""

    def answered() -> None:
        wings.tell(server, ev.LinePrinted, text=f"(the answer to {command})")
        if name == COUNTED:
            wings.answer_players(server)
        else:
            wings.tell(server, ev.Occurred, name=name)

    wings.later(ANSWERED_AFTER, answered)
