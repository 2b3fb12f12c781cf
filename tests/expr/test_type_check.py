"""What is wrong with an expression is told when it is loaded, once, at its place."""

from __future__ import annotations

import pytest

from automaton.core.facts.kind import Kind
from automaton.core.facts.table import EVERY_FACT, SERVER_FACTS
from automaton.expr.expression import parse_expression
from automaton.expr.known_names import KnownNames
from automaton.expr.type_check import check, kind_of

IT = frozenset({"player", "ms"})


def problems(text: str, want: Kind = Kind.TRUTH) -> list[tuple[int | None, str, str]]:
    found = check(parse_expression(text), SERVER_FACTS, want, it=IT)
    return [(problem.offset, problem.message, problem.suggestion) for problem in found]


@pytest.mark.parametrize(
    "text",
    [
        'state == "running" and console_age > 10m',
        'state == "offline" and stopped_by not in ["operator", "automaton"]',
        "disk_pct > 90 or disk_pct > 90%",
        "memory > memory_limit * 0.9",
        "memory / memory_limit > 0.9",
        "not installing and not suspended",
        "installing == true",
        '"prod" in tags',
        "it.ms > 500",
        "it.ms > 2s",
        'it.player in ["Steve", "Alex"]',
        "it.player in tags",
        "it.player",
        "console_age * 2 > 10m + 3m",
        "10m - console_age < 3m",
        "uptime / 2 > 1h",
    ],
)
def test_what_is_right_is_let_through(text: str) -> None:
    assert problems(text) == []


@pytest.mark.parametrize(
    ("text", "offset", "message", "suggestion"),
    [
        ("state", 0, "a text where a truth is wanted", 'state == "offline"'),
        ("name", 0, "a text where a truth is wanted", 'name == "…"'),
        ("not name", 4, "a text where a truth is wanted", ""),
        ("installing and tags", 15, "a list where a truth is wanted", ""),
    ],
)
def test_what_is_wrong_is_told_once_at_its_place(
    text: str, offset: int, message: str, suggestion: str
) -> None:
    assert problems(text) == [(offset, message, suggestion)]


@pytest.mark.parametrize(
    ("text", "want", "message"),
    [
        ("memory", Kind.DURATION, "a size where a duration is wanted"),
        ("5", Kind.DURATION, "a bare number where a duration is wanted"),
        ("connected", Kind.TEXT, "a truth where a text is wanted"),
    ],
)
def test_the_whole_is_of_the_kind_that_is_wanted(text: str, want: Kind, message: str) -> None:
    assert problems(text, want) == [(0, message, "")]


@pytest.mark.parametrize("text", ["memory", "state", "tags", "connected", "5m"])
def test_any_kind_will_do_in_a_text(text: str) -> None:
    assert problems(text, Kind.ANY) == []


def test_all_mistakes_are_told_in_the_order_of_the_source() -> None:
    told = problems("stat == 'x' and memory > 5 or not name")

    assert [offset for offset, _, _ in told] == [0, 25, 34]


def test_fields_are_not_judged_where_the_match_is_not_known() -> None:
    assert check(parse_expression("it.anything > 3"), SERVER_FACTS, Kind.TRUTH) == []


WHOLE = {name: EVERY_FACT[name] for name in ("total", "rule")}


def test_a_rule_wider_than_one_server_asks_each_for_its_facts() -> None:
    def told(text: str) -> list[tuple[int | None, str]]:
        found = check(parse_expression(text), WHOLE, Kind.TRUTH, known=KnownNames(each=SERVER_FACTS))
        return [(problem.offset, problem.message) for problem in found]

    for right in (
        "share(not connected) > 0.5 and total >= 3",
        "sum(memory) > 5GiB and sum(players) > 100",
        'count(avg(memory_pct, 5m) > 90) >= 2 or window("quiet")',
        '"lobby" == names(state == "offline")',
    ):
        assert told(right) == []
    assert told("memory_pct > 90") == [
        (0, "`memory_pct` is a fact of one server: this rule is wider than one")
    ]
    assert told("avg(memory_pct, 5m) > 90") == [
        (0, "`avg` looks back on one server: this rule is wider than one")
    ]
    assert told("count(total > 3) > 1") == [
        (6, "`total` cannot be read inside `count`: only facts of a server can")
    ]
    assert told("count(share(connected) > 0.5) > 1") == [
        (6, "`share` counts servers: it cannot stand inside `count`")
    ]
    assert told("share(connected) > 30%") == [(19, "a share lies between 0 and 1")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("count(connected)", Kind.NUMBER),
        ("sum(memory)", Kind.SIZE),
        ("names(connected)", Kind.TEXT),
        ("avg(memory, 5m)", Kind.SIZE),
        ("max(players, 1h)", Kind.NUMBER),
        ("rate(rx, 5m)", Kind.SIZE),
        ("rate(uptime, 5m)", Kind.NUMBER),
        ("eta(disk, disk_limit, 2h)", Kind.DURATION),
        ("age(ready)", Kind.DURATION),
        ("seen('^x', 1h)", Kind.TRUTH),
        ("starts(1h)", Kind.NUMBER),
        ('firing("a")', Kind.TRUTH),
        ("json(tags)", Kind.TEXT),
    ],
)
def test_a_function_gives_a_kind(text: str, kind: Kind) -> None:
    assert kind_of(parse_expression(text).tree) is kind


def test_every_fact_of_the_vocabulary_can_be_read() -> None:
    for name, fact in EVERY_FACT.items():
        assert check(parse_expression(name), {name: fact}, fact.kind) == []
