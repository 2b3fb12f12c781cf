"""What several engines count is what one would have counted, and none counts nothing."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from trio.testing import MockClock

from automaton.daemon.services.engine_figures import COMBINED, OF_NONE, engine_figures, together
from automaton.web.routes.metrics import Distribution, Metrics, MetricSample
from tests.rules.watch import watching

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_each_figure_of_an_engine_is_a_field_and_can_be_put_together(tmp_path: Path) -> None:
    async with watching(tmp_path, "crash-alert.yml") as watch:
        await watch.seconds(60)
        daemon = watch.daemon
        figures = await engine_figures(daemon.host.measured(), daemon.clock)

    fields = {field.name for field in msgspec.structs.fields(Metrics)}
    assert figures.keys() <= COMBINED.keys() <= fields
    assert figures.keys() >= set(OF_NONE)
    assert together([figures]) == figures
    assert together([figures, figures])["runs"] == 2 * figures["runs"]  # type: ignore[operator] # a count


def test_numbers_of_the_same_labels_are_summed_and_the_worst_of_the_rest_is_told() -> None:
    one = {
        "events": [MetricSample(["LinkUp"], 2)], "turn_age": 1.0, "queue_events": 3, "is_on_hold": False,
        "is_journal_healthy": True, "journal_committed_at": None, "silences": 2,
        "lag": Distribution([], [1, 0], 0.5),
    }  # fmt: skip
    other = {
        "events": [MetricSample(["LinkUp"], 3), MetricSample(["LinkLost"], 1)], "turn_age": 9.0,
        "queue_events": 4, "is_on_hold": True, "is_journal_healthy": False, "journal_committed_at": 50.0,
        "silences": 2, "lag": Distribution([], [4, 2], 1.5),
    }  # fmt: skip

    found = together([one, other])

    lag = found.pop("lag")
    assert isinstance(lag, Distribution)
    assert (lag.counts, lag.total) == ([5, 2], 2.0)
    assert found == {
        "events": [MetricSample(["LinkUp"], 5), MetricSample(["LinkLost"], 1)], "turn_age": 9.0,
        "queue_events": 7, "is_on_hold": True, "is_journal_healthy": False, "journal_committed_at": 50.0,
        "silences": 2,
    }  # fmt: skip


def test_rows_that_were_lost_behind_the_journal_are_counted_with_those_before_it() -> None:
    assert together([{"journal_rows_lost": 2}, {"journal_rows_lost": 1}], 4)["journal_rows_lost"] == 7
    assert together([], 4)["journal_rows_lost"] == 4, "also once the shards are gone"


def test_a_process_without_an_engine_has_counted_nothing() -> None:
    found = together([])

    assert set(found) == set(OF_NONE)
    lag, incidents = found["lag"], found["incidents"]
    assert isinstance(lag, Distribution)
    assert isinstance(incidents, list)
    assert (sum(lag.counts), lag.total, found["turn_age"], found["is_on_hold"]) == (0, 0, 0, False)
    assert [row.value for row in incidents] == [0, 0, 0]
