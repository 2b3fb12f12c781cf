"""What a crash campaign left behind: by its own acts, the simulator's log and what the receiver got.

Plain data. Nothing in it comes from the daemon's own words: it does not testify for itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf


@dataclass(frozen=True, slots=True)
class Life:
    """One process, from its start to its end, in wall time; `how` says what chose the moment of its death."""

    began: float
    ended: float = inf
    how: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """A line on a server's console that one rule waits for. `word` names the incident that it may open."""

    at: float
    server: str
    rule: str
    word: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What the simulator saw of automaton or of a server: a command, a power action, a state, a socket."""

    at: float
    server: str
    what: str


@dataclass(frozen=True, slots=True)
class Post:
    """One message as it arrived at one address. A repeat has the `id` of the first."""

    at: float
    target: str
    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All of it, each list in the order of time. `commands` and `powers` are automaton's own.

    `filled`: when a server's memory was filled. `silenced`, `acked`: when automaton had said yes to it; the
    word of what was acknowledged, and where. `until`: when it was looked at.
    """

    until: float = inf
    lives: Sequence[Life] = ()
    printed: Sequence[Printed] = ()
    commands: Sequence[Seen] = ()
    powers: Sequence[Seen] = ()
    states: Sequence[Seen] = ()
    sockets: Sequence[Seen] = ()
    filled: Sequence[Seen] = ()
    silenced: float = inf
    acked: Sequence[Seen] = ()
    posts: Sequence[Post] = ()
    targets: Sequence[str] = ()

    def typed(self, verb: str) -> list[Seen]:
        """The commands `say <verb> <word>`; `what` is their word."""
        begin = f"say {verb} "
        return [
            Seen(one.at, one.server, one.what.removeprefix(begin))
            for one in self.commands
            if one.what.startswith(begin)
        ]
