"""What a test may name: rules, channels, packs, and what its servers and their nodes are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from automaton.core.facts.kind import Fact
from automaton.ruletest.case import InitialServer, server_name
from automaton.ruletest.feed import FeedEntry
from automaton.schema.kinds import KnownEvents


@dataclass(frozen=True, slots=True)
class CaseNames:
    """What the tests of a file may name: its `own` rules, all rules, channels where those are known.

    `facts` are those of one's own.
    """

    own: tuple[str, ...]
    rules: tuple[str, ...]
    known: KnownEvents
    channels: frozenset[str] | None = None
    packs: frozenset[str] = frozenset()
    facts: Mapping[str, Fact] = field(default_factory=dict)


def servers_of(servers: Sequence[InitialServer], feed: Iterable[FeedEntry]) -> list[str]:
    """What its servers are called by, now or once the feed names them anew: names and short ids."""
    alone = len(servers) == 1
    told = [one.facts.profile for one in servers] + [entry.facts.profile for entry in feed]
    fed = [str(profile[key]) for profile in told for key in ("name", "id") if key in profile]
    unnamed = [
        server_name(number, alone=alone)
        for number, one in enumerate(servers, 1)
        if "name" not in one.facts.profile
    ]
    return list(dict.fromkeys([*fed, *unnamed]))


def nodes_of(servers: Iterable[InitialServer], feed: Iterable[FeedEntry]) -> list[str]:
    """The nodes that its servers are on, at some time."""
    told = [one.facts.profile for one in servers] + [entry.facts.profile for entry in feed]
    return list(dict.fromkeys(str(profile["node"]) for profile in told if "node" in profile))
