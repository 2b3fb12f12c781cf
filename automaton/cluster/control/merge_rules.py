"""Rules in numbers, of all shards together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain

import msgspec

from automaton.cluster.control.merge import Lacking, Merge
from automaton.web.routes.rules import RuleList, RuleRow


def _rules(parts: Sequence[RuleList], _: Lacking) -> RuleList:
    """In the order of the shard that has most of them; others' rules follow: generations may differ."""
    rows: dict[str, RuleRow] = {}
    for part in sorted(parts, key=lambda part: -len(part.rules)):
        for row in part.rules:
            before = rows.get(row.id)
            rows[row.id] = row if before is None else _sum(before, row)
    return RuleList(list(rows.values()))


def _sum(one: RuleRow, other: RuleRow) -> RuleRow:
    fired = [at for at in (one.last_fired, other.last_fired) if at is not None]
    return msgspec.structs.replace(
        one,
        servers=one.servers + other.servers,
        open=one.open + other.open,
        fired=one.fired + other.fired,
        held=one.held + other.held,
        counted=dict(sum((Counter(one.counted), Counter(other.counted)), Counter[str]())),
        games=sorted({*chain(one.games, other.games)}),
        by_hand=one.by_hand or other.by_hand,
        last_fired=max(fired, default=None),
    )


RULES = Merge(RuleList, _rules, rows="rules")
