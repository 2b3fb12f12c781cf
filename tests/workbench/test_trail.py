"""The trail is read with names where a daemon knows them, and without where none runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.errors import Refused
from automaton.journal.entry import TrailRow
from automaton.journal.trail import KeptRow, TrailQuery
from automaton.workbench.trail import (
    Trail,
    body_of,
    call_in_short,
    calls_of,
    open_trail,
    since,
    when,
)
from tests.workbench.desk import LOBBY, desk_at
from tests.workbench.trails import GONE, ROWS, with_trail

AKIN = "aaaaaaaa-0000-4000-8000-00000000000a"


def test_the_oldest_of_the_newest_come_first(tmp_path: Path) -> None:
    trail = open_trail(with_trail(tmp_path))

    assert [one.row.verdict for one in trail.rows(TrailQuery(limit=2))] == ["cooling", "gone"]
    assert not trail.is_running


def test_a_daemon_knows_the_names(tmp_path: Path) -> None:
    with desk_at(tmp_path) as (config, _):
        with_trail(tmp_path)
        trail = open_trail(config)

    assert (trail.uuid_of("lobby"), trail.uuid_of(GONE), trail.node_of("u-1")) == ("u-1", GONE, "eu-1")
    assert [trail.name_of(key) for key in ("u-1", "u-1/Steve", GONE, "node:eu-1", "fleet", "")] == [
        "lobby", "lobby/Steve", "aaaaaaaa", "node:eu-1", "fleet", "-",
    ]  # fmt: skip


def test_without_a_daemon_a_server_is_known_by_how_its_uuid_begins_and_not_by_its_name(
    tmp_path: Path,
) -> None:
    other = TrailRow(1_800_000_006.0, "decision", "down", AKIN, AKIN, "gone", "")
    trail = open_trail(with_trail(tmp_path, [*ROWS, other]))

    assert [trail.uuid_of(text) for text in (GONE.upper(), GONE[:-1] + "A", "u-")] == [GONE, AKIN, "u-1"]
    for text, why in (
        ("aaaaaaaa", "may be 2 servers, give more"),
        ("lobby", "give its short id"),
        ("", "id"),
    ):
        with pytest.raises(Refused, match=why):
            trail.uuid_of(text)


def test_a_daemon_says_which_name_is_near(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no server is called"):
        Trail(tmp_path, [LOBBY], is_running=True).uuid_of("loby")


def test_where_automaton_has_not_run_there_is_no_trail(tmp_path: Path) -> None:
    config = tmp_path / "automaton.yml"
    config.write_text("state: state\n")

    with pytest.raises(Refused, match="automaton has not run there"):
        open_trail(config)


@pytest.mark.parametrize(("at", "told"), [(0.0, "1970-01-01T00:00:00Z"), (1e30, "-"), (float("nan"), "-")])
def test_a_moment_is_told_as_in_the_log(at: float, told: str) -> None:
    assert when(at) == told


def test_how_far_back_is_a_duration() -> None:
    assert since("1h") > since("2h")
    with pytest.raises(Refused, match=r"`--since 7`: a duration needs a unit, did you mean `7s`\?"):
        since("7")


@pytest.mark.parametrize("text", ["", "{", "[]", "7"])
def test_a_body_that_is_none_holds_nothing(text: str) -> None:
    assert body_of(KeptRow(1, 1, TrailRow(0.0, "decision", body=text))) == {}


def test_a_call_is_a_line() -> None:
    body = {"calls": [{"number": 1, "verb": "send", "command": "say hi"}, 7], "held": 3}

    assert [call_in_short(one) for one in calls_of(body, "calls")] == ["send say hi"]
    assert calls_of(body, "held") == []
    assert call_in_short({"verb": "notify", "channel": "ops", "text": "a\nb"}) == "notify ops: a"
