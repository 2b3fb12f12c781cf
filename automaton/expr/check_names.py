"""The kind of a name: a fact, or a field of the match. Where it is neither, what was probably meant."""

from __future__ import annotations

from automaton.core.facts.kind import Kind
from automaton.core.facts.table import EVERY_FACT, NOW
from automaton.core.happening import DEEPEST_FIELD
from automaton.did_you_mean import did_you_mean, nearest
from automaton.expr.checker import TypeChecker
from automaton.expr.functions import FUNCTIONS
from automaton.expr.over_servers import over_servers
from automaton.expr.tree import Name
from automaton.words_of_others import At, meant, meant_word

_READABLE = {
    "total": "only in a rule `by: node` or `by: fleet`",
    "left": "only inside of a `countdown`",
    "result.reason": "only in the `else` of a step",
    "result.status": "only after an `http` or an `exec`",
    "result.body": "only after an `http` or an `exec`",
    NOW: '`window("…")` for hours of the day, a `schedule` for a time; `now` stands in texts, as `${now}`',
}
"""Where the facts can be read that are known in few places."""


def name_kind(checker: TypeChecker, node: Name) -> Kind | None:
    """The kind of the fact or field, None and a problem where it cannot be read here."""
    if node.name.startswith("it."):
        return _field_kind(checker, node, node.name.removeprefix("it."))
    if node.name in checker.facts:
        return checker.facts[node.name].kind
    if node.name in EVERY_FACT or (checker.known.each is not None and node.name in checker.known.each):
        _not_readable_here(checker, node)
    else:
        _unknown(checker, node)
    return None


def _field_kind(checker: TypeChecker, node: Name, group: str) -> Kind | None:
    found = f"`{node.name}`"
    if checker.inside:
        _only_facts(checker, node)
        return None
    if group.count(".") >= DEEPEST_FIELD:
        message = f"{found} lies too deep: fields are known {DEEPEST_FIELD} deep"
        checker.add(node, message, found)
        return None
    if checker.it is not None and group not in checker.it:
        word = meant_word(At.FIELD, group)
        near = word if word in checker.it else nearest(group, checker.it)
        have = ", ".join(f"`it.{known}`" for known in sorted(checker.it)) or "no field at all"
        suggestion = f"it.{near}" if near else ""
        checker.add(node, f"the match has no field `{group}`", found, have, suggestion)
        return None
    if group in checker.known.truths:
        return Kind.TRUTH
    return checker.facts[node.name].kind if node.name in checker.facts else Kind.ANY


def _unknown(checker: TypeChecker, node: Name) -> None:
    name, found = node.name, f"`{node.name}`"
    of_fact = next((fact for fact, known in checker.facts.items() if name in known.values), None)
    if "." in name:
        _dotted(checker, node)
    elif name == "it":
        checker.add(node, "`it` stands with one of its fields", found, "a field as `it.player`")
    elif name in FUNCTIONS:
        example = FUNCTIONS[name].example
        message = f"{found} is a function and takes arguments"
        checker.add(node, message, found, f"as in `{example}`", example)
    elif of_fact is not None:
        message = f"unknown name {found}"
        checker.add(node, message, found, "a fact; text stands in quotes", f'{of_fact} == "{name}"')
    else:
        _meant(checker, node)


def _dotted(checker: TypeChecker, node: Name) -> None:
    """`server.players` of other languages is the fact alone, `trigger.player` a field of the match."""
    found, (of, _, last) = f"`{node.name}`", node.name.partition(".")
    fact = last if last in checker.facts else meant_word(At.NAME, last)
    suggestion = fact if fact in checker.facts and of not in ("trigger", "event") else ""
    if not suggestion and checker.it is not None and last in checker.it:
        suggestion = f"it.{last}"
    message = f"{found} is no field: only a match has fields"
    checker.add(node, message, found, "" if suggestion else "a field as `it.player`", suggestion)


def _meant(checker: TypeChecker, node: Name) -> None:
    """A word of another system, or the nearest of ours."""
    found, word = f"`{node.name}`", meant(At.NAME, node.name)
    if word is None or word.write in checker.facts:
        near = word.write if word is not None else nearest(node.name, checker.facts)
        checker.add(node, f"unknown name {found}{did_you_mean(near)}", found, "a fact", near or "")
    else:
        why = f": {word.why}" if word.why else ""
        checker.add(node, f"unknown name {found}{why}", found, suggestion=word.write)


def _not_readable_here(checker: TypeChecker, node: Name) -> None:
    """A fact there is, but not for this expression."""
    found = f"`{node.name}`"
    if checker.inside:
        _only_facts(checker, node)
    elif checker.known.each is not None and node.name in checker.known.each:
        message = f"{found} is a fact of one server: this rule is wider than one"
        fact = checker.known.each[node.name]
        checker.add(node, message, found, *over_servers(node, fact.kind, checker.compared, fact))
    else:
        message = f"the fact {found} cannot be read here"
        checker.add(node, message, found, _READABLE.get(node.name, ""))


def _only_facts(checker: TypeChecker, node: Name) -> None:
    found = f"`{node.name}`"
    message = f"{found} cannot be read inside `{checker.inside}`: only facts of a server can"
    checker.add(node, message, found)
