"""Names that name each other in a ring. Without recursion: a chain may be as long as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping


def find_ring(names: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """A ring in the order in which its names name each other, the first one again at its end; or nothing."""
    done: set[str] = set()
    for start in names:
        path: dict[str, Iterator[str]] = {}
        if start not in done:
            path[start] = iter(names[start])
        while path:
            here = next(reversed(path))
            other = next(path[here], None)
            if other is None:
                done.add(here)
                del path[here]
            elif other in path:
                ring = list(path)
                return (*ring[ring.index(other) :], other)
            elif other in names and other not in done:
                path[other] = iter(names[other])
    return ()


def find_rings(names: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, ...]]:
    """Rings without a name in common, until none is left."""
    left = dict(names)
    while ring := find_ring(left):
        yield ring
        left = {name: others for name, others in left.items() if name not in ring}
