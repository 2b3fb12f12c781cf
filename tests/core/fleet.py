"""Stories of several servers on nodes."""

from __future__ import annotations

from automaton.core import events as ev
from automaton.core.events import Profile, State
from automaton.core.gates.limits import Limits
from tests.core.story import LIVE, Story


def profile(number: int, node: str = "eu", **fields: object) -> Profile:
    return Profile(**{"uuid": f"u{number}", "id": str(number), "name": f"s{number}", "node": node, **fields})  # type: ignore[arg-type]


def fleet(rules: str, servers: int = 4, limits: Limits = LIVE, *, nodes: int = 1) -> Story:
    """Servers `s0`, `s1` … that run, spread over `eu0`, `eu1` …; with one node it is `eu`."""
    story = Story(rules, limits, state=None, profile=profile(0, "eu" if nodes == 1 else "eu0"))
    for number in range(servers):
        node = "eu" if nodes == 1 else f"eu{number % nodes}"
        if number:
            story.at(0.0, ev.ServerListed, profile=profile(number, node))
        uuid = f"u{number}"
        story.at(0.0, ev.LinkUp, server=uuid).at(0.0, ev.StateReported, server=uuid, state=State.RUNNING)
    return story


def lose(story: Story, mono: float, *numbers: int) -> Story:
    for number in numbers:
        story.at(mono, ev.LinkLost, server=f"u{number}")
    return story


def find(story: Story, mono: float, *numbers: int) -> Story:
    for number in numbers:
        story.at(mono, ev.LinkUp, server=f"u{number}")
        story.at(mono, ev.StateReported, server=f"u{number}", state=State.RUNNING)
    return story
