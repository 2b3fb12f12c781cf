"""`GET /v1/metrics`: what is counted and measured, as plain numbers; with `servers=N` also those of servers.

Law: the daemon only copies integers here. What they are called, what they mean and how they are written down
is the page's business (`web/pages/metric_table.py`), in a process of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

import msgspec

from automaton.web.http_json import RequestRefused, json_of, route

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route


class MetricSample(msgspec.Struct, frozen=True, array_like=True):
    """One number of several, and the values of the labels that tell which."""

    labels: list[str]
    value: float


def samples(rows: Iterable[tuple[*tuple[str, ...], float]]) -> list[MetricSample]:
    """Each row's labels, and behind them its number."""
    return [MetricSample([str(label) for label in row[:-1]], float(row[-1])) for row in rows]


class Distribution(msgspec.Struct, frozen=True):
    """How many were at most each of `steps`, those of the steps below not included; the last above all."""

    steps: list[float]
    counts: list[int]
    total: float


class ServerFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one server, in base units. None is not known now, or no limit."""

    uuid: str
    name: str
    node: str
    panel: str
    state: str | None = None
    is_linked: bool = False
    memory: float | None = None
    memory_limit: float | None = None
    cpu: float | None = None
    disk: float | None = None
    disk_limit: float | None = None
    received: float | None = None
    sent: float | None = None
    uptime: float | None = None
    players: float | None = None


class Metrics(msgspec.Struct, frozen=True, kw_only=True):
    """A field for each metric. Counts are since the start, moments in wall seconds, None is not there.

    `servers` are as many as were asked for, in the order of their uuids; `servers_left_out` the others.
    """

    version: str
    python: str
    pid: int
    started: float
    config_taken: bool
    config_taken_at: float
    arm: list[MetricSample]
    rules: int
    lag: Distribution
    events: list[MetricSample]
    turn_age: float
    queue_events: int
    events_lost: int
    lines_cut: int
    stood: int
    unserved_servers: int
    is_watchdog_fed: bool
    restless: int
    verdicts: list[MetricSample]
    rules_counted_together: int
    runs: int
    incidents: list[MetricSample]
    unacknowledged: int
    breakers_tripped: int
    silences: int
    rules_by_hand: int
    is_on_hold: bool
    memory_unreadable: int
    servers_let_go: int
    values_let_go: int
    untold: int
    links: list[MetricSample]
    parked: list[MetricSample]
    reconnects: list[MetricSample]
    token_requests: list[MetricSample]
    wings_errors: list[MetricSample]
    panels_up: list[MetricSample]
    panels_listed: list[MetricSample]
    panel_requests: list[MetricSample]
    calls: list[MetricSample]
    power_actions: list[MetricSample]
    deliveries: list[MetricSample]
    outbox: list[MetricSample]
    outbox_oldest: list[MetricSample]
    failures_in_a_row: list[MetricSample]
    actions_outlived: int | None = None
    is_journal_healthy: bool | None = None
    journal_backlog: int | None = None
    journal_commits: int | None = None
    journal_entries: int | None = None
    journal_rows_lost: int | None = None
    journal_committed_at: float | None = None
    page_starts: int | None = None
    heartbeats: list[MetricSample] = []
    heartbeat_answered_at: float | None = None
    cluster_members: list[MetricSample] | None = None
    cluster_established: bool | None = None
    cluster_generation_behind: bool | None = None
    cluster_appends_work: bool | None = None
    cluster_shards_owned: int | None = None
    cluster_shards_unowned: int | None = None
    cluster_shards_taking_over: int | None = None
    cluster_epochs: int | None = None
    cluster_fenced: int | None = None
    cluster_lease_left: float | None = None
    cluster_appends: Distribution | None = None
    cluster_appends_unanswered: int | None = None
    cluster_logs_went_back: int | None = None
    cluster_twins: int | None = None
    cluster_skew: float | None = None
    cluster_mail_lost: list[MetricSample] | None = None
    cluster_messages_waiting: list[MetricSample] | None = None
    cluster_messages_oldest: list[MetricSample] | None = None
    cluster_account_share: list[MetricSample] | None = None
    servers: list[ServerFigures] = []
    servers_left_out: int | None = None


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the engine turns, and whether what it needs is there: empty, or why not as a sentence."""

    not_alive: str
    not_ready: str


class MetricsPort(Protocol):
    """What is needed of the daemon."""

    async def metrics(self, most_servers: int | None) -> Metrics:
        """All that is counted now; of at most so many servers their figures, None for no server at all."""

    def health(self) -> Health:
        """Whether it is well, at a glance."""


def routes(port: MetricsPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def metrics(request: Request) -> Response:
        return json_of(await port.metrics(_most(request.query_params.get("servers"))))

    async def health(_: Request) -> Response:
        return json_of(port.health())

    return [route("/v1/metrics", metrics), route("/v1/health", health)]


def _most(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise RequestRefused(400, "`servers` is at most how many servers are told of, such as servers=500")
    return int(text)
