"""What one engine is given with all that belongs to it: where its journal lies, who tells its messages, and
what its share of the work is. A single daemon and a member of a cluster give it different ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Protocol

from automaton.core.calls import ChannelPort
from automaton.core.scope import ALONE, Outgoing, Place, Scope
from automaton.daemon.remembered import Remembered
from automaton.delivery.channel import Channel
from automaton.delivery.notifier import Surroundings
from automaton.journal.writer import JournalWriter
from automaton.journal.writer_thread import JournalState


class Keeper(Protocol):
    """Where an engine's journal lies (`daemon/state_folder.py`)."""

    def open(self) -> Remembered:
        """What an earlier process left."""

    def writer(
        self, everything: Callable[[], Mapping[str, bytes]], on_change: Callable[[JournalState], None]
    ) -> JournalWriter:
        """What writes it from now on."""

    def put_old_away(self) -> None:
        """To be called once the journal has what an older version left."""


class Post(ChannelPort, Protocol):
    """What takes messages of an engine and sees to it that they are told."""

    async def run(self) -> None:
        """Until cancelled."""

    async def rest(self, within: float) -> None:
        """Sends for up to so many seconds what is due; what waits is on disk."""

    async def drain(self, within: float) -> int:
        """Sends at once what waits, for up to so many seconds; gives how many notices are left."""

    def change(self, channels: Mapping[str, Channel]) -> None:
        """Takes the channels of a reload."""


PostOf = Callable[[Surroundings, Mapping[str, Any]], Post]
"""Makes it of what it may ask of the engine, and of what an earlier process left."""


def _to_nobody(_outgoing: Sequence[Outgoing], _place: int) -> None:
    """An engine that judges the whole tells nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What an engine judges.

    `place` says which share of its kind. `acts_from` (`mono`): before that it acts on no server. `send` takes
    its mail.
    """

    scope: Scope = Scope.WHOLE
    place: Place = ALONE
    acts_from: float = -inf
    send: Callable[[Sequence[Outgoing], int], None] = _to_nobody


THE_WHOLE = Share()
