"""Engines of several nodes act as one that judges the whole, as far as the fleet's budgets go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.calls import SendCommand, SetPower
from automaton.core.decision import Verdict
from automaton.core.engine import Engine
from automaton.core.events import Event, State
from automaton.core.gates.limits import Budget, Limits
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.core.parts import join
from automaton.core.scope import TO_FLEET, Outgoing, Place, Scope
from tests.core.gates.calls import EVERYTHING
from tests.core.story import LOBBY, Story, book

RULES = """
    rules:
      - {id: up, when: {event: crash}, do: [{power: restart}]}
      - {id: say, when: {console: '^go'}, do: [{send: hello}]}
    """
ONE_AT_A_TIME = Limits(arm=Arm.LIVE, allow=EVERYTHING, parallel=1)
TWO = Limits(arm=Arm.LIVE, allow=EVERYTHING, power_fleet=Budget(2, 600.0), report="ops")


class Nodes:
    """A node each with one server, and the fleet's engine. `is_cut`: no mail arrives."""

    def __init__(self, limits: Limits, names: tuple[str, ...] = ("eu", "us", "ap")) -> None:
        self.limits, self.is_cut = limits, False
        self.fleet = Engine(book(RULES), limits, Moment(0.0, 0.0), scope=Scope.FLEET)
        self.stories = {
            name: Story(
                RULES, limits, scope=Scope.NODE, place=Place(node=name),
                profile=replace(LOBBY, uuid=f"u-{name}", id=name, name=name, node=name),
            )
            for name in names
        }  # fmt: skip
        for name in names:
            self.at(0.0, name, ev.LinkUp)
            self.at(0.0, name, ev.StateReported, state=State.RUNNING)

    def __getitem__(self, name: str) -> Story:
        return self.stories[name]

    def at(self, mono: float, node: str, kind: type[Event], **fields: Any) -> Nodes:
        self[node].at(mono, kind, server=f"u-{node}", **fields)
        return self.until(mono)

    def crashes(self, mono: float, name: str) -> Nodes:
        return self.at(mono, name, ev.Occurred, name="crash")

    def is_up(self, mono: float, name: str) -> Nodes:
        """Its server goes through a restart."""
        for state in (State.STOPPING, State.OFFLINE, State.STARTING, State.RUNNING):
            self.at(mono, name, ev.StateChanged, state=state)
        return self

    def until(self, mono: float) -> Nodes:
        """Time passes, second by second, and mail is carried until nobody has anything to tell."""
        seconds = max(0, int(mono - self.fleet.now.mono))
        for second in range(seconds, -1, -1):
            at = Moment(mono - second, mono - second)
            self.fleet.advance(at)
            for story in self.stories.values():
                story.until(at.mono)
            while mail := list(self._mail()):
                for outgoing in mail:
                    self._carry(outgoing, at)
        return self

    def _mail(self) -> Iterator[Outgoing]:
        for engine in (self.fleet, *(story.engine for story in self.stories.values())):
            yield from engine.take_outgoing()

    def _carry(self, outgoing: Outgoing, at: Moment) -> None:
        if self.is_cut:
            return
        if outgoing.to == TO_FLEET:
            self.fleet.handle(replace(outgoing.event, at=at))
            return
        for name, story in self.stories.items():
            if outgoing.to == f"node:{name}":
                story._take(story.engine.handle(replace(outgoing.event, at=at)), at.mono)
                story.until(at.mono)

    @property
    def calls(self) -> list[str]:
        """What all nodes asked of their servers, in order of time."""
        asked = [
            (at, name, call)
            for name, story in self.stories.items()
            for at, _, call in story.asked
            if isinstance(call, SetPower | SendCommand)
        ]
        return [f"{at:g} {name} {call.verb}" for at, name, call in sorted(asked, key=lambda one: one[0])]


def test_power_actions_of_all_nodes_wait_for_the_same_places() -> None:
    nodes = Nodes(ONE_AT_A_TIME)
    for name in ("eu", "us", "ap"):
        nodes.crashes(1.0, name)

    assert nodes.calls == ["1 eu power"]
    assert nodes["us"].details(Verdict.OVER_LIMIT) == ["1 power actions are going, `limits.power.parallel`"]
    nodes.is_up(5.0, "eu").until(6.0)
    assert nodes.calls == ["1 eu power", "5 us power"]
    nodes.is_up(9.0, "us").is_up(20.0, "ap").until(30.0)
    assert nodes.calls == ["1 eu power", "5 us power", "9 ap power"]


def test_a_budget_of_the_fleet_is_spent_by_all_nodes_and_frees_by_time() -> None:
    nodes = Nodes(TWO)
    for mono, name in ((1.0, "eu"), (2.0, "us"), (3.0, "ap")):
        nodes.crashes(mono, name).is_up(mono, name)

    assert nodes.calls == ["1 eu power", "2 us power"]
    assert nodes["ap"].details(Verdict.OVER_LIMIT) == ["`limits.power.fleet` allows 2 in 10m"]
    reports = [call for _, _, call in nodes["ap"].asked if call.verb == "notify"]
    assert len(reports) == 1
    # The time of a budget runs from when the fleet heard of the sending: at the end of the run, or a second
    # after it.
    nodes.until(604.0)
    assert nodes.calls[2:] == ["601 ap power"]


def test_what_the_world_did_not_take_is_given_back() -> None:
    nodes = Nodes(replace(TWO, power_fleet=Budget(1, 600.0)))
    nodes["eu"].answer = lambda _: Outcome(Result.REFUSED, "locked")
    nodes.crashes(1.0, "eu").crashes(5.0, "us")

    assert nodes.calls == ["1 eu power", "5 us power"]


