"""Rules in numbers are counted over all shards."""

from __future__ import annotations

from automaton.cluster.control.merge import Lacking
from automaton.cluster.control.merge_rules import RULES
from automaton.web.routes.rules import RuleList, RuleRow


def row(id_: str, servers: int, *, counted: dict[str, int], games: list[str], last: float | None) -> RuleRow:
    return RuleRow(
        id=id_, arm="live", by="server", severity="info", servers=servers, open=1, fired=2, held=3,
        counted=counted, games=games, last_fired=last,
    )  # fmt: skip


def test_what_is_counted_is_summed_and_the_last_firing_is_the_latest() -> None:
    here = row("a", 3, counted={"fired": 2, "not_true": 5}, games=["rust"], last=50.0)
    there = row("a", 4, counted={"fired": 1, "cooldown": 7}, games=["ark", "rust"], last=None)

    (merged,) = RULES.merged([RuleList([here]), RuleList([there])], Lacking()).rules

    assert (merged.servers, merged.open, merged.fired, merged.held) == (7, 2, 4, 6)
    assert merged.counted == {"fired": 3, "not_true": 5, "cooldown": 7}
    assert (merged.games, merged.last_fired) == (["ark", "rust"], 50.0)


def test_rules_are_in_the_order_of_who_has_most_and_none_is_left_out() -> None:
    """While a reload goes round, members have different rules."""
    a, b, c = (row(id_, 1, counted={}, games=[], last=None) for id_ in "abc")

    merged = RULES.merged([RuleList([c]), RuleList([b, a])], Lacking())

    assert [one.id for one in merged.rules] == ["b", "a", "c"]
