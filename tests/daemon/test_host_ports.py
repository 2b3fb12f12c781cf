"""What an engine is given where nothing else is said."""

from __future__ import annotations

from math import inf

from automaton.core.scope import Scope
from automaton.daemon.host_ports import Share


def test_an_engine_judges_the_whole_and_acts_at_once_unless_it_is_told_otherwise() -> None:
    share = Share()

    assert (share.scope, share.acts_from) == (Scope.WHOLE, -inf)
    share.send([], 1)  # to nobody
