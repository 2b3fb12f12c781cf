"""Runs a benchmark of whatever tree is imported, on work that is handed in, so that two trees do the same.

    PYTHONPATH=TREE python -P same_work.py NAME RECIPES CONSTANTS [arguments of the benchmark]

RECIPES is a folder of rule files, CONSTANTS a JSON of names of the module and lists of texts. Law: nothing of
automaton is imported here but by that module, for the tree may be years old.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path


def main(name: str, recipes: Path, constants: dict[str, list[str]]) -> None:
    """Puts recipes and constants into the module, where it has them, and runs it.

    A benchmark that has its recipes in another process says so by its option `--recipes`, and is given it.
    """
    module = importlib.import_module(f"tests.benchmarks.{name}")
    given = {
        "recipes": lambda: sorted(recipes.glob("*.yml")),
        **{key: tuple(constants[key]) for key in constants},
    }
    for key, value in given.items():
        if hasattr(module, key):
            setattr(module, key, value)
    if "--recipes" in (module.__doc__ or ""):
        sys.argv += ["--recipes", str(recipes)]
    module.main()


if __name__ == "__main__":
    _, benchmark, folder, texts, *rest = sys.argv
    sys.argv = [benchmark, *rest]
    main(benchmark, Path(folder), json.loads(texts))
