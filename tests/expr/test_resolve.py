"""What functions ask of a scope, and what wakes an expression."""

from __future__ import annotations

from automaton.core.expression import Applied
from automaton.core.truth import Value
from automaton.expr.expression import Expression, parse_expression


def only(text: str) -> Applied:
    (applied,) = parse_expression(text).applied
    return applied


def test_a_function_knows_its_arguments() -> None:
    avg, eta = only("avg( memory_pct,300s) > 90"), only("eta(disk, disk_limit, 2h) < 6h")

    assert (avg.function, avg.text, avg.seconds) == ("avg", "avg(memory_pct, 5m)", 300.0)
    assert avg.of is not None
    assert avg.of.source == "memory_pct"
    assert eta.limit is not None
    assert (eta.limit.source, eta.seconds) == ("disk_limit", 7200.0)


def test_names_and_patterns_are_told_apart() -> None:
    named, own, seen = only("age(player.join) > 1m"), only("age('^Saved') > 1m"), only("seen(ready, 10m)")

    assert (named.name, named.pattern) == ("player.join", "")
    assert (own.name, own.pattern) == ("", "^Saved")
    assert (seen.name, seen.seconds) == ("ready", 600.0)
    assert only('window("quiet")').name == "quiet"
    assert only("crashes(1h) > 3").seconds == 3600.0


def test_an_expression_is_woken_by_what_may_change_its_functions() -> None:
    expression = parse_expression("count(avg(memory_pct, 5m) > 90) > total and name == json(node)")

    assert expression.names == {"count(avg(memory_pct, 5m) > 90)", "total", "name", "node"}
    assert {one.text for one in expression.applied} == {
        "count(avg(memory_pct, 5m) > 90)", "avg(memory_pct, 5m)", "json(node)",
    }  # fmt: skip
    assert parse_expression("eta(disk, disk_limit, 2h) < 6h").names == {"disk", "disk_limit"}
    assert parse_expression("age(ready) > 1m and seen('^x', 1h)").names == {"age(ready)", 'seen("^x", 1h)'}


def test_what_is_asked_of_each_server_is_an_expression_of_its_own() -> None:
    (count,) = (
        one for one in parse_expression("count(avg(players, 1h) > 3) > 1").applied if one.function == "count"
    )

    assert count.of is not None
    assert count.of.source == "avg(players, 1h) > 3"
    assert count.of.names == {"players"}
    assert {one.text for one in count.of.applied} == {"avg(players, 1h)"}


def test_functions_alike_are_one() -> None:
    assert len(parse_expression("avg(memory, 5m) > 3 or avg(memory,300s) < 1").applied) == 1
    assert only("avg(memory, 5m)") == only("avg(memory , 5m)")
    assert only("avg(memory, 5m)") != only("max(memory, 5m)")


def test_what_makes_no_sense_asks_nobody() -> None:
    assert parse_expression("avg(memory)").applied == parse_expression("banana(3)").applied == frozenset()
    assert parse_expression("avg(memory)").names == {"memory"}


def test_the_scope_is_asked_for_functions_and_json_is_made_here() -> None:
    class Asked:
        def read(self, name: str) -> Value:
            return Value('Eve "x"\n') if name == "name" else Value(None)

        def apply(self, applied: Applied) -> Value:
            return Value(95.0, until=5.0)

    def said(text: str) -> Value:
        return parse_expression(text).evaluate(Asked(), 0.0)

    assert said("avg(memory_pct, 5m) > 90") == Value(True, until=5.0)
    assert said("json(name)").plain == '"Eve \\"x\\"\\n"'
    assert said("json(node)").plain == "null"
    assert said("json(tags)").plain == "null"
    assert said("banana(3)").plain is None


def test_functions_are_explained_as_parts() -> None:
    class Asked:
        def read(self, name: str) -> Value:
            return Value(97)

        def apply(self, applied: Applied) -> Value:
            return Value(95)

    def told(text: str) -> list[tuple[int, str, object]]:
        parts = parse_expression(text).explain(Asked(), 0.0)
        return [(part.depth, part.source, part.value.plain) for part in parts]

    assert told("avg(memory_pct, 5m) > 90") == [
        (0, "avg(memory_pct, 5m) > 90", True),
        (1, "avg(memory_pct, 5m)", 95),
        (2, "memory_pct", 97),
    ]
    assert told("count(memory_pct > 90) > 3")[1:] == [(1, "count(memory_pct > 90)", 95)]
    assert told("age(ready) > 3s")[1:] == [(1, "age(ready)", 95)]
    (avg,) = parse_expression("3 < avg(memory + disk, 5m)").applied
    assert isinstance(avg.of, Expression)
    assert [part.source for part in avg.of.explain(Asked(), 0.0)] == ["memory + disk", "memory", "disk"]
