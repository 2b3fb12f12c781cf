"""A name that a test does not have is an error: a test that means nobody proves nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from automaton.did_you_mean import did_you_mean, nearest
from automaton.match.glob import compile_glob
from automaton.problem import FilePlace, Problem, problem_at
from automaton.schema import nodes
from automaton.schema.scalar import Scalar

MOST_TOLD = 5
"""A message names no more of what there is."""


def unknown_servers(entries: Iterable[object], known: Collection[str]) -> Iterator[Problem]:
    """An error for each `server` of a feed or of expectations that fits none of these names."""
    for node in entries:
        name = node.find("server") if isinstance(node, nodes.Mapping) else None
        if isinstance(name, Scalar) and not any(map(compile_glob(str(name)).covers, known)):
            yield _unknown("server", str(name), name.place, known)


def unknown_rule(glob: str, place: FilePlace, known: Collection[str]) -> Iterator[Problem]:
    """An error where the test has no rule of this id, or none that fits the glob."""
    if not any(map(compile_glob(glob).covers, known)):
        yield _unknown("rule", glob, place, known)


def _unknown(what: str, name: str, place: FilePlace, known: Collection[str]) -> Problem:
    near = nearest(name, known)
    has = ", ".join(f"`{one}`" for one in list(known)[:MOST_TOLD])
    has += f" and {len(known) - MOST_TOLD} more" if len(known) > MOST_TOLD else ""
    message = f"this test has no {what} `{name}`{did_you_mean(near)}"
    expected = "" if near or not has else f"one of its {what}s: {has}"
    return problem_at(place, f"unknown-{what}", message, expected=expected, suggestion=near or "")
