"""What is remembered of servers that were listed and are not any more, by node, the longest absent first.

Law: a node that lists one invented server after the other loses what is remembered of its own only, and
whatever comes or goes looks at the oldest, never at all of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zlib import compress, decompress

ABSENT_AT_MOST = 86_400.0  # seconds; two lists that lack a server for longer than a day are no mistake
MOST_ABSENT = 2000
"""Of one node: as many as it may list (wings/node_client.py), so that a list that is empty by mistake and
comes back whole has lost nothing."""


@dataclass(frozen=True, slots=True)
class _Compressed:
    """One of them, since when by the wall, as compressed JSON: one or two kB, where objects take thirty."""

    at: float
    text: bytes

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> _Compressed:
        return cls(data["at"], compress(json.dumps(data, separators=(",", ":")).encode(), 1))

    def expanded(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(decompress(self.text))
        return data


class AbsentServers:
    """`let_go` counts those that were forgotten before their day was over, for there were too many.

    `changed` are those that came or went since they were last taken.
    """

    def __init__(self) -> None:
        self.changed: dict[str, None] = {}
        self._of_node: dict[str, dict[str, _Compressed]] = {}
        self._node_of: dict[str, str] = {}
        self.let_go = 0

    def __len__(self) -> int:
        return len(self._node_of)

    def load(self, places: Mapping[str, dict[str, Any]]) -> None:
        """Takes what an earlier engine left of them, which need not be in any order."""
        for home, data in sorted(places.items(), key=lambda one: float(one[1]["at"])):
            self.keep(home, data)

    def keep(self, home: str, data: dict[str, Any]) -> None:
        """Remembers one as the latest of its node: `data` says which (`node`) and since when (`at`)."""
        self._taken(home)
        node = str(data.get("node", ""))  # older versions did not write it
        self._of_node.setdefault(node, {})[home] = _Compressed.of(data)
        self._node_of[home] = node
        self.changed[home] = None

    def find(self, home: str) -> dict[str, Any] | None:
        """What is remembered of it, which stays here."""
        node = self._node_of.get(home)
        return None if node is None else self._of_node[node][home].expanded()

    def take(self, home: str) -> dict[str, Any] | None:
        """What is remembered of it, which is forgotten here."""
        kept = self._taken(home)
        return None if kept is None else kept.expanded()

    def _taken(self, home: str) -> _Compressed | None:
        node = self._node_of.pop(home, None)
        if node is None:
            return None
        self.changed[home] = None
        of_node = self._of_node[node]
        kept = of_node.pop(home)
        if not of_node:
            del self._of_node[node]
        return kept

    def forget(self, wall: float) -> list[str]:
        """Forgets those whose day is over by then, and the oldest of a node that has too many; which."""
        gone = []
        for node in list(self._of_node):
            of_node = self._of_node[node]
            while of_node:
                oldest, kept = next(iter(of_node.items()))
                is_over = is_forgotten(kept.at, wall)
                if not is_over and len(of_node) <= MOST_ABSENT:
                    break
                self.let_go += not is_over
                self._taken(oldest)
                gone.append(oldest)
        return gone

    def dump(self, wall: float) -> dict[str, Any]:
        """All of them whose day is not over by then."""
        return {
            home: kept.expanded()
            for of_node in self._of_node.values()
            for home, kept in of_node.items()
            if not is_forgotten(kept.at, wall)
        }


def is_absent(data: object) -> bool:
    """Whether a place is that of a server that was listed and is not any more; damage is found elsewhere."""
    return isinstance(data, dict) and bool(data.get("absent")) and isinstance(data.get("at"), int | float)


def is_forgotten(since: float, wall: float) -> bool:
    """Whether the day of one that was last listed then is over."""
    return wall - since >= ABSENT_AT_MOST
