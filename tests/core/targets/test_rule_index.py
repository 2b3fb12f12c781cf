"""Which rules an event concerns, in file order."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from automaton.core.arm import Arm
from automaton.core.events import Source, StatsReported
from automaton.core.facts.facts import Facts
from automaton.core.happening import LINE, NOTHING, Happening, Heard
from automaton.core.key import By
from automaton.core.moment import Moment
from automaton.core.targets.rule_index import MOST_MATCHES, Concerned, RuleIndexes
from tests.core.story import ARENA, LOBBY, book

RULES = """
    rules:
      - {id: b, while: memory_pct > 90, if: not installing, do: []}
      - {id: a, when: {console: '^x'}, until: memory_pct < 5, do: []}
      - {id: c, servers: {name: lobby}, when: {event: crash}, do: []}
    """


def indexes(arm: Arm = Arm.LIVE) -> RuleIndexes:
    return RuleIndexes(book(RULES), lambda _: arm)


def named(concerns: Iterable[Concerned]) -> list[str]:
    return [
        f"{one.rule.id}{' hears' if one.hears else ''}{' reads' if one.reads else ''}" for one in concerns
    ]


def line(*patterns: str) -> Happening:
    return Happening(LINE, {}, Heard("x", "x", Source.GAME, patterns=frozenset(patterns)))


def test_rules_are_found_by_the_facts_they_read_in_file_order() -> None:
    index = indexes().of(Facts(LOBBY))

    assert named(index.concerned(frozenset({"memory_pct"}), ())) == ["b reads", "a reads"]
    assert named(index.concerned(frozenset({"installing"}), ())) == ["b reads"]
    assert named(index.concerned(frozenset({"cpu_pct"}), ())) == []


def test_rules_are_found_by_patterns_and_events() -> None:
    index = indexes().of(Facts(LOBBY))

    assert named(index.concerned(frozenset(), (line("^x"), Happening("crash")))) == ["a hears", "c hears"]
    assert named(index.concerned(frozenset(), (line("^other"), Happening("ready")))) == []


def test_a_rule_hears_only_what_it_listens_to_though_it_reads_what_changed() -> None:
    index = indexes().of(Facts(LOBBY))

    assert named(index.concerned(frozenset({"memory_pct"}), (line("^x"),))) == ["b reads", "a hears reads"]


@pytest.mark.parametrize(
    ("rule", "changed", "fallen", "below"),
    [
        ("memory_pct > 90", "memory_pct", "", [90.0]),
        ("memory_pct > 90 or memory_pct > 80 and cpu_pct > 300", "memory_pct cpu_pct", "", [300.0, 80.0]),
        ('memory_pct > 90 and state == "running"', "memory_pct", "", [90.0]),
        ('memory_pct > 90 and state == "running"', "memory_pct state", "", None),
        ("console_age > 10m", "console_age", "console_age", []),
        ("console_age > 10m", "console_age", "", None),
        ("console_age > 10m and memory_pct > 90", "console_age memory_pct", "console_age", [90.0]),
        ("memory_pct < 90", "memory_pct", "", None),
        ("players > 5", "players", "", None),
    ],
)
def test_what_must_stay_below_which_number_for_a_while_to_stay_false(
    rule: str, changed: str, fallen: str, below: list[float] | None
) -> None:
    rules = book(f"rules: [{{id: a, while: '{rule}', do: []}}]")
    index = RuleIndexes(rules, lambda _: Arm.LIVE).of(Facts(LOBBY))
    (concern,) = index.concerned(frozenset(changed.split()), (), frozenset(fallen.split()))

    assert (None if concern.below is None else [limit for _, limit in concern.below]) == below


def test_one_condition_of_several_is_enough_to_leave_a_while_false() -> None:
    rules = book("rules: [{id: a, while: 'cpu_pct > 300 and memory_pct > 40', do: []}]")
    index = RuleIndexes(rules, lambda _: Arm.LIVE).of(Facts(LOBBY))
    (concern,) = index.concerned(frozenset({"cpu_pct", "memory_pct"}), ())

    assert concern.stays_false(read_once(cpu_pct=20.0, memory=95), 1.0)
    assert concern.stays_false(read_once(cpu_pct=350.0, memory=30), 1.0)
    assert not concern.stays_false(read_once(cpu_pct=350.0, memory=95), 1.0)


def read_once(*, cpu_pct: float, memory: int) -> Facts:
    """Of a server that runs, with a limit of memory of 100."""
    facts = Facts(LOBBY)
    facts.connected = True
    at = Moment(1.0, 1.0)
    facts.take_stats(
        StatsReported(
            server=LOBBY.uuid, at=at, memory=memory, memory_limit=100, cpu_pct=cpu_pct, disk=1, rx=0, tx=0,
            uptime=1.0,
        ),
        1.0,
    )  # fmt: skip
    return facts


THRESHOLDS = """
    rules:
      - {id: hot, while: cpu_pct > 300 and memory_pct > 40, do: []}
      - {id: high, while: memory_pct > 90, do: []}
      - {id: higher, while: memory_pct > 95, do: []}
      - {id: lower, while: memory_pct < 5, do: []}
      - {id: wide, while: disk > 1GiB and cpu_pct > 200, do: []}
    """


def test_rules_with_a_threshold_stand_by_the_number_that_they_are_compared_with() -> None:
    index = RuleIndexes(book(THRESHOLDS), lambda _: Arm.LIVE).of(Facts(LOBBY))
    found = index.concerned(frozenset({"cpu_pct", "memory_pct"}), ())

    assert [one.rule.id for one in found.others] == ["lower"]
    assert found.floored == 4
    assert [(limit, [one.rule.id for one in rules]) for _, limit, rules in found.floors] == [
        (300, ["hot"]), (90, ["high", "higher"]), (1024**3, ["wide"]),
    ]  # fmt: skip
    assert named(found.below(read_once(cpu_pct=299.0, memory=89), 1.0)) == [
        "hot reads", "high reads", "higher reads", "wide reads",
    ]  # fmt: skip
    assert named(found.below(read_once(cpu_pct=300.0, memory=90), 1.0)) == ["wide reads"]
    assert found.below(Facts(LOBBY), 1.0) == [], "nothing is known of it"


def test_a_rule_that_hears_what_happened_has_no_floor() -> None:
    rules = book("""
        rules:
          - {id: a, while: memory_pct > 90, until: {console: '^x'}, do: []}
          - {id: b, while: memory_pct > 95, do: []}
          - {id: c, while: memory_pct > 99, do: []}
        """)
    index = RuleIndexes(rules, lambda _: Arm.LIVE).of(Facts(LOBBY))

    assert index.concerned(frozenset({"memory_pct"}), ()).floored == 3
    found = index.concerned(frozenset({"memory_pct"}), (line("^x"),))
    assert (named(found), found.floored) == (["a hears reads", "b reads", "c reads"], 2)


def test_however_many_matches_differ_what_is_kept_of_them_is_bounded_and_right() -> None:
    rules = "".join(f"      - {{id: r{n}, when: {{console: '^{n}'}}, do: []}}\n" for n in range(11))
    index = RuleIndexes(book(f"    rules:\n{rules}"), lambda _: Arm.LIVE).of(Facts(LOBBY))

    for number in range(MOST_MATCHES + 50):
        heard = [n for n in range(11) if number >> n & 1]
        found = index.concerned(NOTHING, (line(*(f"^{n}" for n in heard)),))
        assert named(found) == [f"r{n} hears" for n in heard]
    assert len(index._by_match) <= MOST_MATCHES


def test_servers_that_the_same_rules_name_share_an_index() -> None:
    found = indexes()

    assert found.of(Facts(LOBBY)) is found.of(Facts(LOBBY))
    assert set(found.of(Facts(ARENA)).by_id) == {"a", "b"}


def test_a_rule_that_is_off_concerns_nobody() -> None:
    assert indexes(Arm.OFF).of(Facts(LOBBY)).by_id == {}


def test_an_index_knows_what_its_rules_look_back_on_and_which_of_them_count_servers() -> None:
    many = """
        rules:
          - {id: past, while: 'avg(cpu_pct, 5m) > 90 and rate(rx, 1m) > 1MiB', do: []}
          - {id: node, by: node, while: 'count(avg(cpu_pct, 1m) > 50) > 2', do: []}
          - {id: all, by: node, while: total > 3, do: []}
          - {id: plain, by: node, while: 'firing("past")', do: []}
        """
    found = RuleIndexes(book(many), lambda _: Arm.LIVE)

    assert [one.text for one in sorted(found.of(Facts(LOBBY)).over_time, key=lambda one: one.text)] == [
        "avg(cpu_pct, 5m)",
        "rate(rx, 1m)",
    ]
    assert [rule.id for rule in found.by[By.NODE].counting] == ["node", "all"]
