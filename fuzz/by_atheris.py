"""Runs one target under libFuzzer: `python -m fuzz.by_atheris TARGET REPORT [libFuzzer's arguments]`.

The one file that imports atheris, which ships no types. The code under test is loaded here, where its
branches are counted; half of the inputs are changed as JSON, the others by libFuzzer.
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random
from typing import Any

import atheris

_INSTRUMENTED = ["automaton"]
_AS_JSON = 0.5


def _mutated(data: bytes, most: int, seed: int) -> bytes:
    from fuzz.hostile_json import mutated

    chance = Random(seed)
    if chance.random() < _AS_JSON:
        changed = mutated(data, chance)
        if changed is not None and len(changed) <= most:
            return changed
    by_bytes: Any = atheris.Mutate(data, most)
    return bytes(by_bytes)


def main(name: str, report: Path, arguments: list[str]) -> None:
    """Never returns: libFuzzer ends the process, with 0 unless it found something."""
    with atheris.instrument_imports(include=_INSTRUMENTED):
        from fuzz.targets import load
        from fuzz.watched_target import WatchedTarget

        target = WatchedTarget(load(name), report)
    atheris.Setup([sys.argv[0], *arguments], target, custom_mutator=_mutated)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
