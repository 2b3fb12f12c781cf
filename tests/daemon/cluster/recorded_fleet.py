"""Twelve servers on three nodes for ten minutes: conversations with a real Wings, and consoles of games.

Each server has the conversations of `tests/verify/recorded` in an order and at moments of its own, one
connection after the other, and between their frames lines that its game printed somewhere (the `tests` of
its pack). All of it goes through the session that a link has, so what comes out is what a daemon judges.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from pathlib import Path
from random import Random

from automaton.core import events as ev
from automaton.core.events import Event, Profile
from automaton.core.moment import Moment
from automaton.packs.load import read_packs
from automaton.packs.model import PackFile
from automaton.secret import Secret
from automaton.wings.session import Session
from automaton.wings.session_output import NeedToken, Output
from automaton.wings.token import Token
from tests.verify.trace import Row, read

FOLDER = Path(__file__).parents[2] / "verify" / "recorded"
CONVERSATIONS = (
    "02-lifecycle.jsonl",
    "03-restart-kill-locks.jsonl",
    "06-crash.jsonl",
    "08-output-quirks.jsonl.gz",
    "10a-expiry-running.jsonl",
    "10e-expiry-30s.jsonl",
    "13-deny-and-http-power.jsonl",
    "14-backup.jsonl",
)
STEADY = ("10a-expiry-running.jsonl",)
"""For the last server of each node, and only as long as its token is good: it is seen nearly always."""

GAMES = {"minecraft": "Paper", "rust": "Rust", "valheim": "Valheim", "terraria": "Terraria"}
"""The egg of a server, by the pack whose lines it prints."""

NODES = ("eu0", "eu1", "eu2")
SERVERS = 12
SECONDS = 630.0
GAPS = (1.0, 9.0)
"""Seconds without a link between two conversations, from and to."""

PRINTED_EVERY = 5.0
"""Seconds between two lines of a game, on average."""

EXPIRED = "jwt error"
FIRST = Moment(0.0, 1_800_000_000.0)


def profiles() -> list[Profile]:
    """The servers, four a node, each node with every game."""
    games = list(GAMES.values())
    return [
        Profile(
            uuid=f"{number:08x}-0000-4000-8000-000000000000", id=f"{number:08x}", name=f"s{number}",
            node=NODES[number % len(NODES)], egg=games[number // len(NODES)], disk_limit=512 << 20,
        )
        for number in range(SERVERS)
    ]  # fmt: skip


def recorded_fleet(seed: int) -> list[Event]:
    """What the fleet tells, in order, from `FIRST` on. The same seed, the same stream."""
    chance, servers = Random(seed), profiles()
    listed: list[Event] = [ev.ServerListed(server=one.uuid, at=FIRST, profile=one) for one in servers]
    told = [
        event
        for profile, said in zip(servers, _conversations(), strict=True)
        for event in PlayedTraces(profile, Random(chance.random()), said).events()
    ]  # fmt: skip
    return listed + sorted(told, key=lambda event: event.at.mono)


def _conversations() -> Iterator[Sequence[Sequence[Row]]]:
    """Of each server, in their order."""
    for number in range(SERVERS):
        if number >= SERVERS - len(NODES):
            yield [with_a_good_token(name) for name in STEADY]
        else:
            yield [conversation(name) for name in CONVERSATIONS]


@dataclass(frozen=True, slots=True)
class TracedFrame:
    """One row of a conversation at its second; `kind` is a row's, or `line` for what a game printed."""

    at: float
    kind: str
    text: str = ""
    code: int | None = None


class PlayedTraces:
    """One server's conversations, one after the other."""

    def __init__(self, profile: Profile, chance: Random, conversations: Sequence[Sequence[Row]]) -> None:
        self._server = profile.uuid
        self._chance = chance
        self._conversations = conversations
        self._lines = game_lines(next(pack for pack, egg in GAMES.items() if egg == profile.egg))
        self._session = Session(profile.uuid, Random(chance.random()))
        self._now = FIRST

    def events(self) -> Iterator[Event]:
        """What its session tells of them."""
        begin = self._chance.uniform(*GAPS)
        while begin < SECONDS:
            rows = self._chance.choice(self._conversations)
            for frame in self._frames(rows, begin):
                yield from self._at(frame)
            begin += rows[-1].ms / 1000 + self._chance.uniform(*GAPS)

    def _frames(self, rows: Sequence[Row], begin: float) -> list[TracedFrame]:
        frames = [
            TracedFrame(begin + row.ms / 1000, row.kind, row.fields.get("raw", ""), row.fields.get("code"))
            for row in rows
        ]
        at = begin
        while (at := at + self._chance.expovariate(1 / PRINTED_EVERY)) < frames[-1].at:
            printed = {"event": "console output", "args": [self._chance.choice(self._lines)]}
            frames.append(TracedFrame(at, "line", json.dumps(printed)))
        return sorted((one for one in frames if one.at < SECONDS), key=lambda one: one.at)

    def _at(self, frame: TracedFrame) -> Iterator[Event]:
        yield from self._wait_until(frame.at)
        match frame.kind:
            case "opened":
                yield from self._events(self._session.opened(self._now))
            case "in":
                yield from self._events(self._session.received(frame.text, self._now))
            case "line" if self._session.is_live:
                yield from self._events(self._session.received(frame.text, self._now))
            case "closed":
                yield from self._events(self._session.closed(frame.code, "", self._now))

    def _wait_until(self, seconds: float) -> Iterator[Event]:
        until = FIRST + seconds
        while (deadline := self._session.next_deadline()) <= until.mono:
            self._now = FIRST + max(deadline, self._now.mono)
            yield from self._events(self._session.advance(self._now))
        self._now = until

    def _events(self, outputs: Iterable[Output]) -> Iterator[Event]:
        """The events; a token that is needed comes at once, as one that a link has kept."""
        for output in outputs:
            if isinstance(output, Event):
                yield output
            elif isinstance(output, NeedToken):
                token = Token(
                    Secret(f"{self._chance.random()}"), "ws://node.test/ws", self._now, 600.0,
                    frozenset({"*"}),
                )  # fmt: skip
                yield from self._events(self._session.token(token, self._now))


@cache
def conversation(name: str) -> Sequence[Row]:
    """The rows of the first connection of a recording."""
    rows = read(FOLDER / name)
    first = next(row.conn for row in rows if row.kind == "opened")
    return [row for row in rows if row.conn == first and row.kind in ("opened", "in", "closed")]


@cache
def with_a_good_token(name: str) -> Sequence[Row]:
    """Those of them before the token expires; there the connection drops."""
    rows = conversation(name)
    good = list(takewhile(lambda row: EXPIRED not in row.fields.get("raw", ""), rows))
    return [*good, Row(0, good[-1].ms + 1.0, "closed", good[-1].conn, {})]


@cache
def game_lines(pack: str) -> Sequence[str]:
    """What a game's console printed, each with what it must be in its pack's tests."""
    return [str(example.line) for example in _packs()[pack].tests]


@cache
def _packs() -> dict[str, PackFile]:
    return read_packs([], tests=True)[0]
