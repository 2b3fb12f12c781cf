"""Finds the kinds of triggers and actions: each is one file in its folder, named like its YAML word.

A word that is a Python keyword has an underscore behind it there (`if_.py`). A kind is imported when its word
is looked up: rules name a few of them, and a command waits for no other.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import ModuleType
from typing import Generic, TypeVar

import automaton.actions
import automaton.triggers
from automaton.schema.kinds import ActionModel, Catalogue, TriggerModel

Model = TypeVar("Model", TriggerModel, ActionModel)


@cache
def all_kinds() -> Catalogue:
    """The kinds that come with automaton, found once."""
    return kinds_of([automaton.triggers], [automaton.actions])


def kinds_of(triggers: Iterable[ModuleType], actions: Iterable[ModuleType]) -> Catalogue:
    """The kinds in these packages. A later package replaces a word of an earlier one."""
    return Catalogue(Kinds(triggers, TriggerModel), Kinds(actions, ActionModel))


class Kinds(Mapping[str, type[Model]], Generic[Model]):
    """The kinds in some packages, by their words. Looking one up imports it; the words alone import nothing.

    A look-up raises TypeError for a module that does not hold exactly one kind.
    """

    def __init__(self, packages: Iterable[ModuleType], base: type[Model]) -> None:
        self._base: type[Model] = base
        self._modules = {
            info.name.rstrip("_"): f"{package.__name__}.{info.name}"
            for package in packages
            for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name)
        }
        self._kinds: dict[str, type[Model]] = {}

    def __getitem__(self, word: str) -> type[Model]:
        if word not in self._kinds:
            self._kinds[word] = _only_kind(self._modules[word], self._base)
        return self._kinds[word]

    def __contains__(self, word: object) -> bool:
        return word in self._modules

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


def _only_kind(name: str, base: type[Model]) -> type[Model]:
    module = importlib.import_module(name)
    kinds = [
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, base) and one.__module__ == name
    ]
    if len(kinds) != 1:
        raise TypeError(f"{name} must hold exactly one {base.__name__}, it holds {len(kinds)}")
    return kinds[0]
