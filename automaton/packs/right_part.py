"""What is right of a file of packs.d that has a mistake, so that one mistake is one message.

Nothing runs with it: it is there for those who judge what names the pack, its events and its patterns.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from typing import TypeVar

from automaton.errors import Invalid
from automaton.match.pattern import Pattern, compile_pattern
from automaton.packs.addition import PackAddition
from automaton.packs.lint import WHO
from automaton.packs.model import PackFile
from automaton.problem import Problem
from automaton.schema import nodes
from automaton.schema.context import ValidationContext
from automaton.schema.readers import slug
from automaton.schema.scalar import Scalar, target_of
from automaton.schema.validate import fit_partly

P = TypeVar("P", PackFile, PackAddition)

_GROUP = re.compile(r"\(\?P?<([A-Za-z_]\w*)>", re.ASCII)
_KEY = re.compile(r"(?:^ +|[{,] *)([a-z][\w.-]*): ", re.ASCII | re.MULTILINE)
_NAME = re.compile(r"^pack: *[\"']?([\w.-]+)", re.ASCII | re.MULTILINE)


def right_part(node: nodes.Node) -> PackFile | PackAddition | None:
    """The pack or the addition without its mistakes; None where not even its name is right."""
    if not isinstance(node, nodes.Mapping):
        return None
    if node.key("extends") is not None:
        return _right_part(node, PackAddition)
    return _right_part(node, PackFile)


def hidden_in(found: PackFile | PackAddition, node: nodes.Node) -> Iterator[Problem]:
    """What does not fit together in the right part of a pack: it is looked for where all is read."""
    if isinstance(found, PackFile) and (found.prefix is not None) is (nodes.find(node, "prefix") is not None):
        for one in (*found.words_of_no_prefix(found.prefix), *found.unanswerable()):
            yield one.or_at(target_of(found.pack))


def named_in(text: str) -> PackFile | None:
    """The pack that a text names which cannot be read; None where there is none.

    Whatever looks like a key counts as an event, for one of them may be meant.
    """
    found = _NAME.search(text)
    try:
        name = slug(found[1]) if found else ""
    except Invalid:
        return None
    anything = (_with_groups([*WHO, *_GROUP.findall(text)]),)
    return PackFile(pack=name, events=dict.fromkeys(_KEY.findall(text), anything)) if name else None


def _with_groups(names: Iterable[str]) -> Pattern:
    return compile_pattern("^" + "".join(f"(?P<{name}>)" for name in dict.fromkeys(names)))


def _right_part(node: nodes.Mapping, model: type[P]) -> P | None:
    found, _ = fit_partly(ValidationContext(partial=True), node, model)
    if found is None:
        return None
    update = {
        "events": {**found.events, **dict(_lost(node, "events", found.events))},
        "patterns": {**found.patterns, **dict(_lost(node, "patterns", found.patterns))},
    }
    return found.model_copy(update=update)


def _lost(node: nodes.Mapping, key: str, kept: Container[str]) -> Iterator[tuple[str, tuple[Pattern, ...]]]:
    """What has a wrong pattern, with one that has the groups which that seems to have."""
    for name, value in nodes.items(node.find(key)):
        if name not in kept:
            several = value if isinstance(value, nodes.Sequence) else [value]
            text = " ".join(str(one) for one in several if isinstance(one, Scalar))
            yield name, (_with_groups(_GROUP.findall(text)),)
