"""Whose a console line is, as files say it."""

from __future__ import annotations

from typing import get_args

from automaton.core.events import Source
from automaton.schema.provenance import Provenance


def test_every_source_may_be_named_but_an_echo_which_no_rule_sees() -> None:
    assert set(get_args(Provenance)) == {one.value for one in Source} - {Source.ECHO.value}
