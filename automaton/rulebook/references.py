"""References to things defined elsewhere, and rules that set each other off in a cycle."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from automaton.checkpoint import with_checkpoints
from automaton.did_you_mean import did_you_mean, listed, nearest
from automaton.expr.expression import Expression
from automaton.problem import FilePlace, Problem, problem_at
from automaton.rulebook.model import RuleModel
from automaton.schema.cycles import find_cycles
from automaton.schema.kinds import TriggerModel
from automaton.schema.scalar import target_of
from automaton.schema.selector import ServerSelector
from automaton.words_of_others import At, meant

_WHERE = {
    "channel": "a name of `channels` in automaton.yml: there is none",
    "group": "a name of `groups`: there is none",
    "hook": "a name of `hooks` in automaton.yml: there is none",
    "program": "a name of `exec` in automaton.yml: there is none",
    "rule": "the `id` of a rule: there is none",
    "url": "a name of `http` in automaton.yml: there is none",
}
"""What is expected where nothing of the kind is defined at all."""


def unknown(what: str, name: str, known: Iterable[str]) -> Problem:
    """The problem of a name that is not defined; its code is `unknown-` and `what`."""
    words = sorted(known)
    found = meant(At.EVENT, name) if what == "event" else None
    if found is not None and found.write not in words:
        message = f"unknown {what} `{name}`" + (f": {found.why}" if found.why else "")
        return problem_at(target_of(name), f"unknown-{what}", message, suggestion=found.write)
    near = found.write if found is not None else nearest(name, words)
    expected = "" if near else listed(words) or _WHERE.get(what, f"a {what} that is written down")
    message = f"unknown {what} `{name}`{did_you_mean(near)}"
    return problem_at(target_of(name), f"unknown-{what}", message, expected=expected, suggestion=near or "")


def unknown_packs(selector: ServerSelector, packs: Collection[str]) -> Iterator[Problem]:
    """Globs of packs that no pack fits, each as a warning: an operator may add one later."""
    for clause in selector.any_of:
        for glob in clause.pack:
            if packs and not any(map(glob.covers, packs)):
                near = nearest(glob.source, packs)
                message = f"there is no pack `{glob.source}`, so this chooses no server{did_you_mean(near)}"
                expected = "" if near else listed(packs, "automaton packs")
                yield problem_at(
                    target_of(glob.origin), "unknown-pack", message, severity="warning", expected=expected,
                    suggestion=near or "",
                )  # fmt: skip
        if clause.not_ is not None:
            yield from unknown_packs(clause.not_, packs)


def unknown_tags(selector: ServerSelector, tags: Collection[str]) -> Iterator[Problem]:
    """Globs of tags that fit none of automaton.yml, each as a warning."""
    for clause in selector.any_of:
        for glob in clause.tag:
            if not any(map(glob.covers, tags)):
                near = nearest(glob.source, tags)
                message = f"no server has the tag `{glob.source}`: it is not in `tags` of automaton.yml"
                expected = "" if near else listed(tags)
                yield problem_at(
                    target_of(glob.origin), "unknown-tag", f"{message}{did_you_mean(near)}",
                    severity="warning", expected=expected, suggestion=near or "",
                )  # fmt: skip
        if clause.not_ is not None:
            yield from unknown_tags(clause.not_, tags)


def rule_cycles(rules: Iterable[RuleModel]) -> Iterator[Problem]:
    """Cycles of rules, each woken by the one before. A cycle is reported at one of its references."""
    sets_off = {str(rule.id): _looks_at(rule) for rule in with_checkpoints(rules)}
    for ring in find_cycles(sets_off):
        message = f"rules set each other off in a ring: {' → '.join(ring)}"
        expected = "one of them to be set off by something else"
        yield problem_at(sets_off[ring[0]][ring[1]], "rule-ring", message, expected=expected)


def _looks_at(rule: RuleModel) -> dict[str, FilePlace]:
    """The rules that wake a rule, by its triggers and expressions, each with the place of the reference.

    Not those that its steps wait for: a step runs after the opening, and cannot cause it.
    """
    found: dict[str, FilePlace] = {}
    for one in (rule.when, rule.until, rule.unless):
        if isinstance(one, TriggerModel):
            found |= {str(name): target_of(name) for name in one.refers().rules}
    for expression in (rule.while_, rule.if_, rule.until, *_wheres(rule)):
        if isinstance(expression, Expression):
            named = [applied.name for applied in expression.applied if applied.function == "firing"]
            found |= {name: target_of(expression.origin) for name in named}
    return found


def _wheres(rule: RuleModel) -> Iterator[Expression]:
    for one in (rule.when, rule.until, rule.unless):
        if isinstance(one, TriggerModel):
            yield from (part.where for part in (one, *one.parts()) if part.where is not None)
