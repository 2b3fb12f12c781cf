"""All shards at this process: those that are ours, those that are about to be, and those that just were.

Law: of one shard there is one run at a time; the next begins when nothing of the last is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import anyio
import structlog
from anyio.abc import TaskGroup

from automaton.cluster.log.append_times import AppendTimes, together
from automaton.cluster.shard import Shard, ShardKind
from automaton.configuration.load import Configuration
from automaton.daemon.cluster.shard_run import Phase, ShardHost, ShardRun

RELEASE_TOLD = 10.0
"""Seconds for which heartbeats say to whom a shard was released: as long as it takes to be dead."""

ALL_LEAVE_WITHIN = 20.0
"""Seconds for all shards to be released at the end; below TimeoutStopSec of systemd/automaton.service."""


class ShardRuns:
    """`run_of` makes the run of a shard that is to be claimed; one that failed is tried again later."""

    def __init__(
        self, run_of: Callable[[Shard], ShardRun], boot: Callable[[], float], tried_again_after: float = 2.0
    ) -> None:
        self._run_of = run_of
        self._boot = boot
        self._tried_again_after = tried_again_after
        self._runs: dict[Shard, ShardRun] = {}
        self._not_before: dict[Shard, float] = {}
        self._released: dict[Shard, tuple[str, float]] = {}
        self._tasks: TaskGroup | None = None
        self.is_ending = False
        self.fenced = 0  # shards that another claimed while they were ours
        self._appends = AppendTimes()  # of runs that are over
        self._lost_rows = 0  # likewise
        self.on_released: Callable[[], None] = lambda: None  # a shard is somebody else's to take
        self.on_over: Callable[[], None] = lambda: None  # what ran for a shard here is let go
        self._log = structlog.get_logger()

    def __iter__(self) -> Iterator[ShardRun]:
        return iter(list(self._runs.values()))

    def begin(self, tasks: TaskGroup) -> None:
        """From here on shards can be taken."""
        self._tasks = tasks

    def run(self, shard: Shard) -> ShardRun | None:
        """The run of a shard, whatever phase it is in."""
        return self._runs.get(shard)

    def host(self, shard: Shard) -> ShardHost | None:
        """What runs for a shard that is ours; None where it is not."""
        run = self._runs.get(shard)
        return run.host if run is not None and run.is_ours else None

    def take(self, shard: Shard) -> None:
        """Claims it, unless it is being claimed, is ours, or was just tried in vain."""
        if self.is_ending or shard in self._runs or self._boot() < self._not_before.get(shard, 0.0):
            return
        assert self._tasks is not None
        self._released.pop(shard, None)  # to whom it was released has not come for it
        run = self._runs[shard] = self._run_of(shard)
        self._tasks.start_soon(self._see_through, run, name=f"shard {shard.text}")

    def hand_over(self, shard: Shard, to: str) -> None:
        """Has it end here, for that member."""
        run = self._runs.get(shard)
        if run is not None and run.phase is Phase.OWNED:
            run.hand_over(to)

    def give_up(self, shard: Shard) -> None:
        """Has it end here, claimed or about to be: there is no such shard any more."""
        run = self._runs.get(shard)
        if run is not None:
            run.hand_over("")

    def adopt(self, new: Configuration) -> None:
        """All judge by this configuration from now on."""
        for run in self._runs.values():
            if run.host is not None and run.is_ours:
                run.host.take(new)

    def owned(self) -> dict[Shard, int]:
        """What is ours, each with the epoch of its claim."""
        return {shard: run.epoch for shard, run in self._runs.items() if run.is_ours}

    def leaving(self) -> dict[Shard, str]:
        """What is being handed over, and to whom."""
        return {shard: run.to for shard, run in self._runs.items() if run.phase is Phase.LEAVING}

    def released(self) -> dict[Shard, str]:
        """What was released to somebody a moment ago."""
        now = self._boot()
        self._released = {one: said for one, said in self._released.items() if now < said[1]}
        return {shard: to for shard, (to, _) in self._released.items()}

    def appends(self) -> AppendTimes:
        """How long all logs took that were ever written here."""
        return together([self._appends, *(run.journals.appends for run in self._runs.values())])

    def lost_rows(self) -> int:
        """Rows of the audit trail that found no room, of all shards that ever were here."""
        return self._lost_rows + sum(run.journals.lost_rows for run in self._runs.values())

    def waits(self) -> dict[Shard, float]:
        """The nodes of ours on whose servers nobody may act yet, with the seconds until we may."""
        now = self._boot()
        return {
            shard: run.journals.claimed.acts_from - now
            for shard, run in self._runs.items()
            if shard.kind is ShardKind.NODE  # others act on no server
            and run.is_ours
            and run.journals.claimed is not None
            and run.journals.claimed.acts_from > now
        }

    def lost(self) -> list[Shard]:
        """What of ours has a log that lost its end, and that nobody has adopted."""
        return [shard for shard, run in self._runs.items() if run.is_ours and run.journals.is_lost]

    def settling(self) -> int:
        """How many of ours have servers that were not seen yet."""
        return sum(
            run.host is not None and run.is_ours and run.host.is_settling for run in self._runs.values()
        )

    async def end(self) -> None:
        """Releases all, for whoever is first; bounded, for who is silent is buried soon enough."""
        self.is_ending = True
        for run in self._runs.values():
            run.hand_over("")
        with anyio.move_on_after(ALL_LEAVE_WITHIN):
            while self._runs:  # noqa: ASYNC110 - at the end of a process, once
                await anyio.sleep(0.1)
        if self._runs:
            self._log.warning("shards.not_released", shards=[shard.text for shard in self._runs])

    async def _see_through(self, run: ShardRun) -> None:
        try:
            await run.run()
        finally:
            del self._runs[run.shard]
            self.fenced += run.is_fenced
            self._appends = together([self._appends, run.journals.appends])
            self._lost_rows += run.journals.lost_rows
            now = self._boot()
            self._not_before = {shard: at for shard, at in self._not_before.items() if now < at}
            self._not_before[run.shard] = now + self._tried_again_after
            if run.is_released and run.to:
                self._released[run.shard] = run.to, self._boot() + RELEASE_TOLD
            if run.is_released:
                self.on_released()
            if run.host is not None:
                self.on_over()
