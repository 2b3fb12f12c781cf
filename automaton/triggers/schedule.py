"""Times of the clock, as cron writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from hashlib import blake2b
from math import floor
from typing import Annotated, Literal

from cronsim import CronSim, CronSimError
from pydantic import Field

from automaton.core.events import NO_FIELDS, FieldValue
from automaton.core.happening import TIME, Happening
from automaton.core.ports import Listens
from automaton.core.stable_names import stable_name
from automaton.schema import readers
from automaton.schema.annotations import read_by
from automaton.schema.base import Duration, TimeZone
from automaton.schema.invalid import invalid
from automaton.schema.kinds import KnownEvents, TriggerModel
from automaton.schema.time_zone import machine_zone

FIELDS = "minute, hour, day of the month, month, day of the week"
CRONSIM_FIELDS = ("minute", "hour", "day-of-month", "month", "day-of-week")
RANGES = (range(60), range(24), range(1, 32), range(1, 13), range(8))  # both 0 and 7 are Sunday
DAY = 2
NEVER = "this day never comes"
NICKNAMES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def _cron(value: object) -> str:
    text = readers.text_of(value, f"a cron line: {FIELDS}")
    line = " ".join(text.split())
    if line.lower() in NICKNAMES:
        meant = NICKNAMES[line.lower()]
        raise invalid("cron", "a cron line has five fields", text, expected=FIELDS, suggestion=f'"{meant}"')
    if len(line.split()) != 5:
        raise invalid(
            "cron", "a cron line has five fields", text, expected=FIELDS, suggestion=_cron_meant(line)
        )
    try:
        comes = next(CronSim(line, _SOME_DAY), None)
    except CronSimError as error:
        raise invalid("cron", _misfit(line, str(error)), text, expected=FIELDS) from None
    if comes is None:
        raise invalid("cron", NEVER, text)
    return line


def _misfit(line: str, error: str) -> str:
    """What is wrong with the field that the library's error names, as `Bad hour`."""
    number = next(number for number, name in enumerate(CRONSIM_FIELDS) if error.endswith(name))
    field, part, allowed = FIELDS.split(", ")[number], line.split()[number], RANGES[number]
    if number == DAY and _is_right(f"0 0 {part} * *"):
        return NEVER  # as the 31st of February
    beyond = (one for one in re.findall(r"\d+", part) if int(one) not in allowed)
    return f"the {field} `{next(beyond, part)}` does not exist: {allowed[0]} to {allowed[-1]}"


def _is_right(line: str) -> bool:
    try:
        CronSim(line, _SOME_DAY)
    except CronSimError:
        return False
    return True


def _cron_meant(line: str) -> str:
    """The cron line for a time of the day, for `daily`, and for `every 15m`; empty for anything else."""
    line = line.lower()
    if clock := re.fullmatch(r"(?:at |daily |daily at )?(\d{1,2}):(\d\d)(?::00)?", line):
        return f'"{int(clock[2])} {int(clock[1])} * * *"'
    if every := re.fullmatch(r"(?:every )?([1-9]\d?)\s*(m|min|minutes?|h|hours?)", line):
        return f'"*/{every[1]} * * * *"' if every[2][0] == "m" else f'"0 */{every[1]} * * *"'
    if six := re.fullmatch(r"0 ((?:\S+ ){4}\S+)", line):
        return f'"{six[1]}"'
    found = NICKNAMES.get(f"@{line.removeprefix('every ')}")
    return f'"{found}"' if found else ""


CronLine = Annotated[str, read_by(_cron, type="string", pattern=r"^\s*\S+(\s+\S+){4}\s*$")]


@stable_name("Schedule")
class ScheduleTrigger(TriggerModel):
    """A time of the clock, for each server.

    ```yaml
    schedule: "0 5 * * mon-fri"
    tz: Europe/Berlin
    jitter: 20m
    missed: run
    ```

    As in Debian's cron, an hour that the clocks skip is made up at once, and one that comes twice runs
    once. `jitter` spreads the servers over so long, each the same every day. `missed: run` makes up the
    last time that passed while nobody was there, if it is under a day old. `tz` is the machine's without.
    """

    schedule: CronLine
    tz: TimeZone = Field(default_factory=machine_zone)
    jitter: Duration = 0.0
    missed: Literal["skip", "run"] = "skip"

    @property
    def makes_up(self) -> bool:
        """Whether `missed: run` is set."""
        return self.missed == "run"

    def listens(self) -> Listens:
        """Moments of the clock that the engine waits for."""
        return Listens(events=frozenset({TIME}))

    def gives(self, known: KnownEvents) -> frozenset[str]:
        """Nothing: a moment has no fields."""
        return frozenset()

    def match(self, happening: Happening) -> Mapping[str, FieldValue] | None:
        """No fields, at a moment that `next_time` named."""
        return NO_FIELDS if happening.name == TIME else None

    def next_time(self, after: float, seed: str) -> float | None:
        """The next time of the cron line after `after`, plus the jitter of this seed."""
        late = self.jitter * _share(seed)
        moment = _next(self.schedule, self.tz, floor(after - late))
        # Within an hour that comes twice the line's own times lie behind as well as ahead.
        while moment is not None and moment + late <= after:
            moment = _next(self.schedule, self.tz, moment)
        return None if moment is None else moment + late


@lru_cache(maxsize=10_000)
def _next(line: str, zone: tzinfo, second: int) -> int | None:
    """The line's next time after a second. Cached: thousands of servers ask for the same."""
    found = next(CronSim(line, datetime.fromtimestamp(second, zone)), None)
    return None if found is None else int(found.timestamp())


def _share(seed: str) -> float:
    """From 0 to below 1, the same for a seed on every machine and at any time."""
    return int.from_bytes(blake2b(seed.encode(errors="replace"), digest_size=7).digest(), "big") / 2**56
