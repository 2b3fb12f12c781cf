"""A share joins what an engine tells and hears; one of the whole has none."""

from __future__ import annotations

from automaton.core.engine import Engine
from automaton.core.engine_events import NodesListed
from automaton.core.moment import Moment
from tests.core.shared_fleet import shared
from tests.core.story import LIVE, book

RULES = "rules: [{id: a, by: fleet, when: {event: crash}, do: [{notify: ops}]}]"
NOW = Moment(0.0, 0.0)


def test_an_engine_of_the_whole_tells_nobody_and_hears_nobody() -> None:
    engine = Engine(book(RULES), LIVE, NOW)

    assert engine.handle(NodesListed(server="", at=NOW, nodes=("eu",))) == []
    assert (engine.take_outgoing(), engine.tells_at_once, engine.untold) == ([], False, 0)
    assert not {"matches", "told", "heard"} & engine.dump(NOW).keys()


def test_what_others_wait_for_is_told_at_once_and_a_count_is_not() -> None:
    fleet = shared(RULES, servers=1, nodes=1).until(5.0)

    assert not fleet.node("eu0").tells_at_once
    assert not fleet.fleet.tells_at_once
