"""What goes wrong in one run, from a seed: one story after the other, and some of them at once.

Pure: the same seed gives the same plan. Each story sets right what it did, and all are over in the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from tests.chaos.load import MEMBERS

SERVERS_OF_NATS = 3
STORIES_A_RUN = 5
OVERLAPS = 0.2  # so many stories begin before the last one is over
LONGER_THAN_A_LEASE = (12.0, 20.0)


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that is done, `at` seconds after the beginning; `value` is seconds, or how many."""

    at: float
    name: str
    whom: str
    value: float = 0.0


Story = Callable[[Random, float], list[Deed]]


def _member(chance: Random) -> str:
    return chance.choice(MEMBERS)


def _for_a_while(name: str, undo: str, low: float, high: float) -> Story:
    def story(chance: Random, at: float) -> list[Deed]:
        whom, until = _member(chance), at + chance.uniform(low, high)
        return [Deed(at, name, whom), Deed(until, undo, whom)]

    return story


def _slow(chance: Random, at: float) -> list[Deed]:
    whom = _member(chance)
    return [Deed(at, "slow", whom, chance.uniform(0.05, 0.4)), Deed(at + 20.0, "slow", whom, 0.0)]


def _nats_killed(chance: Random, at: float) -> list[Deed]:
    whom, until = str(chance.randrange(SERVERS_OF_NATS)), at + chance.uniform(5.0, 20.0)
    return [Deed(at, "nats-kill", whom), Deed(until, "nats-start", whom)]


def _nats_split(chance: Random, at: float) -> list[Deed]:
    whom, until = str(chance.randrange(SERVERS_OF_NATS)), at + chance.uniform(12.0, 25.0)
    return [Deed(at, "nats-cut", whom), Deed(until, "nats-mend", whom)]


def _lost_majority(chance: Random, at: float) -> list[Deed]:
    stays = chance.randrange(SERVERS_OF_NATS)
    whom = ",".join(str(number) for number in range(SERVERS_OF_NATS) if number != stays)
    until = at + chance.uniform(15.0, 35.0)
    return [Deed(at, "majority-lost", whom), Deed(until, "majority-back", whom)]


def _clock(chance: Random, at: float) -> list[Deed]:
    whom, by = _member(chance), chance.choice((-3600.0, -45.0, 45.0, 3600.0))
    return [Deed(at, "clock", whom, by), Deed(at + chance.uniform(8.0, 20.0), "clock", whom, 0.0)]


def _drain(chance: Random, at: float) -> list[Deed]:
    whom = _member(chance)
    return [Deed(at, "drain", whom), Deed(at + chance.uniform(15.0, 30.0), "drain-end", whom)]


def _move(chance: Random, at: float) -> list[Deed]:
    return [Deed(at, "move", _member(chance), chance.randrange(12))]


def _reload(chance: Random, at: float) -> list[Deed]:
    """Rules that differ for a while: one takes the new ones, then the others do."""
    order = chance.sample(MEMBERS, len(MEMBERS))
    deeds = [Deed(at, "reload", order[0])]
    return deeds + [Deed(at + 10.0 + place, "reload", whom) for place, whom in enumerate(order[1:])]


def _upgrade(chance: Random, at: float) -> list[Deed]:
    """One member after the other ends and comes again as the next release, which writes another format."""
    order = chance.sample(MEMBERS, len(MEMBERS))
    return [
        Deed(at + 25.0 * place + after, name, whom)
        for place, whom in enumerate(order)
        for after, name in ((0.0, "end"), (6.0, "start-newer"))
    ]


STORIES: Sequence[tuple[float, Story]] = (
    (4, _for_a_while("kill", "start", 2.0, 25.0)),
    (4, _for_a_while("stop", "go-on", *LONGER_THAN_A_LEASE)),
    (3, _for_a_while("cut-nats", "mend", *LONGER_THAN_A_LEASE)),
    (2, _for_a_while("cut-all", "mend", *LONGER_THAN_A_LEASE)),
    (1, _for_a_while("end", "start", 5.0, 15.0)),
    (2, _slow),
    (2, _nats_killed),
    (2, _nats_split),
    (3, _lost_majority),
    (2, _clock),
    (2, _drain),
    (2, _move),
    (2, _reload),
    (1, _upgrade),
)


def plan(seed: int, stories: int = STORIES_A_RUN) -> list[Deed]:
    """All deeds in order."""
    chance = Random(f"chaos {seed}")
    weights = [weight for weight, _ in STORIES]
    deeds: list[Deed] = []
    at, over = 3.0, 0.0
    for _ in range(stories):
        (_, story) = chance.choices(STORIES, weights)[0]
        told = story(chance, at)
        deeds += told
        over = max([over, *(deed.at for deed in told)])
        at = at + chance.uniform(2.0, 8.0) if chance.random() < OVERLAPS else over + chance.uniform(8.0, 40.0)
    return sorted(deeds, key=lambda deed: deed.at)
