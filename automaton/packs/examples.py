"""The `tests` of a pack: lines of its console, each with what it must be.

```yaml
- {line: '[12:00:00 INFO]: <Eve> hi', is: chat, player: Eve, text: hi}
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from automaton.core.events import FieldValue, Source
from automaton.core.happening import Heard
from automaton.core.pack import polled
from automaton.did_you_mean import SURE, did_you_mean, nearest
from automaton.errors import Invalid
from automaton.match.line_reader import LineReader
from automaton.problem import Problem, problem_at
from automaton.schema import nodes
from automaton.schema.invalid import invalid
from automaton.schema.readers import shape
from automaton.schema.scalar import Scalar

LINE, IS = "line", "is"
GAME = Source.GAME.value
"""Said of a line in which nothing happens and nobody speaks."""

INTERNAL = "@"
"""Begins the name of an event that no file names: answers to what a game was asked."""


@dataclass(frozen=True, slots=True)
class Example:
    """`line` as the console prints it, without colours; `is_` names what it must be.

    That is a source (`chat`, `command`, `admin`, `game`) or the names of events and patterns. `fields` are
    compared as text: those of the event or of the prefix, or a fact that the line tells.
    """

    line: Scalar
    is_: tuple[str, ...]
    fields: tuple[tuple[str, str], ...] = ()


def read_example(value: object) -> object:
    """An Example of a mapping in a file. Raises Invalid."""
    if isinstance(value, Example):
        return value
    if not isinstance(value, nodes.Mapping):
        expected = "`{line: '…', is: player.join, player: Eve}`"
        raise invalid("wrong-shape", "a line with what it must be", found=shape(value), expected=expected)
    for key in (LINE, IS):
        if value.key(key) is None:
            raise _without(key, [one for one in value if one not in (LINE, IS)])
    line, names = value.find(LINE), value.find(IS)
    named = list(names) if isinstance(names, nodes.Sequence) else [names]
    rest = {key: one for key, one in value.items() if key not in (LINE, IS)}
    if not named:
        raise invalid("empty-list", "an empty list says nothing", found="`[]`")
    fields = tuple((str(key), _text(one)) for key, one in rest.items())
    return Example(_text(line), tuple(_text(one) for one in named), fields)


def _without(key: str, others: list[Scalar]) -> Invalid:
    """For a test that lacks this key: it may be misspelt, and so look like a field."""
    near = nearest(key, others, cutoff=SURE)
    misspelt = next((one for one in others if one == near), None)
    if misspelt is None:
        return invalid("missing-key", f"`{key}` is missing", expected=f"`{key}: …`")
    message = f"unknown key `{misspelt}`{did_you_mean(key)}"
    return invalid("unknown-key", message, misspelt, offset=0, found=f"`{misspelt}`", suggestion=key)


def _text(value: object) -> Scalar:
    if isinstance(value, Scalar):
        return value
    raise invalid("wrong-shape", "a text is expected here", found=shape(value))


def failures(examples: tuple[Example, ...], reader: LineReader, pack: str) -> Iterator[Problem]:
    """What is otherwise than the examples say, each at its place."""
    for example in examples:
        message = _otherwise(example, reader.hear(str(example.line), Source.GAME, pack))
        if message:
            yield problem_at(example.line.place, "test-failed", message)


def _otherwise(example: Example, heard: Heard) -> str:
    """How a line was heard otherwise than expected; empty where it was not."""
    found = what_it_is(heard)
    if frozenset(example.is_) != found:
        return f"this line is {_listed(found)}, expected {_listed(frozenset(example.is_))}"
    for name, expected in example.fields:
        value = _field(heard, name)
        if value is None or str(value) != str(expected):
            shown = "nothing" if value is None else f"`{value}`"
            return f"`{name}` is {shown}, expected `{expected}`"
    return ""


def what_it_is(heard: Heard) -> frozenset[str]:
    """The names of what happens in a line, or of who speaks in it; GAME where neither."""
    happened = frozenset(name for name, _ in heard.occurred if not name.startswith(INTERNAL))
    return happened or frozenset({heard.source.value})


def _field(heard: Heard, name: str) -> FieldValue:
    for event, fields in heard.occurred:
        if event == polled(name):
            return next((fields[key] for key in ("value", "n") if fields.get(key) is not None), None)
    events: tuple[Mapping[str, FieldValue], ...] = tuple(fields for _, fields in heard.occurred)
    return next((one[name] for one in (*events, heard.fields) if one.get(name) is not None), None)


def _listed(names: frozenset[str]) -> str:
    return " and ".join(f"`{name}`" for name in sorted(names))
