"""What a member counts over all that it owns, for monitoring and for whoever asks what runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from automaton.cluster.control.seen import OwnShard
from automaton.cluster.shard import Shard, ShardKind
from automaton.core.facts.facts import Facts
from automaton.daemon.cluster.channel_shard import ChannelShard
from automaton.daemon.cluster.deliveries import rows_of_channel
from automaton.daemon.cluster.engine_shard import EngineShard
from automaton.daemon.cluster.shard_run import ShardRun
from automaton.daemon.process import Process
from automaton.daemon.services.engine_figures import MeasuredEngine
from automaton.delivery.delivery_counts import DeliveryCounts
from automaton.web.routes.deliveries import DeliveryRow


class MemberFigures:
    """Asked anew each time: shards come and go."""

    def __init__(self, runs: Callable[[], Iterable[ShardRun]], process: Process) -> None:
        self._runs = runs
        self._process = process

    def engines(self) -> list[MeasuredEngine]:
        """Those that turn here."""
        return [one.host.measured() for one in self._engines()]

    def facts(self) -> dict[str, Facts]:
        """What is known of each server that is judged here, by its uuid."""
        known: dict[str, Facts] = {}
        for one in self._engines():
            known |= one.host.inspector.facts()
        return known

    def own(self, boot: float) -> dict[Shard, OwnShard]:
        """What only this member knows of its shards; `boot` is now, on the clock of leases."""
        return {run.shard: _own(run, boot) for run in self._runs() if run.is_ours}

    def deliveries(self) -> list[DeliveryCounts]:
        """What became of the messages of each channel that is owned here."""
        return [one.host.post.counts for one in self._channels()]

    def untaken(self) -> dict[str, tuple[int, float]]:
        """Messages by channel that its owner has not taken yet, and for how many seconds the oldest waits."""
        found: dict[str, tuple[int, float]] = {}
        for one in self._engines():
            for waits in one.messages.waiting():
                many, oldest = found.get(waits.channel, (0, 0.0))
                found[waits.channel] = many + waits.messages, max(oldest, waits.oldest or 0.0)
        return found

    def targets(self) -> list[DeliveryRow]:
        """How the targets of those channels stand."""
        active, clock = self._process.active, self._process.clock
        return [
            row
            for one in self._channels()
            for row in rows_of_channel(one.host, active, clock, self._process.sender)
        ]

    def _engines(self) -> Iterator[EngineShard]:
        for run in self._runs():
            if run.is_ours and isinstance(run.host, EngineShard):
                yield run.host

    def _channels(self) -> Iterator[ChannelShard]:
        for run in self._runs():
            if run.is_ours and isinstance(run.host, ChannelShard):
                yield run.host


def _own(run: ShardRun, boot: float) -> OwnShard:
    claimed, host = run.journals.claimed, run.host
    is_node = isinstance(host, EngineShard) and run.shard.kind is ShardKind.NODE
    links = host.summary() if isinstance(host, EngineShard) and is_node else None
    return OwnShard(
        lease=run.journals.lease.until - boot,  # it may not act yet, and is ours all the same
        acts_in=max(0.0, claimed.acts_from - boot) if claimed is not None else 0.0,
        servers=links.servers if links is not None else None,
        linked=links.live if links is not None else None,
    )
