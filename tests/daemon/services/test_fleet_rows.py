"""A server as it is told to those who show the fleet."""

from __future__ import annotations

from automaton.core.moment import Moment
from automaton.daemon.services.fleet_rows import fleet_figures, fleet_row, has_fresh_stats
from automaton.schema.selector import NO_GROUPS, SelectorClause, ServerSelector
from automaton.web.pages.fleet_feed import with_figures
from automaton.wings.link_supervisor import LinkState, LinkStatus
from tests.core.story import LOBBY, Story

LINK = LinkStatus(
    server=LOBBY.uuid, panel="main", state=LinkState.LIVE, cause="", reason="", since=Moment(0.0, 0.0),
    tries=0, next_try=None,
)  # fmt: skip
NOW, LATER = Moment(2.0, 1002.0), Moment(1000.0, 2000.0)


def test_figures_say_of_a_row_what_changes_each_second() -> None:
    facts = Story("rules: []").memory(1.0, 50).engine.servers()[LOBBY.uuid].facts
    row = fleet_row(facts, LINK, NOW, NO_GROUPS)

    assert with_figures(row, fleet_figures(facts, NOW)) == row
    assert row.memory is not None


def test_figures_that_are_overdue_are_not_known() -> None:
    facts = Story("rules: []").memory(1.0, 50).engine.servers()[LOBBY.uuid].facts

    assert (has_fresh_stats(facts, NOW.mono), has_fresh_stats(facts, LATER.mono)) == (True, False)
    assert fleet_figures(facts, LATER).memory is None
    assert fleet_row(facts, LINK, LATER, NO_GROUPS).memory is None


def test_a_row_names_the_groups_of_the_public_page_that_it_stands_in() -> None:
    facts = Story("rules: []").memory(1.0, 50).engine.servers()[LOBBY.uuid].facts
    everything = ServerSelector.EVERYTHING
    none = ServerSelector(any_of=(SelectorClause(not_=everything),))

    assert fleet_row(facts, LINK, NOW, {"All": everything, "None": none}).status_groups == ["All"]
