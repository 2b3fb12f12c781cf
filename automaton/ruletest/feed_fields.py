"""The fields of an event or a hook's body in a feed: texts, numbers and truths as the daemon reads them."""

from __future__ import annotations

from collections.abc import Iterator

from automaton.core.events import FieldValue
from automaton.core.happening import DEEPEST_FIELD
from automaton.schema import nodes
from automaton.schema.scalar import Scalar, Style

_NUMBER_FIELDS = frozenset({"exit_code"})
_TRUTH_FIELDS = frozenset({"oom", "ok"})

Json = dict[str, "Json"] | list["Json"] | FieldValue


def fields_of(fields: nodes.Mapping, *, is_hook: bool) -> Iterator[tuple[str, FieldValue]]:
    """The fields as rules read them; those of nested objects by dots, as `repository.name`."""
    for key, value in fields.items():
        if is_hook:
            yield from _of_body(str(key), value, 1)
        else:
            yield str(key), _field(str(key), value, is_hook=False)


def _of_body(name: str, node: nodes.Node, depth: int) -> Iterator[tuple[str, FieldValue]]:
    """As the daemon reads JSON: a list is no field, and nor is what lies deeper."""
    if isinstance(node, Scalar):
        yield name, _field(name, node, is_hook=True)
    elif isinstance(node, nodes.Mapping) and depth < DEEPEST_FIELD:
        for key, value in node.items():
            yield from _of_body(f"{name}.{key}", value, depth + 1)


def _field(name: str, node: nodes.Node, *, is_hook: bool) -> FieldValue:
    """A field of an event is text, but for those that Wings counts; of a hook's body it is as in JSON."""
    if not isinstance(node, Scalar) or node.is_null:
        return None
    text = str(node)
    if node.style is not Style.PLAIN:
        return text
    if text in ("true", "false") and (is_hook or name in _TRUTH_FIELDS):
        return text == "true"
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) < 16 and (is_hook or name in _NUMBER_FIELDS):
        return int(text)
    return text


def json_value(node: nodes.Node) -> Json:
    """A node as JSON; what an unquoted scalar looks like decides its type."""
    if isinstance(node, nodes.Mapping):
        return {str(key): json_value(value) for key, value in node.items()}
    if isinstance(node, nodes.Sequence):
        return [json_value(item) for item in node]
    return _field("", node, is_hook=True)
