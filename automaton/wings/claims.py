"""Who has each server, where several Panels or nodes list the same one.

A Panel is trusted, a node may lie: so what a Panel lists is never a node's that is watched without it. Where
two Panels list a server, or two nodes, nobody has it until only one does: whoever listed it first would
otherwise have its console and its commands. Which of them lies cannot be known here, so a person is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from automaton.core.moment import Moment


class Claimant(Protocol):
    """A Panel or a node that lists servers."""

    @property
    def name(self) -> str:
        """As the settings name it."""

    @property
    def rank(self) -> int:
        """The lower one has what both list; of two that are equal, neither."""

    def lose(self, server: str) -> None:
        """It has this server no more, though it lists it: its link ends."""

    def gain(self, server: str) -> None:
        """It has this server from now on, which it listed before: it gets a link."""


@dataclass(frozen=True, slots=True)
class Contest:
    """A server that nobody has: who lists it, and since when several do."""

    names: tuple[str, ...]
    since: Moment


@dataclass(slots=True)
class _Claim:
    claimants: list[Claimant] = field(default_factory=list)
    contested: Moment | None = None

    def foremost(self) -> list[Claimant]:
        lowest = min((one.rank for one in self.claimants), default=0)
        return [one for one in self.claimants if one.rank == lowest]

    def owner(self) -> Claimant | None:
        foremost = self.foremost()
        return foremost[0] if len(foremost) == 1 else None


class ServerClaims:
    """Shared by all Panels and nodes.

    `contests` counts how often a server became nobody's. `shared` are the servers that several list now.
    """

    def __init__(self) -> None:
        self.contests = 0
        self.shared = 0
        self._claims: dict[str, _Claim] = {}

    def claim(self, server: str, claimant: Claimant, now: Moment) -> bool:
        """Notes that it lists the server; whether it has it. Another that had it is told where it lost it."""
        claim = self._claims.setdefault(server, _Claim())
        before = claim.owner()
        if claimant not in claim.claimants:
            claim.claimants.append(claimant)
            self.shared += len(claim.claimants) == 2
        after = self._decide(claim, now)
        if before is not None and before is not after:
            before.lose(server)
        return after is claimant

    def release(self, server: str, claimant: Claimant, now: Moment) -> bool:
        """Notes that it lists the server no more; whether nobody does. One that has it now is told."""
        claim = self._claims[server]
        before = claim.owner()
        claim.claimants.remove(claimant)
        self.shared -= len(claim.claimants) == 1
        if not claim.claimants:
            del self._claims[server]
            return True
        after = self._decide(claim, now)
        if after is not None and after is not before:
            after.gain(server)
        return False

    def _decide(self, claim: _Claim, now: Moment) -> Claimant | None:
        """Who has the server now; where nobody does, since when."""
        owner = claim.owner()
        if owner is not None:
            claim.contested = None
        elif claim.contested is None:
            self.contests += 1
            claim.contested = now
        return owner

    def is_of(self, server: str, claimant: Claimant) -> bool:
        """Whether it has the server."""
        claim = self._claims.get(server)
        return claim is not None and claim.owner() is claimant

    def is_shared(self, server: str) -> bool:
        """Whether several list the server."""
        return len(self._claims[server].claimants) > 1

    def has_lower(self, server: str, rank: int) -> bool:
        """Whether one of a lower rank lists the server."""
        claimants = self._claims[server].claimants
        return len(claimants) > 1 and any(one.rank < rank for one in claimants)

    def contest(self, server: str, claimant: Claimant) -> Contest | None:
        """Who lists a server that nobody has, where this one was the first: it is told once."""
        claim = self._claims.get(server)
        if claim is None or claim.contested is None or claim.foremost()[0] is not claimant:
            return None
        return Contest(tuple(sorted(one.name for one in claim.foremost())), claim.contested)
