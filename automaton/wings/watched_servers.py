"""Which servers are ours: one list of the Panel compared with the last.

Pages shift and databases hiccup, so a server is gone only when two lists in a row lack it. Those of nodes
that another daemon owns are known as well, and not watched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from automaton.core.events import Profile

MISSED = 2  # lists in a row


@dataclass(frozen=True, slots=True)
class ListChanges:
    """`listed` are new or changed; `gone` maps uuids to the reason why they are no longer watched."""

    listed: tuple[Profile, ...]
    gone: dict[str, str]


class WatchedServers:
    """The servers of one Panel that are watched. `nodes` are those that this daemon owns; None is all."""

    def __init__(self, watches: Callable[[Profile], bool]) -> None:
        self.watches = watches
        self.nodes: frozenset[str] | None = None
        self.known: dict[str, Profile] = {}
        self._missed: dict[str, int] = {}

    def owns(self, server: str) -> bool:
        """Whether this daemon owns the node of the server."""
        if self.nodes is None:
            return True
        profile = self.known.get(server)
        return profile is not None and profile.node in self.nodes

    def own(self, nodes: frozenset[str] | None) -> tuple[Profile, ...]:
        """Changes which nodes are owned; gives the servers that are so only from now on."""
        before, self.nodes = self.nodes, nodes
        if before is None:
            return ()
        return tuple(one for one in self.known.values() if one.node not in before and self.owns(one.uuid))

    def update(self, profiles: Iterable[Profile], *, whole: bool) -> ListChanges:
        """Takes a list. `whole` False: a part could not be read, so nothing counts as missing."""
        seen = {profile.uuid: profile for profile in profiles}
        listed = [profile for profile in seen.values() if self.update_one(profile)]
        gone: dict[str, str] = {}
        for uuid in list(self.known):
            if uuid in seen:
                self._missed.pop(uuid, None)
                if not self.watches(seen[uuid]):
                    gone[uuid] = "the settings do not choose it any more"
            elif whole:
                self._missed[uuid] = self._missed.get(uuid, 0) + 1
                if self._missed[uuid] >= MISSED:
                    gone[uuid] = "the Panel does not list it any more"
        for uuid in gone:
            del self.known[uuid]
            self._missed.pop(uuid, None)
        return ListChanges(tuple(listed), gone)

    def update_one(self, profile: Profile) -> bool:
        """Takes one server's description; True when the server is ours and this is news."""
        if not self.watches(profile) or self.known.get(profile.uuid) == profile:
            return False
        self.known[profile.uuid] = profile
        return True

    def forget(self, uuid: str) -> None:
        """Drops a server that another list has from now on; it is not gone."""
        self.known.pop(uuid, None)
        self._missed.pop(uuid, None)
