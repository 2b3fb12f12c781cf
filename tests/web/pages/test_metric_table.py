"""The table of metrics: whole, and named as Prometheus advises."""

from __future__ import annotations

import pytest

from automaton.web.pages.metric_table import (
    METRICS,
    NOT_IN_THE_TABLE,
    OF_SERVERS,
    OF_THE_PAGE,
    Metric,
    MetricKind,
)
from automaton.web.routes.metrics import Metrics, ServerFigures


def test_every_field_is_a_metric_and_every_metric_is_a_field() -> None:
    assert {metric.field for metric in METRICS} == set(Metrics.__struct_fields__) - NOT_IN_THE_TABLE
    assert {metric.field for metric in OF_SERVERS} <= {*ServerFigures.__struct_fields__, "info"}


@pytest.mark.parametrize("metric", [*METRICS, *OF_THE_PAGE, *OF_SERVERS], ids=lambda metric: metric.name)
def test_names_are_as_prometheus_advises(metric: Metric) -> None:
    assert metric.name.endswith("_total") == (metric.kind is MetricKind.COUNTER)
    assert metric.help.endswith(".")


def test_no_name_is_there_twice() -> None:
    names = [metric.name for metric in (*METRICS, *OF_THE_PAGE, *OF_SERVERS)]

    assert sorted(names) == sorted(set(names))
