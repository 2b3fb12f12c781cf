"""What `automaton status` shows."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from automaton.web.routes.breakers import BreakerRow
from automaton.web.routes.incidents import IncidentRow
from automaton.web.routes.status import DecisionRow, ParkedRow, Status
from automaton.workbench.servers import servers
from automaton.workbench.status import reload, status, status_lines

WELL = Status(
    summary="2/2 servers, 1 rule, 0 incidents", version="0.1.0", uptime=3_700, arm="shadow", rules=1,
    links={"live": 2, "parked": 0},
)  # fmt: skip
ILL = Status(
    summary="1/2 servers, 1 rule, 1 incident, 1 parked",
    version="0.1.0",
    uptime=3_700,
    arm="live",
    rules=1,
    links={"live": 1, "parked": 1},
    troubles=["1 link waits for a person"],
    parked=[ParkedRow(server="a", name="lobby\x1b[2J", cause="origin_refused", reason="set `origin`")],
    breakers=[
        BreakerRow(rule="up", key="b", name="rust", age=65, left=600),
        BreakerRow(rule="up", key="a", name="lobby\x1b[2J", age=5),
    ],
    incidents=[IncidentRow(rule="down", server="b", name="rust", severity="warning", open_for=65)],
    decisions=[
        DecisionRow(rule="down", server="b", name="rust", verdict="fired", sentence="it fired", age=65)
    ],
)


def test_a_file_that_is_not_there_is_a_mistake_and_asks_no_daemon(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = tmp_path / "lost.yml"

    assert [status(lost, as_json=False), servers(lost, [], as_json=False), reload(lost)] == [78, 78, 78]
    assert capsys.readouterr() == ("", f"{lost}:1:1: error: there is no such file\n" * 3)


def test_a_daemon_that_does_not_answer_is_asked_again_later(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "automaton.yml"
    config.write_text("listen: {socket: here.sock}\n")
    with socket.socket(socket.AF_UNIX) as ending, ThreadPoolExecutor() as threads:
        ending.bind(str(tmp_path / "here.sock"))
        ending.listen()
        hangs_up = threads.submit(hang_up, ending, times=9)
        codes = [status(config, as_json=False), servers(config, [], as_json=False), reload(config)]
        hangs_up.result()

    assert codes == [75, 75, 75]
    assert capsys.readouterr().err.count("does not answer") == 3


def hang_up(listener: socket.socket, *, times: int) -> None:
    """Takes the probes and the requests, and answers none: three of them for each command."""
    for _ in range(times):
        caller, _ = listener.accept()
        with caller:
            caller.recv(4096)


def test_a_daemon_that_is_well_is_told_in_three_lines() -> None:
    assert list(status_lines(WELL, colours=False)) == [
        "ok: 2/2 servers, 1 rule, 0 incidents",
        "version 0.1.0, up for 1h 1m, arm: shadow",
        "links: 2 live",
    ]


def test_what_is_not_well_is_told_with_its_reasons() -> None:
    """A server's name is a user's text: it moves no terminal."""
    assert list(status_lines(ILL, colours=False)) == [
        "degraded: 1/2 servers, 1 rule, 1 incident, 1 parked",
        "version 0.1.0, up for 1h 1m, arm: live",
        "links: 1 live, 1 parked",
        "trouble: 1 link waits for a person",
        "parked, for you to act:",
        "  lobby (origin_refused): set `origin`",
        "off for too many runs, by their `breaker`:",
        "  up rust, tripped 1m 5s ago, resets in 10m",
        "  up lobby, tripped 5s ago, resets by `automaton breaker reset`",
        "open incidents:",
        "  down rust (warning), open for 1m 5s",
        "last decisions:",
        "  1m 5s ago  down  rust  fired  it fired",
    ]


def test_colours_are_only_where_they_are_wanted() -> None:
    assert next(status_lines(WELL, colours=True)).startswith("\x1b[32mok\x1b[0m: ")
