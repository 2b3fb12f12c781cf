"""The kind of a name: a fact, or a field of the match. Where it is neither, what was probably meant."""

from __future__ import annotations

from automaton.core.facts.kind import Kind
from automaton.core.facts.table import EVERY_FACT
from automaton.did_you_mean import did_you_mean, nearest
from automaton.expr.check_functions import AROUND_IT
from automaton.expr.checker import TypeChecker
from automaton.expr.functions import FUNCTIONS
from automaton.expr.tree import Name

_READABLE = {
    "total": "only in a rule `by: node` or `by: fleet`",
    "left": "only inside of a `countdown`",
    "result.reason": "only in the `else` of a step",
    "result.status": "only after an `http` or an `exec`",
    "result.body": "only after an `http` or an `exec`",
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
    if checker.it is not None and group not in checker.it:
        near = nearest(group, checker.it)
        have = ", ".join(f"`it.{known}`" for known in sorted(checker.it)) or "no field at all"
        suggestion = f"it.{near}" if near else ""
        checker.add(node, f"the match has no field `{group}`", found, have, suggestion)
        return None
    return Kind.ANY


def _unknown(checker: TypeChecker, node: Name) -> None:
    name, found = node.name, f"`{node.name}`"
    of_fact = next((fact for fact, known in checker.facts.items() if name in known.values), None)
    if "." in name:
        checker.add(node, f"{found} is no field: only a match has fields", found, "a field as `it.player`")
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
        near = nearest(name, checker.facts)
        checker.add(node, f"unknown name {found}{did_you_mean(near)}", found, "a fact", near or "")


def _not_readable_here(checker: TypeChecker, node: Name) -> None:
    """A fact there is, but not for this expression."""
    found = f"`{node.name}`"
    if checker.inside:
        _only_facts(checker, node)
    elif checker.known.each is not None and node.name in checker.known.each:
        message = f"{found} is a fact of one server: this rule is wider than one"
        checker.add(node, message, found, AROUND_IT)
    else:
        message = f"the fact {found} cannot be read here"
        checker.add(node, message, found, _READABLE.get(node.name, ""))


def _only_facts(checker: TypeChecker, node: Name) -> None:
    found = f"`{node.name}`"
    message = f"{found} cannot be read inside `{checker.inside}`: only facts of a server can"
    checker.add(node, message, found)
