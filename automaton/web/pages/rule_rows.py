"""All rules in numbers, asked once for all who look, and not more often than they change much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import anyio

from automaton.pace.clock import Clock
from automaton.web.pages.control_client import ControlClient
from automaton.web.routes.rules import RuleList, RuleRow

GOOD_FOR = 1.0  # seconds: each asking goes through all rules between two turns of the engine


class RuleRows:
    """The rules of one daemon."""

    def __init__(self, control: ControlClient, clock: Clock) -> None:
        self._control = control
        self._clock = clock
        self._turn = anyio.Lock()
        self._rows: Sequence[RuleRow] = ()
        self._good_until = 0.0

    async def all(self) -> Sequence[RuleRow]:
        """In the order in which they are judged. Raises as ControlClient."""
        async with self._turn:
            if self._clock.now().mono >= self._good_until:
                self._rows = (await self._control.read("/v1/rules", RuleList)).rules
                self._good_until = self._clock.now().mono + GOOD_FOR
            return self._rows

    def forget(self) -> None:
        """What was asked is old: something was done."""
        self._good_until = 0.0


@dataclass(frozen=True, slots=True)
class RuleFilter:
    """Which rules are shown; what is empty leaves out none."""

    text: str = ""
    arm: str = ""
    game: str = ""

    def chosen(self, rows: Sequence[RuleRow]) -> list[RuleRow]:
        """Those that fit, the ones with open incidents first, else in the order of their files."""
        return sorted(filter(self._fits, rows), key=lambda row: not row.open)

    def _fits(self, row: RuleRow) -> bool:
        words = " ".join((row.id, row.file, row.note, row.severity)).casefold()
        return (
            all(word in words for word in self.text.casefold().split())
            and self.arm in ("", row.arm)
            and (not self.game or self.game in row.games)
        )


def games_of(rows: Sequence[RuleRow]) -> list[str]:
    """The games of all their servers."""
    return sorted({game for row in rows for game in row.games})


def why_arm(row: RuleRow) -> str:
    """Where the arm in force comes from."""
    return "; ".join(_reasons(row))


def _reasons(row: RuleRow) -> Iterator[str]:
    by_hand = row.by_hand
    if by_hand is not None:
        by = f" by {by_hand.by}" if by_hand.by else ""
        yield f"set to {by_hand.arm}{by} until the next reload; its file says {row.own}"
        if by_hand.holds != by_hand.arm:
            yield f"`limits.arm` is {row.limit}, and the lesser holds"
    elif row.arm != row.own:
        yield f"`limits.arm` is {row.limit}; its file says {row.own}, and the lesser holds"
    else:
        yield "as its file says"
