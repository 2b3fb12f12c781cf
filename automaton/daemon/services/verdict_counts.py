"""Verdicts by rule for monitoring: a bounded number of series, and nothing that is not counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from automaton.core.decision import Verdict

COUNTED_APART = 500
"""Rules with series of their own, a dozen verdicts each; rules that came later are counted together."""

OTHERS = "other"
OF_NO_RULE = ""


def bounded_verdicts(
    counted: Mapping[tuple[str, Verdict], int], most: int = COUNTED_APART
) -> tuple[dict[tuple[str, Verdict], int], int]:
    """The counts by rule and verdict, and how many rules are counted together as OTHERS.

    The rules that were counted first keep their own: a counter never goes back because a rule came.
    """
    apart = list(dict.fromkeys(rule for rule, _ in counted))
    kept = set(apart[:most])
    found: Counter[tuple[str, Verdict]] = Counter()
    for (rule, verdict), number in counted.items():
        found[rule if rule in kept else OTHERS, verdict] += number
    return dict(found), len(apart) - len(kept)
