"""Asks NATS and the other members, for `check --online`: what keeps this machine from being one of them?"""

from __future__ import annotations

import anyio

from automaton.cluster.engine_check import check_engine
from automaton.cluster.log.record import FORMAT, READS_FROM
from automaton.cluster.names import Names
from automaton.cluster.nats.survey import EngineSeen, look
from automaton.daemon.cluster.nats_access import access_of
from automaton.pace.clock import SystemClock
from automaton.pace.http_client import HttpClient
from automaton.pace.trust import tls_context
from automaton.problem import FilePlace, Problem, in_order
from automaton.settings.cluster import ClusterSettings


def judged(cluster: ClusterSettings) -> list[Problem]:
    """What is wrong with the engine, some seconds later."""
    seen = anyio.run(_look, cluster)
    place = FilePlace("-")
    return in_order(one.at(place) for one in check_engine(seen, cluster.replicas, READS_FROM, FORMAT))


async def _look(cluster: ClusterSettings) -> EngineSeen:
    async with HttpClient(tls_context(cluster.ca)) as client:
        names, clock = Names(str(cluster.name)), SystemClock()

        def wall() -> float:
            return clock.now().wall

        return await look(access_of(cluster), names, client, tuple(cluster.monitor), wall)
