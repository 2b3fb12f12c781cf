"""What an event was to a server: which facts may have changed, and what happened."""

from __future__ import annotations

from automaton.core.happening import Happening
from automaton.core.quick import quick

NOTHING: frozenset[str] = frozenset()


@quick()
class Seen:
    """What an event meant: the facts that may have changed, and what happened, in order.

    `fallen` are those of the facts that can only have become less, as an age that began anew.
    """

    changed: frozenset[str] = NOTHING
    happened: tuple[Happening, ...] = ()
    fallen: frozenset[str] = NOTHING
