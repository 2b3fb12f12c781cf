"""The table of the sandbox names every directive of the unit, with figures that systemd gives it."""

from __future__ import annotations

import re

import pytest

from tests.security.page import PAGE_FILE, between
from tests.security.sandbox import UNIT, directives, having, reasons, table, version, without

PAGE = between("sandbox", PAGE_FILE.read_text(encoding="utf-8"))
MEASURED_BY = re.findall(r"By systemd (\w+)", PAGE)


def test_every_directive_that_bounds_the_unit_has_its_reason_and_no_other_has_one() -> None:
    assert directives() == list(reasons()["present"])


def test_what_is_not_set_is_not_set() -> None:
    lines = UNIT.splitlines()

    assert [one for one in reasons()["absent"] if one in lines] == []


@pytest.mark.skipif(version() not in MEASURED_BY, reason="each systemd weighs in its own way")
def test_the_figures_are_those_of_systemd() -> None:
    """`make docs` writes them."""
    assert table() == PAGE


def test_a_directive_is_taken_out_whole_and_a_setting_comes_last() -> None:
    assert "SystemCallFilter" not in without("SystemCallFilter")
    assert having("IPAddressDeny=any").index("IPAddressDeny") > UNIT.index("LimitNOFILE")
