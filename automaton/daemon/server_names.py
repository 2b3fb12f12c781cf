"""What people call a server, in log lines and tables: its name, with its id where the name is not enough.

ServerNames are users' texts: two servers may bear the same, and one may be called like another with its id.
"""

from __future__ import annotations

from collections import Counter

from automaton.core.events import Event, Profile, ServerGone, ServerListed


class ServerNames:
    """The names of the servers that are listed."""

    def __init__(self) -> None:
        self._profiles: dict[str, Profile] = {}
        self._bearers: Counter[str] = Counter()

    def observe(self, event: Event) -> None:
        """Learns a server's name, and forgets it when the server is gone. Readings and lines tell nothing."""
        match event:
            case ServerListed(server=server, profile=profile):
                self._forget(server)
                self._profiles[server] = profile
                self._bearers[profile.name] += 1
            case ServerGone(server=server):
                self._forget(server)
            case _:
                pass

    def of(self, key: str) -> str:
        """`lobby`, or `lobby (1a2b3c4d)`, with a key's values behind it. What is no server stays as it is."""
        server, slash, values = key.partition("/")
        profile = self._profiles.get(server)
        if profile is None:
            return key
        is_enough = self._bearers[profile.name] == 1 and not profile.name.endswith(")")
        name = profile.name if is_enough else f"{profile.name} ({profile.id})"
        return f"{name}{slash}{values}"

    def _forget(self, server: str) -> None:
        if (known := self._profiles.pop(server, None)) is not None:
            self._bearers[known.name] -= 1
            if not self._bearers[known.name]:
                del self._bearers[known.name]
