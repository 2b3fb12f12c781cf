"""The differences between what Wings said and what a play heard, with exactly the allowed freedoms.

Free are (the recordings' own page): ms between the inputs around, error identifiers, the figures of
readings and their phase, the order across channels, and a client's own last moment.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.verify.answers import SLACK, Said
from tests.verify.normal import BUS, Kind, Normal, normal
from tests.verify.play import NO_FRAME, Heard
from tests.verify.ticks import States, Tick, differing

LAST_MOMENT = 100.0  # ms before a client closed: it may or may not have read what came then
RACE = 25.0  # ms within which two kinds of bus events may overtake each other: each has its goroutine
BURST = 500.0  # ms in which commands that were sent in one go are answered, in any order
_SOCKET = ("frame", "closed")
_OPENING = ("auth success", "status", "stats")
_PULLS = "Docker container image"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where a play is not the recording. `row` is 0 for what was never recorded."""

    row: int
    ms: float
    conn: str
    why: str
    expected: str = ""
    got: str = ""
    got_ms: float | None = None


@dataclass(frozen=True, slots=True)
class _Theirs:
    said: Said
    what: Normal


@dataclass(frozen=True, slots=True)
class _Ours:
    heard: Heard
    what: Normal
    place: int


def differences(
    said: Sequence[Said], heard: Sequence[Heard], bursts: Sequence[float] = ()
) -> list[Difference]:
    """All differences, the earliest first. `bursts`: when several commands were sent in one go."""
    found = [
        Difference(one.number, one.ms, one.conn, f"this row {one.problem}", one.text)
        for one in said
        if one.problem
    ]
    found += _answered(said, heard)
    conns = [one.conn for one in said if one.kind in _SOCKET]
    conns += [one.conn for one in heard if one.kind in _SOCKET]
    for conn in dict.fromkeys(conns):
        theirs = [one for one in said if one.conn == conn and one.kind in _SOCKET]
        ours = [one for one in heard if one.conn == conn and one.kind in _SOCKET]
        found += _Socket(theirs, ours, bursts).differences()
    return sorted(found, key=lambda one: (min(one.ms, one.got_ms or one.ms), one.row))


def _answered(said: Sequence[Said], heard: Sequence[Heard]) -> Iterator[Difference]:
    """Upgrades and deeds: each has its one answer."""
    ours = {(one.kind, one.place): one for one in heard if one.kind in ("opened", "done")}
    for one in said:
        if one.kind not in ("opened", "done"):
            continue
        mine = ours.pop((one.kind, one.asked), None)
        if mine is None:
            yield Difference(one.number, one.ms, one.conn, "answers nothing, or a second time", one.text)
        elif not _agree(one.text, mine.text):
            yield Difference(one.number, one.ms, one.conn, "another answer", one.text, mine.text, mine.ms)
    for (kind, _), mine in ours.items():
        if kind == "opened":
            yield _unexpected(mine, "the upgrade was answered here")


def _agree(theirs: str, mine: str) -> bool:
    """Whether two answers are the same; of a refusal more than its status may not have been recorded."""
    is_bare_refusal = " " not in theirs and theirs != "101"
    return mine == theirs or (is_bare_refusal and mine.startswith(f"{theirs} "))


