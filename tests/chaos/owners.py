"""Who owns what, as each member says of itself, asked again and again while things fail."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from tests.chaos.member import Member
from tests.chaos.record import Owned, Standing

ASKED_EVERY = 0.5


class Owners:
    """Asks each member twice a second what it owns, in threads."""

    def __init__(self, members: dict[str, Member]) -> None:
        self.standings: list[Standing] = []
        self.latest: dict[str, dict[str, Any]] = {}
        self._owned: dict[tuple[str, str, int], Owned] = {}
        self._lock = Lock()
        self._over = Event()
        self._threads = [Thread(target=self._ask, args=(member,)) for member in members.values()]

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Until the block is left."""
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in self._threads:
                thread.join()

    def owned(self) -> list[Owned]:
        """All that was heard so far."""
        with self._lock:
            return list(self._owned.values())

    def acting(self) -> set[str]:
        """The shards that their owner may act on, by its latest word: nothing is waited for any more."""
        rows = [row for view in list(self.latest.values()) for row in view["shards"]]
        return {row["shard"] for row in rows if row["state"] == "owned" and (row.get("lease") or 0.0) > 0.0}

    def _ask(self, member: Member) -> None:
        while not self._over.wait(ASKED_EVERY):
            with suppress(OSError, ValueError):  # it is away, or stands still
                asked = now()
                self._hear(member.name, asked, _cluster_view(member.home / "control.sock"))

    def _hear(self, member: str, at: float, view: dict[str, Any]) -> None:
        # 0 is left of it while its owner may not act yet, and less where it is over.
        # Where it sees another's claim already, the epoch is that one's.
        rows = [row for row in view["shards"] if row["owner"] == view["me"]]
        own = {row["shard"]: row for row in rows if row.get("lease") is not None}
        mine = {shard: row["epoch"] for shard, row in own.items() if row["lease"] >= 0.0}
        established = frozenset(
            row["name"]
            for row in view["members"]
            if row["state"] == "established" and row["generation"] == view["generation"] and not row["why"]
        )
        with self._lock:
            self.latest[member] = view
            self.standings.append(Standing(at, member, established, frozenset(mine)))
            for shard, epoch in mine.items():
                known = self._owned.get((shard, member, epoch))
                first = known.first if known is not None else at
                self._owned[shard, member, epoch] = Owned(shard, member, epoch, first, at)


def _cluster_view(control: Path) -> dict[str, Any]:
    """What the member at this socket says. A connection each time: who is killed leaves none behind."""
    answer = b""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(2.0)
        connection.connect(str(control))
        connection.sendall(b"GET /v1/cluster HTTP/1.0\r\nHost: automaton\r\n\r\n")
        while piece := connection.recv(1 << 16):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    if b" 200 " not in head.partition(b"\r\n")[0]:
        raise ValueError(f"no view: {head.decode(errors='replace')}")
    view: dict[str, Any] = json.loads(body)
    return view


def now() -> float:
    """Wall time, as the simulator's log has it."""
    return time.time()  # noqa: TID251 - a record has its moments
