"""A running daemon is found by its socket, asked, and heard; what is in the way is told."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from anyio import to_thread
from anyio.from_thread import start_blocking_portal

from automaton.core.calls import Signal
from automaton.core.outcome import Outcome, Result
from automaton.errors import Refused, Unreachable
from automaton.web.action_result import ActionResult
from automaton.web.control_api import ControlApi
from automaton.web.listener import listening, serve
from automaton.web.routes.console import ConsoleRecord
from automaton.web.routes.reload import Reloaded
from automaton.web.routes.servers import ServerList, ServerRow
from automaton.web.routes.status import Status
from automaton.workbench.daemon_client import ACTED_WITHIN, READ_WITHIN, DaemonClient, find_daemon, is_trusted
from tests.workbench.desk import hand_routes

LOBBY = ServerRow(uuid="a", id="a", name="lobby")
GONE = ServerRow(uuid="b", id="b", name="gone")


class Hand:
    """A daemon that watches `lobby`."""

    async def status(self) -> Status:
        return Status(summary="", version="1", uptime=0.0, arm="live", rules=0, links={})

    async def servers(self) -> ServerList:
        return ServerList([LOBBY])

    async def servers_with_facts(self) -> ServerList:
        return await self.servers()

    def knows(self, server: str) -> bool:
        return server == LOBBY.uuid

    async def reload(self, who: str) -> Reloaded:
        return Reloaded(True)

    async def command(self, server: str, text: str, who: str) -> Outcome:
        return Outcome(Result.DONE, text, "panel")

    async def power(self, server: str, signal: Signal, who: str) -> Outcome:
        return Outcome(Result.UNKNOWN, signal.value, "panel")

    async def console(self, server: str, *, follow: bool) -> AsyncIterator[ConsoleRecord]:
        yield ConsoleRecord(line="one")
        yield ConsoleRecord(end="over", failed=follow)


@contextmanager
def running(path: Path) -> Iterator[None]:
    """A daemon that listens there."""
    with start_blocking_portal() as portal, listening(path) as listener:
        serving = portal.start_task_soon(serve, ControlApi(hand_routes(Hand())).app, listener)
        try:
            yield
        finally:
            serving.cancel()


def configured(folder: Path, text: str = "state: state\n") -> Path:
    path = folder / "automaton.yml"
    path.write_text(text)
    return path


def test_a_daemon_is_asked_over_its_socket(tmp_path: Path) -> None:
    config = configured(tmp_path)
    with running(tmp_path / "state" / "control.sock"):
        daemon = find_daemon(config, {})
        assert daemon is not None
        heard: list[ConsoleRecord] = []
        daemon.console(LOBBY, follow=True, take=heard.append)

        assert (daemon.servers(), daemon.status().arm, daemon.reload().taken) == ([LOBBY], "live", True)
        assert daemon.command(LOBBY, "say hi") == ActionResult("done", "say hi", "panel")
        assert daemon.power(LOBBY, Signal.KILL) == ActionResult("unknown", "kill", "panel")
        assert heard == [ConsoleRecord(line="one"), ConsoleRecord(end="over", failed=True)]
        daemon.close()


def test_what_the_daemon_does_not_take_is_refused_in_its_words(tmp_path: Path) -> None:
    config = configured(tmp_path, "listen: {socket: here.sock}\n")
    with running(tmp_path / "here.sock"):
        daemon = find_daemon(config, {})
        assert daemon is not None
        for ask in (
            lambda: daemon.command(GONE, "list"),
            lambda: daemon.console(GONE, follow=False, take=lambda _: None),
        ):
            with pytest.raises(Refused, match="no server with this uuid is watched"):
                ask()
        daemon.close()


def test_where_nobody_answers_no_daemon_runs(tmp_path: Path) -> None:
    config = configured(tmp_path)
    (tmp_path / "state").mkdir()
    assert find_daemon(config, {}) is None

    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "state" / "control.sock"))
    assert find_daemon(config, {}) is None


def test_a_reading_does_not_wait_long_for_a_daemon_that_hangs(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as hanging:
        hanging.bind(str(tmp_path / "control.sock"))
        hanging.listen()
        daemon = DaemonClient(tmp_path / "control.sock", read_within=0.01)
        for read in (daemon.status, daemon.servers):
            with pytest.raises(Unreachable, match="does not answer"):
                read()
        daemon.close()

    assert READ_WITHIN < 15 < ACTED_WITHIN


def test_what_was_asked_of_a_daemon_that_then_ends_is_unknown(tmp_path: Path) -> None:
    """Told as "try again", a command would be typed twice."""
    with socket.socket(socket.AF_UNIX) as ending:
        ending.bind(str(tmp_path / "control.sock"))
        ending.listen()
        daemon = DaemonClient(tmp_path / "control.sock")
        with start_blocking_portal() as portal:
            hangs_up = portal.start_task_soon(to_thread.run_sync, hang_up, ending)
            answer = daemon.command(LOBBY, "list")
            hangs_up.result()
        daemon.close()

    assert (answer.result, "does not answer" in answer.detail) == ("unknown", True)


def hang_up(listener: socket.socket) -> None:
    """Takes the probe and the request, and answers neither."""
    for _ in range(2):
        caller, _ = listener.accept()
        with caller:
            caller.recv(4096)


@pytest.mark.parametrize(
    ("owner", "folder", "us", "trusted"),
    [(0, 7, 5, True), (5, 7, 5, True), (7, 7, 5, True), (9, 7, 5, False), (9, 0, 0, False)],
)
def test_a_socket_is_root_s_ours_or_its_folder_s_owner_s(
    owner: int, folder: int, us: int, trusted: bool
) -> None:
    assert is_trusted(owner, folder, us) is trusted


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_stranger_s_socket_is_not_asked(tmp_path: Path) -> None:
    config = configured(tmp_path)
    place = tmp_path / "state" / "control.sock"
    with running(place):
        os.chown(place, 65_534, 65_534)
        with pytest.raises(Refused, match="belongs to user 65534"):
            find_daemon(config, {})


def test_a_daemon_that_has_ended_is_unreachable(tmp_path: Path) -> None:
    daemon = DaemonClient(tmp_path / "control.sock")
    with pytest.raises(Unreachable, match="has ended"):
        daemon.status()
    daemon.close()
