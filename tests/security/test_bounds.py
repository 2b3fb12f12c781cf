"""The bounds on the page are those of the code."""

from __future__ import annotations

import pytest

from tests.security.bounds import Bound, read_bounds, table
from tests.security.page import PAGE_FILE, between


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
        ("wings/link.py:OPENED_WITHIN", "seconds", "30 s"),
        ("pace/backoff.py:LONGEST_ASKED", "seconds", "1 h"),
        ("delivery/outbox.py:CAPACITY", "messages", "200 messages"),
    ],
)
def test_a_value_is_shown_in_the_largest_unit_that_is_exact(at: str, unit: str, shown: str) -> None:
    assert Bound("", "", at, unit, "").shown == shown
