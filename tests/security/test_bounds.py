"""The bounds on the page are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.security.bounds import Bound, read_bounds, table
from tests.security.page import PAGE_FILE, between

AUTOMATON = Path(__file__).parents[2] / "automaton"
REACHED = ("delivery", "match", "pace", "panel", "query", "web", "wings")
"""Where what strangers send comes in."""

NO_BOUND_OF_STRANGERS = {
    "match/index.py:LARGEST_FILTER": "how large a filter of patterns grows before it is parted",
    "match/index.py:LARGEST_SET": "the same of a set",
    "match/repeat_cost.py:MOST_STEPS": "what a pattern of the operator may cost",
    "match/pattern.py:MAX_LENGTH": "of what the author of rules wrote",
    "web/hook_fields.py:LARGEST_NUMBER": "how a number is kept, not whether",
    "wings/frames.py:MAX_COMMAND_FRAME": "what Wings takes of us",
    "wings/node_config.py:LONGEST_TOKEN": "a file of the operator",
}


def test_each_bound_in_the_rooms_that_strangers_reach_stands_on_the_page() -> None:
    named = {
        f"{path.relative_to(AUTOMATON).as_posix()}:{name}"
        for room in REACHED
        for path in (AUTOMATON / room).rglob("*.py")
        for name in re.findall(
            r"(?m)^((?:ALL|LARGEST|LONGEST|MAX|MOST)[A-Z_]*)\b[^=\n]*=", path.read_text(encoding="utf-8")
        )
    }

    assert named - {one.at for one in read_bounds()} == set(NO_BOUND_OF_STRANGERS)


def test_the_page_shows_the_bounds_of_the_code() -> None:
    """`make docs` writes them."""
    assert between("bounds", PAGE_FILE.read_text(encoding="utf-8")) == table()


def test_each_bound_is_named_once() -> None:
    places = [one.at for one in read_bounds()]

    assert len(places) == len(set(places))


@pytest.mark.parametrize(
    ("at", "unit", "shown"),
    [
        ("wings/websocket_parser.py:MAX_MESSAGE", "bytes", "1 MiB"),
        ("core/console/command.py:LONGEST_FRAME", "bytes", "4,000 bytes"),
        ("wings/link_opening.py:OPENED_WITHIN", "seconds", "30 s"),
        ("pace/backoff.py:LONGEST_ASKED", "seconds", "1 h"),
        ("delivery/records.py:MOST_WAITING", "notices", "1,000 notices"),
    ],
)
def test_a_value_is_shown_in_the_largest_unit_that_is_exact(at: str, unit: str, shown: str) -> None:
    assert Bound("", "", at, unit, "").shown == shown
