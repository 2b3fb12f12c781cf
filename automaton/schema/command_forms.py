"""How the arguments of commands are written, in packs and in `limits.allow`.

`[player, text]`, or one of them alone; in a pack also a mapping at the end, by the word that stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from automaton.core.command_grammar import ArgumentKind, Choice, Form
from automaton.core.invoked_commands import ELSE, bare
from automaton.did_you_mean import did_you_mean, nearest
from automaton.schema import nodes
from automaton.schema.invalid import invalid
from automaton.schema.readers import shape, text_of
from automaton.schema.scalar import Scalar

ANYWHERE = "..."
"""The key of a mapping whose words count wherever they stand in the rest of the line."""

KINDS = [kind.value for kind in ArgumentKind]
_EXPECTED = "kinds of arguments, as `[player, text]`"


def read_commands(value: object) -> Mapping[str, Form]:
    """The commands of a pack: by words, each with what stands behind it. A key may name several words."""
    if isinstance(value, Mapping) and not isinstance(value, nodes.Mapping):
        return value
    if not isinstance(value, nodes.Mapping):
        raise invalid("wrong-shape", "a mapping is expected here", found=shape(value), expected="`say: text`")
    commands: dict[str, Form] = {}
    for key, node in value.items():
        for word in _words(key):
            if word in commands:
                raise invalid("duplicate-key", f"the command `{word}` stands twice", key, offset=0)
            commands[word] = read_form(node)
    return commands


def read_form(value: object) -> Form:
    """What stands behind a word, in order."""
    if isinstance(value, tuple):
        return value
    items = list(value) if isinstance(value, nodes.Sequence) else [value]
    form: list[ArgumentKind | Choice] = []
    for node in items:
        if form and (isinstance(form[-1], Choice) or form[-1].is_rest):
            last = "a mapping" if isinstance(form[-1], Choice) else f"`{form[-1]}`"
            raise invalid(
                "in-vain", f"nothing comes after {last}: it reaches to the end of the line", node, offset=0
            )
        form.append(_choice(node) if isinstance(node, nodes.Mapping) else _kind(node))
    return tuple(form)


def read_arguments(value: object) -> tuple[ArgumentKind, ...]:
    """The arguments of an entry of `limits.allow`: kinds alone."""
    form = read_form(value)
    kinds = tuple(item for item in form if isinstance(item, ArgumentKind))
    if len(kinds) < len(form):
        raise invalid(
            "wrong-shape", "kinds of arguments are expected here", found="a mapping", expected=_EXPECTED
        )
    return kinds


def _choice(node: nodes.Mapping) -> Choice:
    forms: dict[str, Form] = {}
    otherwise: Form | None = None
    anywhere: Mapping[str, Form] = {}
    for key, inner in node.items():
        if key == ELSE:
            otherwise = read_form(inner)
        elif key == ANYWHERE:
            anywhere = read_commands(inner)
        else:
            forms.update(dict.fromkeys(_words(key), read_form(inner)))
    return Choice(forms, otherwise, anywhere)


def _kind(node: object) -> ArgumentKind:
    text = text_of(node, _EXPECTED)
    if text in KINDS:
        return ArgumentKind(str(text))
    near = nearest(text, KINDS)
    expected = "" if near else ", ".join(f"`{kind}`" for kind in KINDS)
    message = f"`{text}` is no kind of argument{did_you_mean(near)}"
    raise invalid("wrong-word", message, text, offset=0, expected=expected, suggestion=near or "")


def _words(key: Scalar) -> Iterable[str]:
    """The words that a key names, as lines are read by them."""
    words = [bare(word) for word in key.split()]
    if not all(words):
        raise invalid("name", "the word of a command is expected here", key, offset=0)
    return words
