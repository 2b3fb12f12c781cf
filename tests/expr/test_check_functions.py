"""What a function is given is judged when it is loaded, with what to write instead."""

from __future__ import annotations

import pytest

from automaton.core.facts.kind import Kind
from automaton.core.facts.table import SERVER_FACTS
from automaton.expr.expression import parse_expression
from automaton.expr.functions import FUNCTIONS
from automaton.expr.known_names import KnownNames
from automaton.expr.type_check import check

KNOWN = KnownNames(
    events=frozenset({"ready", "player.join", "world_saved"}),
    windows=frozenset({"quiet"}),
    rules=frozenset({"node-hot"}),
    pattern=lambda source: "`(` is not closed" if source == "(" else "",
)


def problems(text: str) -> list[tuple[int | None, str, str]]:
    found = check(parse_expression(text), SERVER_FACTS, Kind.ANY, it=frozenset({"ms"}), known=KNOWN)
    return [(problem.offset, problem.message, problem.suggestion) for problem in found]


@pytest.mark.parametrize(
    "text",
    [
        "avg(memory_pct, 5m) > 90",
        "max(players, 24h) == 0",
        "rate(rx + tx, 1m) > 10MiB",
        "eta(disk, disk_limit, 2h) < 6h",
        "eta(disk_pct, 95, 2h) < 6h",
        "age(world_saved) > 30m",
        "age('^Saved') > 30m",
        "seen(player.join, 10m)",
        "crashes(1h) >= 3 and starts(1h) > 5",
        'window("quiet") and not firing("node-hot")',
        "avg(memory, 5m) / avg(memory, 1h) > 1.5",
        "json(name)",
        "json(it.ms)",
        "matches(name, '^mc-') and contains(lower(it.ms), node) and len(name) > 3",
    ],
)
def test_what_is_right_is_let_through(text: str) -> None:
    assert problems(text) == []


@pytest.mark.parametrize(
    ("text", "offset", "message", "suggestion"),
    [
        ("agv(memory, 5m)", 0, "unknown function `agv`, did you mean `avg`?", "avg"),
        ("banana(3)", 0, "unknown function `banana`", ""),
        ("memory(5m)", 0, "`memory` is a fact and takes no arguments", "memory"),
        ("avg(memory)", 0, "`avg` takes 2 arguments: a number and a time", ""),
        ("crashes()", 0, "`crashes` takes 1 argument: a time", ""),
        ("eta(disk, 2h)", 0, "`eta` takes 3 arguments: a number and a number and a time", ""),
        ("avg(state, 5m)", 4, "a text where a number is wanted", ""),
        ("avg(it.ms, 5m)", 4, "`it.ms` cannot be read inside `avg`: only facts of a server can", ""),
        ("avg(console_age, 5m)", 4, "an age runs by itself: `avg` has nothing to look back on", ""),
        ("avg(avg(memory, 1m), 5m)", 4, "`avg` looks back on facts: it cannot stand inside `avg`", ""),
        ("avg(memory, 300)", 12, "a bare number where a time is wanted", "5m"),
        ("avg(memory, 5GiB)", 12, "a size where a time is wanted", ""),
        ("avg(memory, uptime)", 12, "the time that `avg` looks back is written out", ""),
        ("avg(memory, 0s)", 12, "a time to look back is longer than 0s", ""),
        ("avg(memory, 2d)", 12, "functions look back 24h at most", "1d"),
        ("eta(disk, 3m, 2h)", 10, "a size never reaches a duration", ""),
        ("age(redy)", 4, "unknown event or pattern `redy`, did you mean `ready`?", "ready"),
        ("age('ready')", 4, "an event's name stands without quotes; `ready` in quotes is an RE2", "ready"),
        ("age('(')", 4, "`(` is not closed", ""),
        ("age('')", 4, "an empty pattern is in every line", ""),
        ("age(3)", 4, "this names no event", ""),
        ("matches(name, '(')", 15, "a `(` is not closed", ""),
        ("matches(name, node)", 14, "the pattern of `matches` is written out", ""),
        ("matches(name, '')", 14, "an empty pattern is in every text", ""),
        ("matches(players, 'a')", 8, "a bare number where a text is wanted", ""),
        ("lower(installing)", 6, "a truth where a text is wanted", ""),
        ('contains(tags, "prod")', 9, "a list where a text is wanted", '"prod" in tags'),
        ("contains(name)", 0, "`contains` takes 2 arguments: a text and a text", ""),
        ("window(quiet)", 7, "the name of a window stands in quotes", '"quiet"'),
        ('window("quite")', 7, "unknown window `quite`, did you mean `quiet`?", '"quiet"'),
        ('firing("banana")', 7, "unknown rule `banana`", ""),
        ("firing(3)", 7, "this names no rule", ""),
        (
            "count(connected)",
            0,
            "`count` counts servers: a rule of one server has none to count: "
            "write it in a rule `by: node` or `by: fleet`",
            "",
        ),
        ("1 / age(ready)", 4, "nothing can be divided by an age", ""),
        ("age(ready) * crashes(1h)", 0, "an age is multiplied by something that is not constant", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_once_at_its_place(
    text: str, offset: int, message: str, suggestion: str
) -> None:
    assert problems(text) == [(offset, message, suggestion)]


def test_what_is_not_known_is_not_judged() -> None:
    for text in ("age(anything)", "age('(')", 'window("any")', 'firing("any")'):
        assert check(parse_expression(text), SERVER_FACTS, Kind.ANY) == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_example_is_right_where_it_may_stand(function: str) -> None:
    expression = parse_expression(FUNCTIONS[function].example)
    fleet = check(expression, {}, Kind.ANY, known=KnownNames(each=SERVER_FACTS))
    server = check(expression, SERVER_FACTS, Kind.ANY)

    assert [] in (fleet, server)
