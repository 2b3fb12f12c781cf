"""What is true of the world, what the daemon believes and what people were last told: the differences.

Pure: `World` is what was seen, each function says in sentences what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tests.campaign.crash.record import Post, Seen

POWER_SERVER, POWER_FLEET = 2, 5
MOST_TOKENS = 4  # a minute and server: the Panel gives five, and others ask too
MOST_PANEL = 540  # requests a minute: three quarters of what the Panel allows a user
MOST_SOCKETS = 20  # a minute and server
MOST_POSTS = 60  # a minute and address: the channel's own `rate`
MINUTE = 60.0

_SAID = re.compile(r"\b(full|down) (began|ended) at ([\w-]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """`full` and `offline`: servers of which it is true. `believed`: the open incidents, rule and server."""

    servers: Sequence[str]
    linked: frozenset[str]
    full: frozenset[str]
    offline: frozenset[str]
    believed: frozenset[tuple[str, str]]
    posts: Sequence[Post]
    targets: Sequence[str]
    powers: Sequence[Seen] = ()
    tokens: Sequence[Seen] = ()
    sockets: Sequence[Seen] = ()
    requests: Sequence[Seen] = ()


def differences(world: World) -> list[str]:
    """What is not yet as it should be: it may become so."""
    true = {("full", server) for server in world.full} | {("down", server) for server in world.offline}
    found = [f"{server} has no link" for server in world.servers if server not in world.linked]
    found += [f"{rule} is true of {server}, and not known" for rule, server in sorted(true - world.believed)]
    found += [
        f"{rule} is no longer true of {server}, and not known"
        for rule, server in sorted(world.believed - true)
    ]
    for target in world.targets:
        last = last_told(world.posts, target)
        found += [
            f"{target} was not told: {rule} of {server}"
            for rule, server in sorted(true)
            if last.get((rule, server)) != "began"
        ]
        found += [
            f"{target} was told {rule} of {server}, and not its end"
            for (rule, server), what in last.items()
            if what == "began" and (rule, server) not in true
        ]
    return found


def excesses(world: World) -> list[str]:
    """What should never have been, however it ends: more than the limits allow."""
    found = [
        f"{server} had {times} power actions"
        for server, times in _counted(one.server for one in world.powers).items()
        if times > POWER_SERVER
    ]
    if len(world.powers) > POWER_FLEET:
        found.append(f"the fleet had {len(world.powers)} power actions")
    for what, entries, most in (
        ("tokens", world.tokens, MOST_TOKENS),
        ("sockets", world.sockets, MOST_SOCKETS),
        ("requests to the Panel", world.requests, MOST_PANEL),
    ):
        for server, moments in _moments((one.server, one.at) for one in entries).items():
            if (times := most_within(moments)) > most:
                found.append(f"{server or 'all'}: {times} {what} within a minute")
    for target, moments in _moments((one.target, one.at) for one in world.posts).items():
        if (times := most_within(moments)) > MOST_POSTS:
            found.append(f"{target}: {times} messages within a minute")
    return found


def last_told(posts: Iterable[Post], target: str) -> dict[tuple[str, str], str]:
    """What an address was told last of each rule and server: `began` or `ended`."""
    last: dict[tuple[str, str], str] = {}
    for post in posts:
        if post.target == target:
            for rule, what, server in _SAID.findall(post.text):
                last[rule, server] = what
    return last


def most_within(moments: Sequence[float], seconds: float = MINUTE) -> int:
    """The most of these within so many seconds."""
    ordered = sorted(moments)
    first = most = 0
    for place, at in enumerate(ordered):
        while at - ordered[first] >= seconds:
            first += 1
        most = max(most, place - first + 1)
    return most


def _counted(names: Iterable[str]) -> Mapping[str, int]:
    return {name: len(moments) for name, moments in _moments((name, 0.0) for name in names).items()}


def _moments(entries: Iterable[tuple[str, float]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for name, at in entries:
        found.setdefault(name, []).append(at)
    return found
