"""A server as the Panel defines it: its egg, its limits, its name."""

from __future__ import annotations

from dataclasses import dataclass

from automaton.simulator.games.eggs import Egg


@dataclass(frozen=True, slots=True)
class ServerBuild:
    """One server's definition. Memory and disk are in MiB, as in the Panel; a disk of 0 is no limit.

    `clean_exit_is_crash` is the node's `detect_clean_exit_as_crash`. `chatter` is the
    mean number of happenings a second in a scripted game.
    """

    uuid: str
    name: str
    egg: Egg
    memory: int = 2048
    disk: int = 10240
    backups: int = 10
    crash_detection: bool = True
    clean_exit_is_crash: bool = True
    chatter: float = 0.2

    @property
    def identifier(self) -> str:
        """The short id of URLs and lists."""
        return self.uuid[:8]
