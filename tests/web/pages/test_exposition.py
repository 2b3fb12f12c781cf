"""What Prometheus reads: every metric, as its parsers take it, whatever a stranger wrote into a name."""

from __future__ import annotations

from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from automaton.web.pages.exposition import LONGEST_LABEL, OF_A_SERVER, OPENMETRICS, PageCounts, exposition
from automaton.web.routes.metrics import Distribution, Metrics, MetricSample, ServerFigures
from tests.web.routes.test_metrics import metrics

HOSTILE = 'a"b\\c\nd\x1b[31m\u202e{}#,=\ud800'


def read(given: Metrics | None, page: PageCounts | None = None) -> dict[str, dict[tuple[str, ...], float]]:
    """Samples by their name, each by the values of its labels."""
    text, _ = exposition(given, page or PageCounts(), "")
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in read_text(text.decode()):
        for sample in family.samples:
            labels = tuple(sample.labels.values())
            assert labels not in found.setdefault(sample.name, {}), f"{sample.name} twice with {labels}"
            found[sample.name][labels] = sample.value
    return found


def test_samples_have_their_labels_and_lag_adds_up_from_step_to_step() -> None:
    given = metrics(
        links=[MetricSample(["live"], 2), MetricSample(["parked"], 1)],
        lag=Distribution([0.1, 0.2], [4, 2, 1], 1.5),
    )

    found = read(given)

    assert found["automaton_links"] == {("live",): 2, ("parked",): 1}
    assert found["automaton_engine_lag_seconds_bucket"] == {("0.1",): 4, ("0.2",): 6, ("+Inf",): 7}
    assert found["automaton_engine_lag_seconds_sum"] == {(): 1.5}
    assert found["automaton_build_info"] == {("3.11.7", "1.2.3"): 1}  # labels by name
    assert found["automaton_up"] == {(): 1}


def test_what_is_not_there_has_no_sample() -> None:
    assert "automaton_journal_healthy" not in read(metrics())
    assert read(metrics(is_journal_healthy=False))["automaton_journal_healthy"] == {(): 0}


def test_a_daemon_that_does_not_answer_is_a_metric_and_the_page_tells_its_own() -> None:
    page = PageCounts()
    for status in (200, 200, 403):
        page.note(status)

    found = read(None, page)

    assert found["automaton_up"] == {(): 0}
    assert found["automaton_page_requests_total"] == {("200",): 2, ("403",): 1}
    assert not any(name.startswith("automaton_engine") for name in found)


def test_names_of_strangers_stay_labels_in_both_forms() -> None:
    server = ServerFigures(uuid="u", name=HOSTILE * 20, node=HOSTILE, panel="main", memory=1.0)
    given = metrics(servers=[server], servers_left_out=0, verdicts=[MetricSample([HOSTILE, "fired"], 1)])

    text, _ = exposition(given, PageCounts(), "text/plain")
    openmetrics, content_type = exposition(given, PageCounts(), f"{OPENMETRICS}; version=1.0.0,*/*;q=0.1")

    info = read(given)["automaton_server_info"]
    assert [len(name) for name, _, _, _ in info] == [LONGEST_LABEL]
    assert "\x1b" not in text.decode()
    families = read_openmetrics(openmetrics.decode())  # type: ignore[no-untyped-call]
    assert "automaton_server_info" in {one.name for one in families}
    assert content_type.startswith(f"{OPENMETRICS}; version=1.0.0")


def test_what_is_asked_for_is_no_part_of_the_answers_header() -> None:
    _, content_type = exposition(None, PageCounts(), f"{OPENMETRICS}; version=9.9.9-x; escaping=oops")

    assert "9.9.9" not in content_type


def test_servers_have_a_series_for_each_figure_that_is_known() -> None:
    known = ServerFigures(
        uuid="u", name="lobby", node="n", panel="main", state="running", is_linked=True, memory=1.0,
        memory_limit=2.0, cpu=0.5, disk=3.0, disk_limit=4.0, received=5.0, sent=6.0, uptime=7.0, players=8.0,
    )  # fmt: skip
    unknown = ServerFigures(uuid="v", name="lobby", node="n", panel="main")

    found = read(metrics(servers=[known, unknown], servers_left_out=3))

    of_servers = {name: samples for name, samples in found.items() if name.startswith("automaton_server_")}
    assert sum("u" in labels for samples in of_servers.values() for labels in samples) == OF_A_SERVER
    assert [name for name, samples in of_servers.items() if ("v",) in samples] == ["automaton_server_linked"]
    assert found["automaton_servers_left_out"] == {(): 3}


def test_without_servers_nothing_of_them_is_told() -> None:
    assert not any(name.startswith("automaton_server") for name in read(metrics()))
