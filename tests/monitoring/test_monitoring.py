"""Alerts and dashboard name metrics that there are, and each alert has its test and its place in the docs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from automaton.web.pages.metric_table import BUILD, LEFT_OUT, METRICS, OF_SERVERS, OF_THE_PAGE, MetricKind
from automaton.workbench.monitoring import text_of
from tests.web.pages.metrics_page import PATH, with_tables

ALERTS = yaml.safe_load(text_of("prometheus"))["groups"][0]["rules"]
DASHBOARD = json.loads(text_of("grafana"))
TESTED = yaml.safe_load((Path(__file__).parent / "prometheus-rules.test.yml").read_text())["tests"]
EVERY = (BUILD, LEFT_OUT, *METRICS, *OF_SERVERS, *OF_THE_PAGE)
LABELS_OF_ANY = {"instance", "job", "le"}
PROCESS = re.compile(r"(?:automaton_page_)?process_(?:cpu_seconds_total|resident_memory_bytes)")
NAMED = re.compile(r"\b(?:automaton_|process_)\w+")


def series_names() -> set[str]:
    """As they are in a query: a histogram by its parts."""
    names = {one.full_name for one in EVERY}
    for one in EVERY:
        if one.kind is MetricKind.HISTOGRAM:
            names |= {f"{one.full_name}_{part}" for part in ("bucket", "sum", "count")}
    return names


def expressions() -> Iterator[tuple[str, str]]:
    """Whose they are, and each query of the alerts and the dashboard."""
    yield from ((alert["alert"], alert["expr"]) for alert in ALERTS)
    yield from (
        (panel["title"], one["expr"]) for panel in DASHBOARD["panels"] for one in panel.get("targets", ())
    )
    yield from ((one["name"], one["expr"]) for one in DASHBOARD["annotations"]["list"])


@pytest.mark.parametrize(("whose", "expression"), [*expressions()])
def test_every_metric_that_a_query_names_is_there_with_its_labels(whose: str, expression: str) -> None:
    known = series_names()
    labels = {name: set(one.labels) for one in EVERY for name in known if name.startswith(one.full_name)}
    for name in NAMED.findall(expression):
        assert name in known or PROCESS.fullmatch(name), f"{whose} asks for {name}"
    for name, inside in re.findall(r"(automaton_\w+)\{([^}]*)\}", expression):
        asked = set(re.findall(r'(\w+)(?:=~|!~|!=|=)"', inside))
        assert asked <= labels.get(name, set()) | LABELS_OF_ANY, f"{whose} asks for labels of {name}"


def test_every_alert_has_a_test_that_sets_it_off() -> None:
    fired = set(re.findall(r"alertname=\\?\"(\w+)", json.dumps(TESTED)))

    assert fired == {alert["alert"] for alert in ALERTS}


def test_the_hour_in_which_all_is_well_has_every_series_that_an_alert_looks_at() -> None:
    """What it lacks could not set off an alert there, whatever the alert says."""
    healthy = next(one for one in TESTED if "all is well" in one["name"])
    given = {re.match(r"\w+", one["series"])[0] for one in healthy["input_series"]}  # type: ignore[index] # each begins with a name
    asked = {name for alert in ALERTS for name in NAMED.findall(alert["expr"])}

    assert asked <= given
    assert "up" in given


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_every_alert_says_what_is_wrong_how_loud_and_where_the_docs_say_what_to_do(
    alert: dict[str, Any],
) -> None:
    assert alert["labels"]["severity"] in ("info", "warning", "critical")
    assert alert["annotations"].keys() == {"summary", "description", "runbook"}
    assert alert["annotations"]["runbook"] == f"docs/metrics.md#{alert['alert'].lower()}"
    assert f"\n### {alert['alert']}\n" in PATH.read_text(encoding="utf-8")


def test_the_page_has_no_alert_that_is_gone() -> None:
    headings = re.findall(r"(?m)^### (\w+)$", PATH.read_text(encoding="utf-8"))

    assert headings == [alert["alert"] for alert in ALERTS]


def test_the_tables_of_the_page_are_up_to_date() -> None:
    page = PATH.read_text(encoding="utf-8")

    assert with_tables(page) == page, "make docs"


def test_the_dashboard_lies_in_order_and_asks_the_source_that_is_chosen() -> None:
    panels = DASHBOARD["panels"]
    places = [(panel["title"], panel["gridPos"]) for panel in panels]

    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(place["x"] + place["w"] <= 24 for _, place in places)
    assert not [(one, other) for (one, a), (other, b) in combinations(places, 2) if overlap(a, b)]
    sources = {json.dumps(one["datasource"]) for panel in panels for one in panel.get("targets", ())}
    assert sources == {json.dumps({"type": "prometheus", "uid": "${datasource}"})}
    assert all(panel["description"] for panel in panels if panel["type"] != "row")


def overlap(a: dict[str, int], b: dict[str, int]) -> bool:
    return (
        a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"]
        and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"]
    )  # fmt: skip
