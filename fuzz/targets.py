"""The targets by name, each loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

TARGETS = (
    "frames",
    "http_answers",
    "lines",
    "yaml_files",
    "expressions",
    "commands",
    "control_api",
    "hooks",
    "ack_links",
    "memory",
    "recordings",
    "query_answers",
)

LONGEST = 64 * 1024  # bytes of one input: a console event of Wings has no more

REGRESSIONS = Path(__file__).parent / "regressions"
"""What once broke a target, in a folder of its name each: small files that the suite replays."""


@dataclass(frozen=True, slots=True)
class Target:
    """`check` raises where a promise does not hold; `seeds` are inputs of the target's form."""

    name: str
    check: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]

    def known(self) -> Iterator[bytes]:
        """All seeds that are not too long, then all regressions."""
        yield from (seed for seed in self.seeds() if len(seed) <= LONGEST)
        folder = REGRESSIONS / self.name
        if folder.is_dir():
            yield from (path.read_bytes() for path in sorted(folder.iterdir()))


def load(name: str) -> Target:
    """The target of this name. Raises LookupError for another."""
    if name not in TARGETS:
        raise LookupError(f"there is no target {name}; there are {', '.join(TARGETS)}")
    module = import_module(f"fuzz.{name}")
    return Target(name, module.check, module.seeds)
