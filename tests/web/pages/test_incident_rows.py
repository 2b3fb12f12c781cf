"""An incident's rows are its own, and what people did in its time that reached it."""

from __future__ import annotations

from typing import Any

import anyio

from automaton.web.pages.incident_history import incident_of
from automaton.web.pages.incident_rows import MOST_LINES, rows_of
from automaton.web.pages.trail_port import TrailLine
from automaton.web.routes.changes import FleetRow
from tests.web.pages.trail_rows import ARENA, LOBBY, KeptTrail, row

SERVERS = {LOBBY: FleetRow(uuid=LOBBY, id="aaaa", name="lobby", at=0.0, node="eu-1", tags=["prod"])}


def numbers(*lines: TrailLine, ended: TrailLine | None = None) -> list[int]:
    opened = next(one for one in lines if one.verdict == "fired")
    found, _ = anyio.run(rows_of, KeptTrail(*lines), incident_of(opened, ended), SERVERS)
    return [one.number for one in found]


def act(number: int, detail: str = "", key: str = "", **body: Any) -> TrailLine:
    return row(number, kind="operator", rule="", key=key, detail=detail, body=body)


def test_what_followed_its_end_is_its_own_until_it_opens_again() -> None:
    end = row(2, "cleared")
    lines = [
        row(1, "fired"),
        end,
        row(3, "sent", "message", body={"refs": [f"oom/{LOBBY}/1"]}),
        row(4, "fired"),
    ]

    assert numbers(*lines, ended=end) == [1, 2, 3]


def test_ends_of_calls_and_messages_are_told_from_those_of_another_key() -> None:
    """Of a rule with a list in `by` all keys of a server share it."""
    key = f"{LOBBY}/Steve"
    lines = [
        row(1, "fired", key=key, body={"incident": 1}),
        row(2, "fired", key=f"{LOBBY}/Alex", body={"incident": 2}),
        row(3, "acting", "call", key=key, body={"calls": [{"number": 8, "verb": "send"}]}),
        row(4, "done", "outcome", body={"number": 8}), row(5, "done", "outcome", body={"number": 9}),
        row(6, "sent", "message", body={"refs": [f"oom/{LOBBY}/1"]}),
        row(7, "sent", "message", body={"refs": [f"oom/{LOBBY}/2", f"oom/{LOBBY}/11"]}),
    ]  # fmt: skip

    assert numbers(*lines) == [1, 3, 4, 6]


def test_of_an_opening_that_an_older_daemon_wrote_messages_are_found_by_the_key() -> None:
    lines = [row(1, "fired"), row(2, "sent", "message", body={"refs": [f"oom/{LOBBY}/7"]})]

    assert numbers(*lines) == [1, 2]


def test_a_silence_is_of_it_where_it_covers_it_by_name_node_or_tag() -> None:
    lines = [
        row(1, "fired"),
        act(2, id="a", rules=["oom"], servers=["lob*"], until=9.0),
        act(3, id="b", rules=["other"], until=9.0),
        act(4, id="c", servers=["node:eu-1"], until=9.0),
        act(5, id="d", servers=["tag:lab"], until=9.0),
        act(6, "a silence was ended", id="a"),
        act(7, "a silence was ended", id="b"),
    ]

    assert numbers(*lines) == [1, 2, 4, 6]


def test_a_hold_and_what_was_done_to_its_server_by_hand_are_of_it_and_nothing_else() -> None:
    lines = [
        row(1, "fired"),
        act(2, "every action was put on hold"),
        act(3, "typed `stop`", LOBBY),
        act(4, "typed `stop`", ARENA),
        act(5, "channel `ops` was tested"),
        act(6, "the hold was released"),
    ]

    assert numbers(*lines) == [1, 2, 3, 6]


def test_what_people_did_after_its_end_is_not_of_it() -> None:
    end = row(2, "cleared")

    assert numbers(row(1, "fired"), end, act(3, "every action was put on hold"), ended=end) == [1, 2]


def test_one_with_too_many_rows_says_so() -> None:
    lines = [row(1, "fired"), *(row(number, "already_open") for number in range(2, MOST_LINES + 5))]
    found, is_cut = anyio.run(rows_of, KeptTrail(*lines), incident_of(lines[0], None), SERVERS)

    assert (len(found), is_cut) == (MOST_LINES, True)
