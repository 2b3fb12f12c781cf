"""The facts that a test may feed are those of the language, and each is read by its name."""

from __future__ import annotations

from automaton.core.events import State
from automaton.core.facts.table import SERVER_FACTS
from automaton.ruletest.fed_facts import DERIVED_FACTS, READERS, FedFacts, read_facts
from automaton.schema.nodes import Mapping, read


def test_every_fact_of_a_server_can_be_fed_or_follows_from_the_feed() -> None:
    assert set(SERVER_FACTS) <= {*READERS, *DERIVED_FACTS}


def facts(text: str) -> tuple[FedFacts, list[str]]:
    node = read(text, "rules.yml")
    assert isinstance(node, Mapping)
    problems: list = []  # type: ignore[type-arg]
    return read_facts(node, problems), [problem.message for problem in problems]


def test_what_a_value_means_is_decided_by_its_fact() -> None:
    assert facts(
        "{memory_pct: 95%, disk: 1.5GiB, uptime: 2h, name: 007, tags: prod, state: offline, players: 3}"
    ) == (
        FedFacts(
            stats={"memory_pct": 95.0, "disk": 1.5 * 2**30, "uptime": 7200.0},
            profile={"name": "007", "tags": ("prod",)},
            state=State.OFFLINE,
            players=3,
        ),
        [],
    )


def test_what_cannot_be_read_is_told_and_the_rest_is_taken() -> None:
    assert facts("{cpu_pct: a lot, rx: 0, tags: [prod, [eu]]}") == (
        FedFacts(stats={"rx": 0}, profile={"tags": ("prod",)}),
        ["`cpu_pct`: a percent is expected, as `95`", "a tag is a text"],
    )
