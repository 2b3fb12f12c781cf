"""A month that the public page remembers: most of it well, some of it not, and some that nobody watched."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio

from automaton.daemon.page.uptime_file import UptimeFile
from automaton.pace.clock import SystemClock
from automaton.web.pages.uptime import LENGTHS, KeptBucket, UptimeBucket


def remember(folder: Path, servers: list[str]) -> None:
    """Writes it into a state folder that no daemon has used yet."""
    folder.mkdir(mode=0o700, exist_ok=True)

    async def write() -> bool:
        return await UptimeFile(str(folder)).save(_month(servers, SystemClock().now().wall), {})

    with ThreadPoolExecutor(1) as other:  # Playwright has a loop in this one
        assert other.submit(anyio.run, write).result()


def _month(servers: list[str], now: float) -> list[KeptBucket]:
    chance = random.Random(7)
    return [
        KeptBucket(server, length, int(now // length) * length - place * length, _bucket(chance, length))
        for server in servers
        for length, count in LENGTHS.items()
        for place in range(1, count)
    ]


def _bucket(chance: random.Random, length: int) -> UptimeBucket:
    match chance.choices(("up", "partly", "down", "off", "unwatched"), (90, 3, 1, 3, 3))[0]:
        case "up":
            return UptimeBucket(up=length)
        case "partly":
            return UptimeBucket(up=length * 0.9, down=length * 0.1)
        case "down":
            return UptimeBucket(down=length)
        case "off":
            return UptimeBucket(off=length)
        case _:
            return UptimeBucket()
