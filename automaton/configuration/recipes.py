"""Finds the recipes that ship with the package, alike in a checkout, an editable install and a wheel.

In a checkout `automaton/recipes` is a link to `rules/`; in a wheel it is a folder.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable


def recipes() -> list[Traversable]:
    """The rule files, in lexical order of their names."""
    folder = files("automaton") / "recipes"
    return sorted((file for file in folder.iterdir() if file.name.endswith(".yml")), key=lambda one: one.name)
