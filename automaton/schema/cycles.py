"""Names that refer to each other in a cycle. Without recursion: a chain may be as long as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping


def find_cycle(refers: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """A cycle in the order of its references, the first name again at the end; empty where there is none.

    `refers` are the names that each name refers to. Those that are no key of it lead nowhere.
    """
    done: set[str] = set()
    for start in refers:
        path: dict[str, Iterator[str]] = {}
        if start not in done:
            path[start] = iter(refers[start])
        while path:
            here = next(reversed(path))
            other = next(path[here], None)
            if other is None:
                done.add(here)
                del path[here]
            elif other in path:
                cycle = list(path)
                return (*cycle[cycle.index(other) :], other)
            elif other in refers and other not in done:
                path[other] = iter(refers[other])
    return ()


def find_cycles(refers: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, ...]]:
    """Cycles without a name in common, until none is left."""
    left = dict(refers)
    while cycle := find_cycle(left):
        yield cycle
        left = {name: others for name, others in left.items() if name not in cycle}
