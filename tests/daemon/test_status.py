"""How it stands, in one line."""

from __future__ import annotations

from automaton.core.moment import Moment
from automaton.daemon.status import sum_up
from automaton.wings.link_supervisor import LinkState, LinkStatus
from tests.core.story import Story


def link(state: LinkState) -> LinkStatus:
    return LinkStatus("u", "main", state, "", "", Moment(0.0, 0.0), 0, None)


def test_the_status_line_counts_links_rules_and_incidents() -> None:
    story = Story("rules: [{id: a, while: connected, do: []}]")
    links = [link(LinkState.LIVE), link(LinkState.LIVE), link(LinkState.RETRYING)]

    assert str(sum_up(links, story.engine.rule_states(), 17)) == "2/3 servers, 17 rules, 1 incident"


def test_suspended_servers_are_counted_by_themselves() -> None:
    links = [link(LinkState.LIVE), link(LinkState.SUSPENDED)]

    assert str(sum_up(links, [], 1)) == "1/2 servers, 1 rule, 0 incidents, 1 suspended"


def test_what_waits_for_a_person_is_named() -> None:
    assert str(sum_up([link(LinkState.PARKED)], [], 1)) == "0/1 servers, 1 rule, 0 incidents, 1 parked"
