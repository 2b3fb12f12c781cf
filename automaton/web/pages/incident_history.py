"""Incidents of the past, out of the trail: each opening with the end that belongs to it.

The trail is read in portions until a page is full, and never without a bound: where much was passed over,
the page says up to where it looked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from automaton.web.pages.incident_story import ENDS, OPENED, SeenValue, evidence_of
from automaton.web.pages.key_names import server_in
from automaton.web.pages.trail_port import TrailLine, TrailPort, TrailWanted

PAGE = 50  # incidents
VALUES_SHOWN = 3  # in a row of the list: the incident's own page has all
PORTION = 500  # rows read at once
MOST_PORTIONS = 8  # of one page: a rare rule may stand far back in a long trail


@dataclass(frozen=True, slots=True)
class IncidentsWanted:
    """Which incidents; "" is any. `text` is looked for in rule, name and cause, whatever its case.

    `since` is the wall's time, `before` the number of the opening that ended the page before.
    """

    rule: str = ""
    server: str = ""
    severity: str = ""
    text: str = ""
    since: float | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class PastIncident:
    """An opening and its end. `number` is of the opening's row, `ended` None where no end is recorded.

    `incident` is the number by which messages refer to it, 0 where an older daemon kept none.
    """

    number: int
    rule: str
    key: str
    at: float
    severity: str
    cause: str
    evidence: Sequence[SeenValue]
    ended: float | None = None
    how: str = ""
    incident: int = 0

    @property
    def lasted(self) -> float | None:
        """Seconds from its opening to its end."""
        return None if self.ended is None else max(0.0, self.ended - self.at)

    @property
    def server(self) -> str:
        """The uuid of its server, "" for a node or the fleet."""
        return server_in(self.key)

    @property
    def opened_by(self) -> str:
        """What happened, or the values that its `while` saw: `memory_pct 95 %`."""
        seen = [one for one in self.evidence if one.word == "while" and one.value not in ("true", "false")]
        return self.cause or ", ".join(f"{one.source} {one.value}" for one in seen[:VALUES_SHOWN])


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """`following` is the `before` of the next page, None where there is none.

    `looked_to`: the page is not full, but nobody looked further back than this.
    """

    incidents: list[PastIncident] = field(default_factory=list)
    following: int | None = None
    looked_to: float | None = None


async def find(
    trail: TrailPort, wanted: IncidentsWanted, name_of: Callable[[str], str], limit: int = PAGE
) -> HistoryPage:
    """The newest that fit. Raises TrailUnreadableError."""
    found: list[PastIncident] = []
    ends: dict[tuple[str, str], TrailLine] = {}
    before, looked_to = wanted.before, None
    for _ in range(MOST_PORTIONS):
        lines = await trail.rows(
            TrailWanted(
                rule=wanted.rule or None, server=wanted.server or None, verdicts=(OPENED, *ENDS),
                since=wanted.since, before=before, limit=PORTION,
            )
        )  # fmt: skip
        for line in lines:
            before, looked_to = line.number, line.at
            if line.verdict != OPENED:
                ends[line.rule, line.key] = line
                continue
            one = incident_of(line, ends.pop((line.rule, line.key), None))
            if not fits(one, wanted, name_of):
                continue
            found.append(one)
            if len(found) == limit:
                return HistoryPage(await _ended(trail, found, wanted.before), before)
        if len(lines) < PORTION:
            return HistoryPage(await _ended(trail, found, wanted.before))
    return HistoryPage(await _ended(trail, found, wanted.before), before, looked_to)


async def _ended(trail: TrailPort, found: list[PastIncident], before: int | None) -> list[PastIncident]:
    """With ends that stand on the pages before this one. On the first page there are none."""
    if before is None:
        return found
    return [one if one.ended is not None else await _with_end(trail, one) for one in found]


async def _with_end(trail: TrailPort, one: PastIncident) -> PastIncident:
    """With the first row behind it that ends it, or opens the next.

    Asked by its server too: a rule that flaps fills the trail, and one server's share of it is small.
    """
    lines = await trail.rows(
        TrailWanted(
            rule=one.rule,
            key=one.key,
            server=server_in(one.key),
            verdicts=(OPENED, *ENDS),
            after=one.number,
            oldest_first=True,
            limit=1,
        )
    )
    end = lines[0] if lines and lines[0].verdict != OPENED else None
    return one if end is None else ending(one, end)


async def opening(trail: TrailPort, rule: str, key: str, number: int | None) -> PastIncident | None:
    """The incident whose opening has this number, or the latest of a rule and key; None for none."""
    lines = await trail.rows(
        TrailWanted(
            rule=rule, key=key, server=server_in(key), verdicts=(OPENED,), limit=1,
            before=number + 1 if number is not None else None,
            after=number - 1 if number is not None else None,
        )
    )  # fmt: skip
    return await _with_end(trail, incident_of(lines[0], None)) if lines else None


def incident_of(line: TrailLine, end: TrailLine | None) -> PastIncident:
    """Of the row of an opening, and that of its end."""
    one = PastIncident(
        number=line.number, rule=line.rule, key=line.key, at=line.at,
        severity=str(line.body.get("severity", "")), cause=str(line.body.get("cause", "")),
        evidence=evidence_of(line.body), incident=_whole(line.body.get("incident")),
    )  # fmt: skip
    return one if end is None else ending(one, end)


def ending(one: PastIncident, end: TrailLine) -> PastIncident:
    """With its end."""
    return replace(one, ended=end.at, how=end.verdict)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def fits(one: PastIncident, wanted: IncidentsWanted, name_of: Callable[[str], str]) -> bool:
    """Whether it is one of those that are looked for, as far as the trail does not know."""
    if wanted.severity and one.severity != wanted.severity:
        return False
    text = wanted.text.strip().casefold()
    return not text or any(text in part.casefold() for part in (one.rule, name_of(one.key), one.cause))
