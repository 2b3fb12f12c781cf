"""What a server is made of, as the Panel has it."""

from __future__ import annotations

from dataclasses import dataclass

from automaton.simulator.games.eggs import Egg


@dataclass(frozen=True, slots=True)
class ServerBuild:
    """Memory and disk in MiB, as the Panel says them; disk 0 is no limit.

    `clean_exit_is_crash` is the node's `detect_clean_exit_as_crash`. `chatter` is how
    much happens in the game a second, on average.
    """

    uuid: str
    name: str
    egg: Egg
    memory: int = 2048
    disk: int = 10240
    crash_detection: bool = True
    clean_exit_is_crash: bool = True
    chatter: float = 0.2

    @property
    def identifier(self) -> str:
        """The short id of URLs and lists."""
        return self.uuid[:8]
