"""A moment is written alike on every machine."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from automaton.core.schedule.moment_form import DIRECTIVES, write_moment, wrong_directive

MORNING = datetime(2026, 1, 5, 4, 7, 9, tzinfo=UTC).timestamp()
EVENING = datetime(2027, 12, 31, 22, 30, tzinfo=UTC).timestamp()
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("%Y-%m-%d %H:%M", "2026-01-05 04:07"),
        ("%Y%m%d-%H%M", "20260105-0407"),
        ("%d.%m.%y %I:%M:%S %p", "05.01.26 04:07:09 AM"),
        ("%a %A %b %B", "Mon Monday Jan January"),
        ("%j %u %G-W%V", "005 1 2026-W02"),
        ("%z %Z", "+0000 UTC"),
        ("100 %%Y", "100 %Y"),
        ("just text", "just text"),
    ],
)
def test_a_form_is_filled(form: str, text: str) -> None:
    assert write_moment(MORNING, UTC, form) == text


def test_it_is_written_in_its_zone() -> None:
    assert write_moment(EVENING, BERLIN, "%Y-%m-%d %H:%M %Z %p") == "2027-12-31 23:30 CET PM"
    assert write_moment(EVENING + 7200, BERLIN) == "2028-01-01 01:30"


@pytest.mark.parametrize("directive", DIRECTIVES)
def test_each_directive_says_what_strftime_says(directive: str) -> None:
    for wall in (MORNING, EVENING):
        at = datetime.fromtimestamp(wall, BERLIN)
        assert write_moment(wall, BERLIN, f"%{directive}") == at.strftime(f"%{directive}")


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ("%Y%m%d", None),
        ("", None),
        ("%%q", None),
        ("%q", (0, "%q")),
        ("%H %-d", (3, "%-")),
        ("%c", (0, "%c")),
        ("100 %", (4, "%")),
    ],
)
def test_a_directive_that_is_not_portable_is_found(form: str, wrong: tuple[int, str] | None) -> None:
    assert wrong_directive(form) == wrong


def test_a_moment_that_no_calendar_has_is_none() -> None:
    assert write_moment(1e18, UTC) is None
