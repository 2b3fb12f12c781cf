"""How a window of the clock is written: `{days: [sat, sun], from: "02:00", to: "07:00"}`."""

from __future__ import annotations

from datetime import tzinfo
from typing import Literal, get_args

from pydantic import Field, field_validator

from automaton.core.schedule.calendar import DAY, DAYS, Stretch
from automaton.schema.base import OneOrMany, Strict, TimeZone
from automaton.schema.clock_text import ClockText
from automaton.schema.invalid import invalid
from automaton.schema.scalar import Scalar
from automaton.schema.time_zone import machine_zone

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ALL_DAYS: tuple[Day, ...] = get_args(Day)


class WindowModel(Strict):
    """A time of some days. Where `to` is not after `from`, it ends on the next day."""

    days: OneOrMany[Day] = ALL_DAYS
    from_: ClockText = Field(default=0, alias="from")
    to: ClockText = DAY
    tz: TimeZone = Field(default_factory=machine_zone)

    @field_validator("days", mode="before")
    @classmethod
    def _no_range(cls, value: object) -> object:
        first, dash, last = str(value).partition("-") if isinstance(value, Scalar) else ("", "", "")
        if dash and first in DAYS and last in DAYS:
            begin, end = DAYS.index(first), DAYS.index(last)
            meant = DAYS[begin : end + 1] if begin <= end else (*DAYS[begin:], *DAYS[: end + 1])
            raise invalid(
                "wrong-word", "days are written as a list", value, suggestion=f"[{', '.join(meant)}]"
            )
        return value

    def as_core(self) -> Stretch:
        """The same for the engine."""
        zone: tzinfo = self.tz
        return Stretch(frozenset(DAYS.index(day) for day in self.days), self.from_, self.to, zone)
