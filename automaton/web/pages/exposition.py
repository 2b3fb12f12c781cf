"""Metrics written down for Prometheus: as its text, or as OpenMetrics for who asks for that.

Law: a name that a stranger wrote stays a label's text, and no two samples have the same labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from automaton.printable import harmless
from automaton.web.pages.metric_table import (
    BUILD,
    LEFT_OUT,
    METRICS,
    OF_SERVERS,
    OF_THE_PAGE,
    Metric,
    MetricKind,
)
from automaton.web.routes.metrics import Distribution, Metrics, MetricSample, ServerFigures

LONGEST_LABEL = 200  # characters; the Panel's longest name of a server is 191
OPENMETRICS = "application/openmetrics-text"
OF_A_SERVER = len(OF_SERVERS)
"""Series of one server, at the most."""


@dataclass(slots=True)
class PageCounts:
    """What the page counts of itself. `requests` is by the status of the answer."""

    requests: dict[int, int] = field(default_factory=dict)
    streams: int = 0
    logins_failed: int = 0
    sessions: int = 0

    def note(self, status: int) -> None:
        """Counts one answer."""
        self.requests[status] = self.requests.get(status, 0) + 1


class DaemonCollector(Collector):
    """What one scrape tells: the daemon's metrics, None where it did not answer, and the page's own."""

    def __init__(self, metrics: Metrics | None, page: PageCounts) -> None:
        self._metrics = metrics
        self._page = page

    def collect(self) -> Iterator[Family]:
        """All families, in the order of the tables."""
        metrics = self._metrics
        if metrics is not None:
            yield family(BUILD, [MetricSample([metrics.version, metrics.python], 1)])
            for metric in METRICS:
                if (value := getattr(metrics, metric.field)) is not None:
                    yield family(metric, value)
        page: dict[str, list[MetricSample] | float] = {
            "requests": [MetricSample([str(code)], number) for code, number in self._page.requests.items()],
            "streams": self._page.streams,
            "logins_failed": self._page.logins_failed,
            "sessions": self._page.sessions,
            "daemon_up": metrics is not None,
        }
        for metric in OF_THE_PAGE:
            yield family(metric, page[metric.field])
        if metrics is not None and metrics.servers_left_out is not None:
            yield from of_servers(metrics.servers)
            yield family(LEFT_OUT, metrics.servers_left_out)


def exposition(metrics: Metrics | None, page: PageCounts, accept: str) -> tuple[bytes, str]:
    """The text of one scrape, and its type. `accept` is what who asks can read.

    `process_…` are the daemon's, `automaton_page_process_…` those of the page's process.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(DaemonCollector(metrics, page))
    if metrics is not None:
        pid = metrics.pid
        ProcessCollector(pid=lambda: pid, registry=registry)
    ProcessCollector(namespace="automaton_page", registry=registry)
    # Only whether: versions that a stranger writes there would stand in the answer's header.
    encode, content_type = choose_encoder(OPENMETRICS if OPENMETRICS in accept else "")
    return encode(registry), content_type


def family(metric: Metric, value: Distribution | Iterable[MetricSample] | float) -> Family:
    """A metric with its samples."""
    if isinstance(value, Distribution):
        return _histogram(metric, value)
    samples = [MetricSample([], value)] if isinstance(value, int | float) else value
    if metric.kind is MetricKind.COUNTER:
        counter = CounterMetricFamily(metric.full_name, metric.help, labels=metric.labels)
        for labels, number in _merged(samples).items():
            counter.add_metric(labels, number)
        return counter
    gauge = GaugeMetricFamily(metric.full_name, metric.help, labels=metric.labels)
    for labels, number in _merged(samples).items():
        gauge.add_metric(labels, number)
    return gauge


def of_servers(servers: Iterable[ServerFigures]) -> Iterator[Family]:
    """The figures of servers, metric by metric. What is not known now has no sample."""
    rows = list(servers)
    for metric in OF_SERVERS:
        yield family(metric, [one for row in rows for one in _of_server(metric, row)])


def _of_server(metric: Metric, row: ServerFigures) -> Iterator[MetricSample]:
    if metric.field == "info":
        yield MetricSample([row.uuid, row.name, row.node, row.panel], 1)
        return
    value = getattr(row, metric.field)
    if value is None:
        return
    if metric.field == "state":
        yield MetricSample([row.uuid, value], 1)
    else:
        yield MetricSample([row.uuid], value)


def _merged(samples: Iterable[MetricSample]) -> Mapping[tuple[str, ...], float]:
    """By labels. Those that are the same once they are cut are one, and are added."""
    found: dict[tuple[str, ...], float] = {}
    for sample in samples:
        labels = tuple(harmless(label)[:LONGEST_LABEL] for label in sample.labels)
        found[labels] = found.get(labels, 0) + sample.value
    return found


def _histogram(metric: Metric, value: Distribution) -> Family:
    bounds = [*(f"{step:g}" for step in value.steps), "+Inf"]
    buckets = list(zip(bounds, accumulate(value.counts), strict=True))
    return HistogramMetricFamily(metric.full_name, metric.help, buckets=buckets, sum_value=value.total)
