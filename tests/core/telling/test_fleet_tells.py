"""What the fleet tells the nodes, and how often."""

from __future__ import annotations

from automaton.core import events as ev
from automaton.core.engine_events import FleetTold
from automaton.core.scope import TO_ALL, TO_FLEET, to_node
from automaton.core.telling.fleet_tells import MOST_MUTING, MOST_NEWS
from tests.core.shared_fleet import SharedFleet, shared

RULES = """
    rules:
      - {id: out, by: fleet, when: {hook: out}, until: {hook: over}}
      - {id: hears, when: {rule: out, is: open}, do: [{notify: ops}]}
      - {id: mutes, by: [fleet, it.player], when: {hook: many}, until: 1h, mutes: {rules: [hears]}}
      - {id: listens, when: {rule: mutes, is: open}, overlap: queue, do: [{notify: ops}]}
    """


def told(fleet: SharedFleet, to: str = TO_ALL) -> list[FleetTold]:
    return [one.event for one in fleet.carried if one.to == to and isinstance(one.event, FleetTold)]


def hook(fleet: SharedFleet, mono: float, name: str, **fields: str) -> None:
    fleet.until(mono)
    fleet._give(TO_FLEET, ev.HookCalled(server="", at=fleet._moment, name=name, fields=fields))


def test_how_it_stands_is_told_on_change_and_every_ten_seconds() -> None:
    fleet = shared(RULES).until(5.0)
    fleet.carried.clear()
    hook(fleet, 6.0, "out")
    hook(fleet, 7.0, "over")
    fleet.until(25.0)

    assert [(one.at.mono, one.firing, one.is_whole, len(one.news)) for one in told(fleet)] == [
        (6.0, ("out",), False, 1),
        (7.0, (), False, 1),
        (10.0, (), True, 2),
        (20.0, (), True, 2),
    ]


def test_a_new_owner_of_a_node_is_told_everything_at_once() -> None:
    fleet = shared(RULES)
    hook(fleet, 6.0, "out")
    fleet.carried.clear()
    fleet.restart(to_node("eu0"))

    assert [(one.firing, one.is_whole) for one in told(fleet, to_node("eu0"))] == [(("out",), True)]


def test_news_and_mutes_beyond_the_bounds_are_counted() -> None:
    fleet = shared(RULES, servers=1, nodes=1)
    for number in range(MOST_MUTING + 3):
        hook(fleet, 6.0, "many", player=f"p{number}")
    fleet.until(20.0)
    last = told(fleet)[-1]

    assert (len(last.muting), last.untold) == (MOST_MUTING, 3)
    assert len(last.news) == MOST_NEWS
    assert fleet.fleet.untold == MOST_MUTING + 3 - MOST_NEWS


def test_old_news_are_told_no_more() -> None:
    fleet = shared(RULES)
    hook(fleet, 6.0, "out")

    assert len(told(fleet.until(305.0))[-1].news) == 1
    assert len(told(fleet.until(321.0))[-1].news) == 0
