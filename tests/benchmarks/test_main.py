"""What `make bench` runs."""

from __future__ import annotations

from tests.benchmarks.__main__ import main, programs


def test_benchmarks_are_modules_and_folders_that_can_be_run() -> None:
    assert {"matching", "replay", "fleet", "peers"} <= {*programs()}


def test_what_measures_nothing_by_itself_is_none() -> None:
    assert {"against", "page", "fleet_peer", "__main__"} & {*programs()} == set()


def test_a_benchmark_that_there_is_not_is_refused() -> None:
    assert main(["no-such"]) == 2
