"""Parts are read in their shape, and what is none is not taken for one."""

from __future__ import annotations

import msgspec
import pytest

from automaton.cluster.control.merge_lists import BREAKERS
from automaton.web.routes.breakers import BreakerList


def test_a_part_is_read_in_its_shape_and_newer_fields_are_passed_over() -> None:
    assert BREAKERS.read(b'{"breakers":[],"newer":1}') == BreakerList([])


def test_what_another_version_answers_is_no_part() -> None:
    with pytest.raises(msgspec.MsgspecError):
        BREAKERS.read(b'{"tripped":[]}')