def test_without_an_answer_nothing_goes_out_and_people_read_why() -> None:
    nodes = Nodes(ONE_AT_A_TIME)
    nodes.is_cut = True
    nodes.crashes(1.0, "eu").until(100.0)
    reasons = list(nodes["eu"].engine.explainer.holds(nodes["eu"].rule_state("up", "u-eu"), Moment(9.0, 9.0)))

    assert nodes.calls == []
    assert [(one.verdict, one.detail) for one in reasons] == [
        (Verdict.GRANT_PENDING, "the fleet's budgets have not answered yet")
    ]
    nodes.is_cut = False
    assert nodes.until(106.0).calls == ["101 eu power"]


def test_where_the_fleet_has_no_budget_nobody_is_asked() -> None:
    nodes = Nodes(Limits(arm=Arm.LIVE, allow=EVERYTHING))
    nodes.is_cut = True

    assert nodes.crashes(1.0, "eu").calls == ["1 eu power"]


def test_a_run_that_is_not_wanted_any_more_gives_its_place_back() -> None:
    nodes = Nodes(ONE_AT_A_TIME)
    for name in ("eu", "us", "ap"):
        nodes.crashes(1.0, name)
    nodes.at(3.0, "us", ev.ServerGone, reason="deleted")
    nodes.is_up(5.0, "eu").until(6.0)

    assert nodes.calls == ["1 eu power", "5 ap power"]


@pytest.mark.parametrize("away", [10.0, 400.0])
def test_a_new_owner_settles_the_places_of_the_one_before(away: float) -> None:
    """Whether it can go on with the run or not, in the end the place is free."""
    nodes = Nodes(ONE_AT_A_TIME)
    nodes.crashes(1.0, "eu").crashes(2.0, "us")
    nodes.at(3.0, "eu", ev.StateChanged, state=State.OFFLINE)
    nodes["eu"].restart(5.0, away)
    began = 5.0 + away
    nodes.at(began, "eu", ev.StateChanged, state=State.STARTING)
    nodes.at(began + 1.0, "eu", ev.StateChanged, state=State.RUNNING).until(began + 20.0)

    assert nodes.calls[0] == "1 eu power"
    assert [one.split()[1] for one in nodes.calls] == ["eu", "us"]


def test_a_new_engine_of_the_fleet_knows_what_the_one_before_gave() -> None:
    nodes = Nodes(ONE_AT_A_TIME)
    nodes.crashes(1.0, "eu").crashes(2.0, "us")
    memory = nodes.fleet.dump(Moment(3.0, 3.0))
    nodes.fleet = Engine(book(RULES), ONE_AT_A_TIME, Moment(3.0, 3.0), memory, Scope.FLEET)
    nodes.until(30.0)
    before = list(nodes.calls)
    nodes.is_up(31.0, "eu").until(40.0)

    assert before == ["1 eu power"]
    assert nodes.calls == ["1 eu power", "31 us power"]


def test_commands_and_polls_share_what_may_be_sent() -> None:
    nodes = Nodes(Limits(arm=Arm.LIVE, allow=EVERYTHING, send_fleet=Budget(2, 60.0)))
    for mono, name in ((1.0, "eu"), (2.0, "us"), (3.0, "ap")):
        nodes.at(mono, name, ev.LinePrinted, text="go")

    assert nodes.calls == ["1 eu send", "2 us send"]
    assert nodes.until(63.0).calls[2:] == ["62 ap send"]


def test_an_engine_of_the_whole_knows_nothing_of_grants() -> None:
    story = Story(RULES, ONE_AT_A_TIME).happens(1.0, "crash")

    assert story.calls == ["1 power restart"]
    assert story.engine.take_outgoing() == []
    assert "grants" not in story.engine.dump(Moment(2.0, 2.0))


def test_what_is_written_turn_by_turn_is_all_that_is_known_of_grants() -> None:
    nodes = Nodes(ONE_AT_A_TIME)
    engines = [nodes.fleet, *(story.engine for story in nodes.stories.values())]
    written: list[dict[str, Any]] = [{} for _ in engines]

    def write() -> None:
        for engine, parts in zip(engines, written, strict=True):
            parts.update(engine.take_changes(nodes.fleet.now))
            memory, _ = join({name: part for name, part in parts.items() if part is not None})
            assert memory is not None
            assert memory.get("grants", {}) == split_grants(engine.dump(nodes.fleet.now))

    for mono, name in ((1.0, "eu"), (2.0, "us"), (2.0, "ap")):
        nodes.crashes(mono, name)
        write()
    for mono, name in ((5.0, "eu"), (9.0, "us"), (20.0, "ap")):
        nodes.is_up(mono, name)
        write()
    nodes.until(60.0)
    write()

    assert len(nodes.calls) == 3
    # What is over is remembered until its node says something else, so as not to be counted twice.
    known = nodes.fleet.dump(nodes.fleet.now)["grants"]
    assert [one[-1] for node in known.values() for one in node["grants"]] == [True, True, True]


def split_grants(memory: dict[str, Any]) -> dict[str, Any]:
    """What of it says anything: one who never asked has nothing to remember."""
    return {node: one for node, one in memory["grants"].items() if one.get("last", 1)}


def test_after_half_a_minute_without_a_word_nobody_knows_why_it_waits() -> None:
    nodes = Nodes(ONE_AT_A_TIME)
    nodes.crashes(1.0, "eu").crashes(2.0, "us").until(3.0)
    state = nodes["us"].rule_state("up", "u-us")

    def why() -> list[Verdict]:
        return [one.verdict for one in nodes["us"].engine.explainer.holds(state, nodes.fleet.now)]

    assert why() == [Verdict.OVER_LIMIT]
    nodes.is_cut = True
    nodes.until(40.0)
    assert why() == [Verdict.GRANT_PENDING]
