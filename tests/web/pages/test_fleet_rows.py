"""Rows are numbered as they change, and made once for all who look."""

from __future__ import annotations

from automaton.web.pages.fleet_rows import MOST_GONE, FleetRows, shown
from automaton.web.pages.node_owners import NodeOwner
from automaton.web.pages.rendering import Renderer
from automaton.web.routes.changes import Figures, FleetChange
from tests.web.pages.fleet_world import feed_of, incident, row


def test_only_what_changed_after_a_version_is_told() -> None:
    feed = feed_of()
    rows = FleetRows(Renderer(), feed)
    feed.take(FleetChange(servers=[row("a"), row("b")]))
    before = rows.version
    feed.take(FleetChange(servers=[row("b", state="offline")], gone=["a"]))

    assert rows.since(before) == (["b"], ["a"])
    assert rows.since(rows.version) == ([], [])


def test_figures_alone_are_no_change_of_a_row_and_a_new_start_is() -> None:
    feed = feed_of()
    rows = FleetRows(Renderer(), feed)
    feed.take(FleetChange(servers=[row("a", memory=1, uptime=10.0, at=100.0)]))
    before = rows.version
    feed.take(FleetChange(figures=[Figures("a", 101.0, cpu=5.0, memory=2, uptime=11.4)]))
    figures = rows.version
    feed.take(FleetChange(figures=[Figures("a", 200.0, cpu=5.0, memory=2, uptime=3.0)]))

    assert figures == before
    assert rows.version == before + 1
    assert rows.servers["a"].row.cpu == 5.0


def test_an_incident_changes_the_rows_of_its_server_alone() -> None:
    feed = feed_of()
    rows = FleetRows(Renderer(), feed)
    feed.take(FleetChange(servers=[row("a"), row("b")]))
    before = rows.version
    feed.take(FleetChange(incidents=[incident("b"), incident("node:eu")]))
    opened = rows.since(before)
    again = rows.version
    feed.take(FleetChange(incidents=[incident("b", open_for=65.0), incident("node:eu")]))

    assert opened == (["b"], [])
    assert rows.version == again
    assert rows.servers["b"].open.count == 1


def test_a_row_is_made_once_until_it_changes() -> None:
    feed = feed_of()
    rows = FleetRows(Renderer(), feed)
    feed.take(FleetChange(servers=[row("<b>", uuid="a")]))
    first, second = rows.html(rows.servers["a"]), rows.html(rows.servers["a"])
    feed.take(FleetChange(servers=[row("<i>", uuid="a")]))

    assert first is second
    assert "&lt;b&gt;" in first
    assert "&lt;i&gt;" in rows.html(rows.servers["a"])


def test_who_was_away_while_more_went_than_are_remembered_is_told_all_anew() -> None:
    feed = feed_of()
    rows = FleetRows(Renderer(), feed)
    feed.take(FleetChange(servers=[row(f"s{number}") for number in range(MOST_GONE + 1)]))
    before = rows.version
    feed.take(FleetChange(gone=[f"s{number}" for number in range(MOST_GONE + 1)]))

    assert rows.since(before) is None
    assert rows.since(before + 2) is not None
    assert rows.since(rows.version + 1) is None


def test_players_stand_before_the_room_that_there_is_for_them() -> None:
    assert shown(row("a", players=3, players_max=20))[-1] == "3 / 20"
    assert shown(row("a", players=3))[-1] == "3"
    assert shown(row("a"))[0] == "–"


def test_another_owner_changes_the_rows_of_its_node_and_seconds_do_not() -> None:
    feed = feed_of(is_shared=True)
    rows = FleetRows(Renderer(), feed)
    feed.take(FleetChange(servers=[row("a", node="eu-1"), row("b", node="us-1")]))
    feed.take_owners({"eu-1": NodeOwner("m-a", "owned", 1), "us-1": NodeOwner("m-a", "owned", 1)})
    before = rows.version
    feed.take_owners({"eu-1": NodeOwner("m-a", "owned", 1), "us-1": NodeOwner("m-b", "taken", 2, 70.0)})
    taken = rows.since(before)
    version = rows.version
    feed.take_owners({"eu-1": NodeOwner("m-a", "owned", 1), "us-1": NodeOwner("m-b", "taken", 2, 60.0)})

    assert taken == (["b"], [])
    assert rows.version == version
    assert "m-b</span>" in rows.html(rows.servers["b"])
    assert "not acting yet" in rows.html(rows.servers["b"])
