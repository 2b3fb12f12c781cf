"""What of a rule its window, hold and wait depend on: where that changes, these start over."""

from __future__ import annotations

from automaton.core.canonical import fingerprint_of_parts
from automaton.core.rules.rule import Rule

MOST_FINGERPRINTS = 10_000  # rules; a reload replaces all of them


def judged_by(rule: Rule) -> tuple[object, ...]:
    """These parts of the rule, to be compared with those of another."""
    return (rule.when, rule.holds, rule.distinct, rule.unless)


def judging_fingerprint(rule: Rule) -> str:
    """Of these parts: the same in another process, where they are the same."""
    known = _FINGERPRINTS.get(id(rule))
    if known is None:  # kept with the rule itself, so that no other gets its `id`
        if len(_FINGERPRINTS) >= MOST_FINGERPRINTS:
            _FINGERPRINTS.clear()
        known = _FINGERPRINTS[id(rule)] = (rule, fingerprint_of_parts(*judged_by(rule)))
    return known[1]


# Found once a rule, which is never changed: it takes as long as all else that a state dumps.
_FINGERPRINTS: dict[int, tuple[Rule, str]] = {}
