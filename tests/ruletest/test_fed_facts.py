"""The facts that a test may feed are those of the language, and each is read by its name."""

from __future__ import annotations

import pytest

from automaton.core.events import State
from automaton.core.facts.table import SERVER_FACTS
from automaton.problem import Problem
from automaton.ruletest.fed_facts import DERIVED_FACTS, READERS, FedFacts, FedOwnFact, read_facts
from automaton.schema.nodes import Mapping, read
from tests.rulebook.texts import load


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


@pytest.mark.parametrize(
    ("fed", "told"),
    [
        (
            "{memory_pct: 95, memory: 1GiB}",
            ["`memory_pct` is what `memory` is of its limit: feed one of the two"],
        ),
        (
            "{memory: 9GiB, memory_limit: 10GiB, memory_pct: 20}",
            ["`memory_pct` is what `memory` is of its limit: feed one of the two"],
        ),
        ("{disk: 1GiB, disk_pct: 95}", ["`disk_pct` is what `disk` is of its limit: feed one of the two"]),
        ("{memory_pct: 95, memory_limit: 10GiB, disk_pct: 5, disk_limit: 10GiB}", []),
        ("{memory: 9GiB, memory_limit: 10GiB, disk: 5GiB}", []),
    ],
)
def test_a_percent_beside_its_size_is_an_error_and_beside_the_limit_it_is_none(
    fed: str, told: list[str]
) -> None:
    """Whichever stood last took the place of the other, and a test proved what nobody had written."""
    assert facts(fed)[1] == told


def test_a_fact_of_ones_own_is_fed_as_its_game_would_say_it() -> None:
    own = load("facts: {tps: {type: number, line: '^TPS: (?P<value>.*)'}}\nrules: []").own_facts
    node = read("{tps: 19.5}", "rules.yml")
    assert isinstance(node, Mapping)
    problems: list[Problem] = []

    fed = read_facts(node, problems, own)
    assert (fed.own, problems) == ({"tps": FedOwnFact("tps", "19.5", is_shared=False)}, [])

    wrong = read("{tps: fast}", "rules.yml")
    assert isinstance(wrong, Mapping)
    assert read_facts(wrong, problems, own).own == {}
    assert [str(one) for one in problems] == [
        "rules.yml:1:7: error: `tps`: a bare number is expected; found `fast`"
    ]
