"""Finds the kinds of triggers and actions: each is one file in its folder, named like its YAML word.

A word that is a Python keyword has an underscore behind it there (`if_.py`).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache
from types import MappingProxyType, ModuleType
from typing import TypeVar

import automaton.actions
import automaton.triggers
from automaton.schema.kinds import ActionModel, Catalogue, TriggerModel

Model = TypeVar("Model", TriggerModel, ActionModel)


@cache
def all_kinds() -> Catalogue:
    """The kinds that come with automaton, found once."""
    return kinds_of([automaton.triggers], [automaton.actions])


def kinds_of(triggers: Iterable[ModuleType], actions: Iterable[ModuleType]) -> Catalogue:
    """The kinds in these packages. A later package replaces a word of an earlier one.

    Raises TypeError for a module that does not hold exactly one kind.
    """
    return Catalogue(
        MappingProxyType({word: kind for folder in triggers for word, kind in _found(folder, TriggerModel)}),
        MappingProxyType({word: kind for folder in actions for word, kind in _found(folder, ActionModel)}),
    )


def _found(package: ModuleType, base: type[Model]) -> Iterable[tuple[str, type[Model]]]:
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        models = [
            one
            for one in vars(module).values()
            if isinstance(one, type) and issubclass(one, base) and one.__module__ == module.__name__
        ]
        if len(models) != 1:
            raise TypeError(
                f"{module.__name__} must hold exactly one {base.__name__}, it holds {len(models)}"
            )
        yield info.name.rstrip("_"), models[0]
