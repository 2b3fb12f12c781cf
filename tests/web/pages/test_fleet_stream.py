"""One who looks at the fleet is told what he has not seen, and where it stands now."""

from __future__ import annotations

from typing import Any

from automaton.web.pages.fleet_choice import FleetChoice
from automaton.web.pages.fleet_rows import FleetRows
from automaton.web.pages.fleet_stream import FleetStream
from automaton.web.pages.rendering import Renderer
from automaton.web.routes.changes import Figures, FleetChange, FleetRow
from tests.web.pages.fleet_world import feed_of, incident, row


class Screen:
    """A browser: puts what it is told into a document of its own, as fleet.js does."""

    def __init__(self, *rows: FleetRow, choice: FleetChoice | None = None) -> None:
        self.feed = feed_of()
        self.rows = FleetRows(Renderer(), self.feed)
        self.feed.take(FleetChange(servers=list(rows)))
        self.choice = choice or FleetChoice()
        self.order = [one.row.uuid for one in self.choice.ordered(self.rows.servers.values())]
        self.seen = f"{self.rows.mark}.{self.rows.version}"
        self.told: list[str] = []
        self.connect()

    def connect(self) -> None:
        self.stream = FleetStream(self.rows, self.choice, self.seen)

    def look(self) -> dict[str, Any]:
        self.stream.look()
        figures: dict[str, Any] = {}
        self.told = []
        for name, content in self.stream.take():
            self.told.append(name)
            if name == "figures":
                figures = dict(content)  # type: ignore[call-overload]
            else:
                self._take(content)
        return figures

    def _take(self, content: Any) -> None:
        if content["anew"]:
            self.order = []
        self.order = [one for one in self.order if one not in content["gone"]]
        for change in content["rows"]:
            if "after" in change:
                self.order = [one for one in self.order if one != change["id"]]
                after = change["after"]
                self.order.insert(self.order.index(after) + 1 if after else 0, change["id"])
            elif change["id"] not in self.order:
                self.order.append(change["id"])
        self.seen = content["seen"]

    def right(self) -> list[str]:
        return [one.row.uuid for one in self.choice.ordered(self.rows.servers.values())]


def test_who_has_seen_everything_is_told_nothing() -> None:
    screen = Screen(row("a"), row("b"))

    assert screen.look() == {}
    assert screen.told == []
    assert not screen.stream.is_behind


def test_a_server_in_trouble_moves_to_the_top_and_back() -> None:
    screen = Screen(*[row(name) for name in "abcdef"])
    screen.look()
    screen.feed.take(FleetChange(incidents=[incident("e"), incident("c", "critical")]))
    assert screen.stream.is_behind
    screen.look()
    troubled = screen.order
    screen.feed.take(FleetChange(incidents=[]))
    screen.look()

    assert troubled == list("ceabdf")
    assert screen.order == list("abcdef")


def test_servers_come_and_go_and_stand_where_they_belong() -> None:
    screen = Screen(row("b"), row("d"))
    screen.look()
    screen.feed.take(FleetChange(servers=[row("a"), row("c"), row("e")], gone=["d"]))
    screen.look()

    assert screen.order == screen.right() == list("abce")


def test_what_happened_between_the_page_and_its_stream_is_told() -> None:
    screen = Screen(row("a"), row("b"), row("c"))
    screen.feed.take(FleetChange(servers=[row("d")], incidents=[incident("c")], gone=["a"]))
    screen.connect()
    screen.look()

    assert screen.order == screen.right() == list("cbd")


def test_another_process_tells_all_anew() -> None:
    screen = Screen(row("a"), row("b"))
    screen.order = ["z"]
    screen.seen = "other.1"
    screen.connect()
    screen.look()

    assert screen.order == list("ab")


def test_a_mark_that_nobody_gave_tells_all_anew() -> None:
    for seen in ("", "x", ".", "x.-1", f"x.{'9' * 30}"):
        screen = Screen(row("a"))
        screen.seen = seen
        screen.connect()
        screen.look()

        assert screen.told == ["rows"]


def test_a_server_that_is_not_chosen_any_more_goes_and_comes_back() -> None:
    screen = Screen(row("a"), row("b"), choice=FleetChoice(state="running"))
    screen.look()
    screen.feed.take(FleetChange(servers=[row("a", state="offline")]))
    screen.look()
    without = screen.order
    screen.feed.take(FleetChange(servers=[row("a")]))
    screen.look()

    assert without == ["b"]
    assert screen.order == ["a", "b"]


def test_rows_that_are_sorted_by_a_figure_stay_where_they_are() -> None:
    screen = Screen(row("a", cpu=9.0), row("b", cpu=5.0), choice=FleetChoice(sort="cpu"))
    screen.look()
    screen.feed.take(FleetChange(servers=[row("b", cpu=50.0, state="stopping"), row("c", cpu=7.0)]))
    screen.look()

    assert screen.order == ["a", "c", "b"]
    assert len(screen.stream) == 3


def test_the_order_can_be_turned_round() -> None:
    screen = Screen(*[row(name) for name in "abc"], choice=FleetChoice(sort="-name"))
    screen.look()
    screen.feed.take(FleetChange(servers=[row("bb")]))
    screen.look()

    assert screen.order == ["c", "bb", "b", "a"]


def test_figures_are_told_of_rows_that_show_others_than_before() -> None:
    screen = Screen(row("a", cpu=1.0, memory=1024), row("b", cpu=2.0))
    screen.look()
    screen.feed.take(
        FleetChange(figures=[Figures("a", 2.0, cpu=1.2, memory=1024), Figures("b", 2.0, cpu=3.0)])
    )

    assert not screen.stream.is_behind
    assert screen.look() == {"b": ("–", None, None, "3 %", "–")}
    assert screen.look() == {}
