"""The figures of one server: what is not known now is told as that."""

from __future__ import annotations

from automaton.core.moment import Moment
from automaton.daemon.services.server_figures import figures_of
from automaton.wings.link_supervisor import LinkState, LinkStatus
from tests.core.story import LOBBY, Story

LINK = LinkStatus(
    server=LOBBY.uuid, panel="main", state=LinkState.LIVE, cause="", reason="", since=Moment(0.0, 0.0),
    tries=0, next_try=None,
)  # fmt: skip


def test_figures_are_in_base_units_and_what_nobody_reported_is_none() -> None:
    story = Story("rules: []").memory(1.0, 50)
    facts = story.engine.servers()[LOBBY.uuid].facts

    now = figures_of(facts, LINK, 2.0)
    later = figures_of(facts, LINK, 1000.0)

    assert (now.uuid, now.panel, now.is_linked) == (LOBBY.uuid, "main", True)
    assert now.memory_limit is not None
    assert now.memory == now.memory_limit / 2
    assert now.players is None
    assert (later.memory, later.cpu, later.received) == (None, None, None)  # overdue is not known