class _Socket:
    """One socket's frames and its end."""

    def __init__(self, said: Sequence[Said], heard: Sequence[Heard], bursts: Sequence[float]) -> None:
        self._bursts = bursts
        self._ends = [one for one in said if one.kind == "closed"]
        self._end = next((one for one in heard if one.kind == "closed"), None)
        self._until = self._ends[0].ms if self._ends else float("inf")
        self._theirs = [_Theirs(one, normal(one.text)) for one in said if one.kind == "frame"]
        frames = [one for one in heard if one.kind == "frame"]
        self._ours = [_Ours(one, normal(one.text), place) for place, one in enumerate(frames)]
        self._pairs: list[tuple[_Theirs, _Ours]] = []

    def differences(self) -> list[Difference]:
        found = [*self._ending(), *self._token_errors()]
        theirs: defaultdict[Kind, list[_Theirs]] = defaultdict(list)
        ours: defaultdict[Kind, list[_Ours]] = defaultdict(list)
        for one in self._theirs:
            theirs[one.what.kind].append(one)
        for other in self._ours:
            ours[other.what.kind].append(other)
        for kind in Kind:
            if kind not in (Kind.READING, Kind.REPLACED):
                found += self._in_order(
                    theirs[kind], _like_theirs(kind, theirs[kind], ours[kind], self._bursts)
                )
        return [*found, *self._across(), *self._opening()]

    # The end

    def _ending(self) -> Iterator[Difference]:
        for extra in self._ends[1:]:
            yield self._missing(extra, "the socket was closed before")
        end = self._ends[0] if self._ends else None
        mine = self._end
        if end is None:
            if mine is not None and self._ours_is_due(mine.ms):
                yield _unexpected(mine, "the socket was closed here")
        elif end.by == "client":
            # What the client says is an echo: any code that may be sent, and no reason.
            code, _, reason = end.text.partition(" ")
            if mine is not None and mine.ms < end.ms - SLACK:
                yield self._unlike(end, mine, "the node closed before the client did")
            elif reason or not _may_be_sent(int(code)):
                yield self._missing(end, "Wings echoes a client's close: its code, and no reason")
        elif mine is None:
            yield self._missing(end, "the socket stays open here")
        elif mine.text != end.text or not end.earliest <= mine.ms <= end.latest:
            yield self._unlike(end, mine, "another end")

    # What keeps its order

    def _in_order(self, theirs: Sequence[_Theirs], ours: Sequence[_Ours]) -> Iterator[Difference]:
        """Pairs the n-th with the n-th, and tells the first that does not fit."""
        for one, other in zip(theirs, ours, strict=False):
            if one.what.text != other.what.text:
                yield self._unlike(one.said, other.heard, "another frame")
                return
            off_beat = one.what.kind is Kind.TICKER and abs(other.heard.ms - one.said.ms) > SLACK
            if off_beat or not one.said.earliest <= other.heard.ms <= one.said.latest:
                yield self._unlike(one.said, other.heard, "at another time")
                return
            self._pairs.append((one, other))
        if len(theirs) > len(ours):
            yield self._missing(theirs[len(ours)].said, "did not come here")
        for other in ours[len(theirs) :]:
            if self._ours_is_due(other.heard.ms):
                yield _unexpected(other.heard, "was not recorded")
                return

    def _ours_is_due(self, ms: float) -> bool:
        """Whether the recorded client must have seen what was said then."""
        return ms < self._until - LAST_MOMENT

    # Order across the kinds of one channel, and at the beginning

    def _across(self) -> Iterator[Difference]:
        pairs = sorted(
            (pair for pair in self._pairs if pair[0].what.kind in BUS), key=lambda pair: pair[0].said.number
        )
        for n, (one, other) in enumerate(pairs):
            for before, earlier in pairs[max(0, n - 12) : n]:
                if one.said.ms - before.said.ms > RACE and earlier.place > other.place:
                    yield self._unlike(one.said, other.heard, f"came before row {before.said.number} here")
                    return

    def _opening(self) -> Iterator[Difference]:
        """The first answer to the first good token comes before the state, and that before the reading."""
        firsts = [
            next((pair for pair in self._pairs if pair[0].what.name == name), None) for name in _OPENING
        ]
        known = [pair for pair in firsts if pair is not None]
        theirs = sorted(known, key=lambda pair: pair[0].said.number)
        ours = sorted(known, key=lambda pair: pair[1].place)
        if theirs != ours and theirs:
            yield self._unlike(theirs[0][0].said, ours[0][1].heard, "another order at the beginning")

    # What stands for anything, and what comes once a second

    def _token_errors(self) -> Iterator[Difference]:
        """Bare token errors: those that stand for a regular reading are compared as such."""
        left = [one for one in self._theirs if one.what.kind is Kind.REPLACED]
        for other in self._ours:
            if other.what.kind is not Kind.REPLACED or other.heard.run is not None:
                continue
            near = [
                one
                for one in left
                if one.what.text == other.what.text and abs(one.said.ms - other.heard.ms) <= SLACK
            ]
            if near:
                left.remove(min(near, key=lambda one: abs(one.said.ms - other.heard.ms)))
            elif self._ours_is_due(other.heard.ms):
                yield _unexpected(other.heard, "was not recorded")
                break
        yield from self._ticks(left)

    def _ticks(self, errors: Sequence[_Theirs]) -> Iterator[Difference]:
        theirs = [
            Tick(one.said.ms, one.what.text, one.what.state, one.said.number)
            for one in self._theirs
            if one in errors or one.what.kind is Kind.READING
        ]
        ours = [
            (one.heard.run * 1000, Tick(one.heard.ms, one.what.text))
            for one in self._ours
            if one.heard.run is not None and self._ours_is_due(one.heard.ms)
        ]
        told = [one for one in self._ours if one.what.kind is Kind.STATUS]
        states = States([(one.heard.ms, _argument(one.heard.text)) for one in told])
        for one in differing(theirs, ours, sorted({run for run, _ in ours}), states):
            number, ms = (one.expected.number, one.expected.ms) if one.expected else (0, self._until)
            expected, got = (tick.text if tick else "" for tick in (one.expected, one.got))
            yield Difference(number, ms, self._conn, one.why, expected, got, one.got.ms if one.got else None)

    # Words

    @property
    def _conn(self) -> str:
        return next((one.said.conn for one in self._theirs), "")

    def _missing(self, said: Said, why: str) -> Difference:
        return Difference(said.number, said.ms, said.conn, why, said.text)

    def _unlike(self, said: Said, heard: Heard, why: str) -> Difference:
        return Difference(said.number, said.ms, said.conn, why, said.text, heard.text, heard.ms)


