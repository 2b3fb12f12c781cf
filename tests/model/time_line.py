"""What the model says of a case: at each half second first what time may change, then the events."""

from __future__ import annotations

from tests.model import stream
from tests.model.life import Life, Run
from tests.model.world import World
from tests.model.written import Rule


class Undecided(Exception):
    """Two things fall due at the very same half second, and the language does not say which is first."""


def time_line(rules: tuple[Rule, ...], events: list[stream.Event], end: int) -> list[tuple[int, str, str]]:
    """(half second, rule, what), in order, up to and with `end`."""
    world = World()
    is_linked = any("firing(" in str(rule) or "{rule:" in str(rule) for rule in rules)
    sent: list[tuple[Life, Run]] = []
    lives = [Life(rule, world, sent) for rule in rules]
    for now in range(end + 1):
        world.now = now
        if now:
            world.half_a_second_passes()
        for life in lives:
            life.half_a_second_passes()
        due = [(life.falls_due(), life.run_falls_due()) for life in lives]
        if (True, True) in due or (is_linked and sum(map(any, due)) > 1):
            raise Undecided
        for life in lives:
            life.time()
        tell(lives, world, sent)
        for event in events:
            if event.at == now:
                world.takes(event)
                for life in lives:
                    life.hears(event)
                tell(lives, world, sent)
    return world.log


def tell(lives: list[Life], world: World, sent: list[tuple[Life, Run]]) -> None:
    """Rules hear of rules, then the world answers what was sent, until nothing is left to be told."""
    while world.told or sent:
        if world.told:
            told = world.told.pop(0)
            for life in lives:
                life.hears(told)
        else:
            life, run = sent.pop(0)
            life.answered(run)
