"""Readings hold until they are fed anew, and are zero while the server is off."""

from __future__ import annotations

import pytest

from automaton.core.facts.readings import FIGURES
from automaton.ruletest.fake_stats import FakeStats


def fed(*stats: dict[str, float]) -> FakeStats:
    gauge = FakeStats()
    for one in stats:
        gauge.feed(one, 10.0)
    return gauge


@pytest.mark.parametrize("percent", [0.0, 0.01, 33.33, 90.0, 95.5, 100.0])
def test_a_percent_is_what_comes_out(percent: float) -> None:
    frame = fed({"memory_pct": percent}).frame(10.0, is_up=True, disk_limit=None)

    assert frame["memory"] is not None
    assert 100.0 * frame["memory"] / (frame["memory_limit"] or 0) == percent


def test_a_size_takes_the_place_of_its_percent() -> None:
    gauge = fed({"memory_pct": 95.0, "memory_limit": 1000}, {"memory": 10})

    assert gauge.frame(10.0, is_up=True, disk_limit=None)["memory"] == 10
    gauge.feed({"memory_pct": 50.0}, 20.0)
    assert gauge.frame(20.0, is_up=True, disk_limit=None)["memory"] == 500


def test_the_uptime_counts_from_where_it_was_fed_or_from_the_start() -> None:
    gauge = fed({"uptime": 3600.0})

    assert gauge.frame(20.0, is_up=True, disk_limit=None)["uptime"] == 3610.0
    gauge.booted(30.0)
    assert gauge.frame(35.0, is_up=True, disk_limit=None)["uptime"] == 5.0


def test_what_is_off_reads_zero_but_its_disk_stays_full() -> None:
    gauge = fed({"memory_pct": 95.0, "cpu_pct": 10.0, "rx": 5, "disk_pct": 91.0})

    frame = gauge.frame(20.0, is_up=False, disk_limit=1000)
    assert {name: frame[name] for name in ("memory", "cpu_pct", "rx", "tx", "uptime", "disk")} == {
        "memory": 0, "cpu_pct": 0, "rx": 0, "tx": None, "uptime": 0, "disk": 910,
    }  # fmt: skip


def test_what_was_never_fed_is_unknown() -> None:
    frame = fed({"memory": 10}).frame(20.0, is_up=True, disk_limit=None)

    assert frame == {**dict.fromkeys(FIGURES), "memory": 10, "memory_limit": 0, "uptime": 20.0}
