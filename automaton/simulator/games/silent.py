"""A game without a console to read, such as Valheim: it says when it is up, and then no more."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from automaton.simulator.process import Host

MIB = 1 << 20
BOOT = (
    "Mono path[0] = '/home/container/valheim_server_Data/Managed'",
    "[UnityMemory] Configuration Parameters - Can be set up in boot.config",
    "DungeonDB Start 42",
    "Load world: World (World)",
    "Opened Steam server",
    "Game server connected",
)
BOOT_SECONDS = 2.0
STOP_SECONDS = 1.0


class Silent:
    """Prints its start, reads nothing, and stops when it is told to by a signal."""

    def __init__(self, host: Host, chatter: float) -> None:
        """`chatter` is taken as every game takes it; this one has nothing to say."""
        self._host = host
        self._base = host.chance.randint(1800, 2600) * MIB
        self._stopping = False

    @property
    def memory(self) -> int:
        return min(self._base + self._host.chance.randint(0, 16) * MIB, int(self._host.memory_limit * 0.8))

    @property
    def cpu(self) -> float:
        return round(self._host.chance.uniform(18.0, 31.0), 3)

    def start(self) -> None:
        for number, line in enumerate(BOOT):
            self._host.after(BOOT_SECONDS * number / (len(BOOT) - 1), partial(self._say, line))

    def typed(self, line: str) -> None:
        """Nothing reads it."""

    def signalled(self, signal: str) -> None:
        if not self._stopping:
            self._stopping = True
            self._say("OnApplicationQuit")
            self._host.after(STOP_SECONDS, lambda: self._host.exit(0))

    def _say(self, line: str) -> None:
        moment = datetime.fromtimestamp(self._host.now.wall, UTC)
        self._host.print(f"{moment:%m/%d/%Y %H:%M:%S}: {line}")
