"""Entries of automaton.yml that have names of the operator's own, as `panels: {main: {url: …}}`."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import BeforeValidator

from automaton.schema.base import Strict
from automaton.schema.invalid import invalid
from automaton.schema.nodes import Mapping, Node
from automaton.settings.secrets import SecretPlace


def names_before(model: type[Strict], example: str) -> BeforeValidator:
    """Refuses the keys of an entry where its name is to stand, and says so once instead of for each.

    `example` is how one is written. An entry may have a key's name: then its value is a mapping.
    """
    return BeforeValidator(_reader(model, example))


def _reader(model: type[Strict], example: str) -> Callable[[object], object]:
    def read(value: object) -> object:
        if isinstance(value, Mapping):
            known = model.known_keys()
            for key, node in value.items():
                if key in known and not _is_entry(node):
                    message = "a name of your own stands before the keys"
                    raise invalid("wrong-shape", message, key, offset=0, expected=f"`{example}`")
        return value

    return read


def _is_entry(node: Node) -> bool:
    """Whether it may be one: a mapping, and not the place of a secret."""
    return isinstance(node, Mapping) and not set(node) & set(SecretPlace.known_keys())
