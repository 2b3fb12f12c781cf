"""Every event of Wings, in our words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automaton.core.events import (
    Event,
    LinePrinted,
    Occurred,
    Overflow,
    Source,
    State,
    StateReported,
    StatsReported,
)
from automaton.wings.causes import Cause
from automaton.wings.session_output import Ended
from tests.wings.talk import DENIED, LOBBY, SEND_STATS, Talk, at, events, kinds

ESC = "\x1b"


def daemon(text: str) -> str:
    return f"{ESC}[33m{ESC}[1m[Pterodactyl Daemon]:{ESC}[39m {text}{ESC}[0m"


def line(text: str, source: Source = Source.GAME) -> LinePrinted:
    return LinePrinted(server=LOBBY, at=at(0), text=text, source=source)


def occurred(name: str, **fields: str | bool | int | None) -> Occurred:
    return Occurred(server=LOBBY, at=at(0), name=name, fields=fields)


@pytest.mark.parametrize(
    ("event", "arg", "expected"),
    [
        ("console output", "Done (1.234s)!", [line("Done (1.234s)!")]),
        ("console output", f"{ESC}[32m[boot]{ESC}[0m level", [line("[boot] level")]),
        ("console output", "one\rtwo", [line("one"), line("two", Source.CONTINUATION)]),
        ("console output", "> \r\nEve joined", [line("Eve joined")]),
        ("console output", "", []),
        (
            "console output",
            daemon("Finished pulling Docker container image"),
            [line("[Pterodactyl Daemon]: Finished pulling Docker container image", Source.DAEMON)],
        ),
        (
            "console output",
            daemon("Server is exceeding the assigned disk space limit, stopping process now."),
            [
                line(
                    "[Pterodactyl Daemon]: Server is exceeding the assigned disk space limit, stopping "
                    "process now.",
                    Source.DAEMON,
                ),
                occurred("disk.exceeded"),
            ],
        ),
        (
            "console output",
            daemon("Server is outputting console data too quickly -- throttling..."),
            [
                line(
                    "[Pterodactyl Daemon]: Server is outputting console data too quickly -- throttling...",
                    Source.DAEMON,
                ),
                occurred("console.throttled"),
            ],
        ),
        ("daemon message", "(restoring): file.txt", [line("(restoring): file.txt", Source.DAEMON)]),
        ("install started", "", [occurred("install.started")]),
        ("install output", f"{ESC}[31mred{ESC}[0m line", [line("red line", Source.INSTALL)]),
        ("install completed", "", [occurred("install.completed")]),
        (
            "backup completed",
            '{"is_successful":true,"uuid":"1"}',
            [occurred("backup.completed", ok=True, uuid="1")],
        ),
        ("backup completed", '{"is_successful":false}', [occurred("backup.completed", ok=False, uuid=None)]),
        ("backup completed", "garbage", [occurred("backup.completed", ok=None, uuid=None)]),
        ("backup restore completed", "", [occurred("backup.restored")]),
        ("transfer status", "pending", [occurred("transfer", status="pending")]),
        ("transfer status", "bad\nword", [occurred("transfer", status=None)]),
        ("transfer logs", f"{ESC}[0;39m[Transfer System]: x", [line("[Transfer System]: x", Source.DAEMON)]),
        (
            "stats",
            '{"memory_bytes":1,"cpu_absolute":2.5,"uptime":3000,"state":"running"}',
            [
                StatsReported(
                    server=LOBBY,
                    at=at(0),
                    memory=1,
                    memory_limit=0,
                    cpu_pct=2.5,
                    disk=0,
                    rx=0,
                    tx=0,
                    uptime=3.0,
                )
            ],
        ),
        ("stats", '{"memory_bytes":-1,"cpu_absolute":2.5}', []),
        ("status", "paused", []),
    ],
)
def test_an_event_of_wings_becomes_ours(event: str, arg: str, expected: list[Event]) -> None:
    talk = Talk()
    talk.connects("running")

    assert talk.hears(event, arg) == expected


def test_an_event_with_thirty_thousand_new_lines_costs_two_hundred_lines_and_says_so() -> None:
    talk = Talk()
    talk.connects()

    answers = talk.hears("console output", "x\n" * 30_000)

    assert len(answers) == 201
    assert isinstance(answers[-1], Overflow)
    assert answers[-1].lines >= 29_800


def test_a_line_of_64_kib_is_cut_and_counted() -> None:
    talk = Talk()
    talk.connects()

    (printed,) = talk.hears("console output", "x" * 65_536)

    assert isinstance(printed, LinePrinted)
    assert len(printed.text) == 4096
    assert talk.session.counts["lines_cut"] == 1


# Healing


def test_one_reading_that_disagrees_changes_nothing_for_stats_lag() -> None:
    talk = Talk()
    talk.connects("running")

    assert kinds(talk.stats(state="starting")) == ["StatsReported"]
    assert kinds(talk.stats(state="running")) == ["StatsReported"]
    assert kinds(talk.stats(state="starting")) == ["StatsReported"]


def test_two_readings_in_a_row_that_disagree_report_the_state_that_was_missed() -> None:
    talk = Talk()
    talk.connects("starting")
    talk.stats(state="running")

    answers = talk.stats(state="running")

    assert answers[0] == StateReported(server=LOBBY, at=talk.now, state=State.RUNNING)
    assert talk.session.state is State.RUNNING


def test_a_lonely_reading_that_disagrees_is_asked_for_again() -> None:
    """When a server went offline unseen, Wings sends one reading and then no more."""
    talk = Talk()
    talk.connects("running")
    talk.stats(state="offline")

    assert talk.wait(2) == [SEND_STATS]
    assert kinds(talk.stats(state="offline")) == ["StateReported", "StatsReported"]


def test_a_status_that_was_only_late_ends_the_doubt() -> None:
    talk = Talk()
    talk.connects("running")
    talk.stats(state="offline")
    talk.hears("status", "offline")

    assert talk.wait(5) == []


@pytest.mark.parametrize("before", ["running", "offline"])
def test_where_no_status_follows_the_auth_two_readings_in_a_row_report_the_state(before: str) -> None:
    """Also the state that was known before: nobody could know whether it still held."""
    talk = Talk()
    talk.connects(before)
    talk.session.closed(None, "", talk.now)
    talk.session.opened(talk.now)
    talk.gives()
    talk.hears("auth success")

    assert kinds(talk.stats(state="running")) == ["StatsReported"]
    assert talk.stats(state="running")[0] == StateReported(server=LOBBY, at=talk.now, state=State.RUNNING)
    assert kinds(talk.stats(state="running")) == ["StatsReported"]
    assert kinds(talk.hears("status", "stopping")) == ["StateChanged"]


def test_a_lonely_reading_without_a_status_is_asked_for_again() -> None:
    """As of a server that is off: Wings sends one reading, and no more."""
    talk = Talk()
    talk.session.opened(talk.now)
    talk.gives()
    talk.hears("auth success")
    talk.stats(state="offline")

    assert talk.wait(2) == [SEND_STATS]
    assert kinds(talk.stats(state="offline")) == ["StateReported", "StatsReported"]


def test_a_status_behind_the_first_reading_of_a_connection_is_its_report() -> None:
    """A live reading may come before it."""
    talk = Talk()
    talk.session.opened(talk.now)
    talk.gives()
    talk.hears("auth success")
    talk.stats(state="starting")

    assert talk.hears("status", "running") == [StateReported(server=LOBBY, at=talk.now, state=State.RUNNING)]
    assert talk.wait(5) == []


def test_readings_that_tell_no_state_are_no_word_of_it() -> None:
    talk = Talk()
    talk.session.opened(talk.now)
    talk.gives()
    talk.hears("auth success")
    for _ in range(6):
        talk.stats(state="")
        assert talk.wait(9) == []
    talk.stats(state="")

    assert talk.wait(7)[-1] == Ended(Cause.SILENT, "no word of the server's state for a minute")


def test_a_running_server_without_a_reading_for_a_minute_is_a_zombie() -> None:
    talk = Talk()
    talk.connects("running")
    talk.stats()

    assert talk.wait(59) == []
    assert talk.wait(2)[-1] == Ended(Cause.SILENT, "no reading for a minute although the server runs")


def test_a_connection_on_which_no_state_is_told_for_a_minute_ends() -> None:
    """Else it looked well for ever, and nobody knew what the server does."""
    talk = Talk()
    talk.session.opened(talk.now)
    talk.gives()
    talk.hears("auth success")

    assert talk.wait(59) == []
    assert talk.wait(2)[-1] == Ended(Cause.SILENT, "no word of the server's state for a minute")


def test_a_state_that_is_asked_for_after_a_gap_for_a_minute_in_vain_ends_the_connection() -> None:
    talk = Talk()
    talk.connects("offline")
    talk.hears("jwt error", DENIED)
    talk.wait(2)
    talk.gives(talk.token("second"))
    talk.hears("auth success")

    assert talk.wait(59) == [SEND_STATS] * 11
    assert talk.wait(2)[-1] == Ended(Cause.SILENT, "no word of the server's state for a minute")


def test_a_state_that_is_asked_for_is_asked_again_where_the_reading_tells_none() -> None:
    talk = Talk()
    talk.connects("offline")
    talk.hears("jwt error", DENIED)
    talk.wait(2)
    talk.gives(talk.token("second"))
    talk.hears("auth success")
    talk.stats(state="")

    assert talk.wait(7) == [SEND_STATS]


@pytest.mark.parametrize("state", ["offline", "starting", "stopping"])
def test_a_server_that_does_not_run_may_be_silent_for_long(state: str) -> None:
    """A pull of an image may take minutes, and no container means no readings."""
    talk = Talk()
    talk.connects(state)

    assert talk.wait(300) == []


# Recorded


def test_a_recorded_crash_of_real_wings_is_told_with_its_exit_code_and_the_second_as_unhandled() -> None:
    talk = Talk()
    told: list[tuple[str, object]] = []
    for seconds, raw in recorded("crash.jsonl"):
        answers = talk.wait(max(0.0, seconds - (talk.now - at(0))))
        if raw:
            answers += talk.session.received(raw, talk.now)
        else:
            talk.session.opened(talk.now)
            talk.gives()
        told += [(e.name, dict(e.fields)) for e in events(answers) if isinstance(e, Occurred)]

    assert told == [
        ("crash", {"exit_code": 3, "oom": False}),
        ("crash", {"exit_code": 137, "oom": False}),
        ("crash.unhandled", {"exit_code": 137, "oom": False}),
    ]


def recorded(name: str) -> list[tuple[float, str]]:
    """Seconds and frames; an empty frame is the upgrade."""
    path = Path(__file__).parent / "recorded" / name
    rows = [json.loads(row) for row in path.read_text().splitlines()]
    return [(row["ms"] / 1000, row.get("raw", "")) for row in rows]