def _argument(text: str) -> str:
    return str(json.loads(text)["args"][0])


def _unexpected(heard: Heard, why: str) -> Difference:
    return Difference(0, heard.ms, heard.conn, why, "", heard.text, heard.ms)


def _may_be_sent(code: int) -> bool:
    """Codes that may stand in a close frame (RFC 6455, 7.4), which 1005, 1006 and 1015 may not."""
    return code != NO_FRAME and (1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999)


def _like_theirs(
    kind: Kind, theirs: Sequence[_Theirs], ours: Sequence[_Ours], bursts: Sequence[float]
) -> list[_Ours]:
    """Ours, where either order is seen in the order of theirs.

    That is so for the two lines about the image (protocol.md 4.4), and for what answers commands that
    were sent in one go (2.5).
    """
    mine = list(ours)
    both = range(min(len(mine), len(theirs)))
    if kind is Kind.DAEMON:
        for n in both[:-1]:
            pulls = all(_PULLS in one.what.text for one in mine[n : n + 2])
            if pulls and mine[n].what.text != theirs[n].what.text:
                mine[n], mine[n + 1] = mine[n + 1], mine[n]
    if kind is Kind.CONSOLE:
        for burst in bursts:
            _sort_like(theirs, mine, [n for n in both if 0 <= theirs[n].said.ms - burst <= BURST])
    return mine


def _sort_like(theirs: Sequence[_Theirs], mine: list[_Ours], slots: Sequence[int]) -> None:
    """Exchanges ours within these places until they are like theirs, as far as they can be."""
    for place, slot in enumerate(slots):
        for other in slots[place:]:
            if mine[other].what.text == theirs[slot].what.text:
                mine.insert(slot, mine.pop(other))
                break
