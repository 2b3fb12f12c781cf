"""How long the journal keeps its audit trail, in automaton.yml: `journal`."""

from __future__ import annotations

from pydantic import field_validator

from automaton.expr.units import write_duration
from automaton.schema.base import Duration, Size, Strict
from automaton.schema.invalid import invalid

SHORTEST_KEEP = 3600.0
"""A trail that is gone before anybody looks explains nothing."""

SMALLEST_SIZE = 16 << 20
"""16 MiB, what some thousand incidents under way take beside the trail."""


class JournalSettings(Strict):
    """How long what was decided and done can be looked up: up to `keep`, while the file is within `size`.

    ```yaml
    keep: 30d
    size: 1GiB
    ```

    What automaton needs to go on (incidents, clocks, cooldowns, messages that wait) is kept beside that as
    long as it is needed.
    """

    keep: Duration = 30 * 86_400.0
    size: Size = 1 << 30

    @field_validator("keep")
    @classmethod
    def _is_seen(cls, keep: float) -> float:
        if keep < SHORTEST_KEEP:
            least = write_duration(SHORTEST_KEEP)
            raise invalid("duration", f"the trail is kept for at least `{least}`", found=write_duration(keep))
        return keep

    @field_validator("size")
    @classmethod
    def _has_room(cls, size: int) -> int:
        if size < SMALLEST_SIZE:
            raise invalid("size", "the journal needs at least `16MiB`", found=f"{size} bytes")
        return size
