"""A month that the public page remembers: most of it well, some of it not, and some that nobody watched."""

from __future__ import annotations

import random
from pathlib import Path

import anyio

from automaton.daemon.page.uptime_file import UptimeFile
from automaton.pace.clock import SystemClock
from automaton.web.pages.uptime import LENGTHS, Bucket, KeptBucket


def remember(folder: Path, servers: list[str]) -> None:
    """Writes it into a state folder that no daemon has used yet."""
    folder.mkdir(mode=0o700, exist_ok=True)
    now = SystemClock().now().wall
    chance = random.Random(7)
    kept = [
        KeptBucket(server, length, int(now // length) * length - place * length, _bucket(chance, length))
        for server in servers
        for length, count in LENGTHS.items()
        for place in range(1, count)
    ]
    file = UptimeFile(str(folder))
    assert anyio.run(file.save, kept, {})


def _bucket(chance: random.Random, length: int) -> Bucket:
    match chance.choices(("up", "partly", "down", "off", "unwatched"), (90, 3, 1, 3, 3))[0]:
        case "up":
            return Bucket(up=length)
        case "partly":
            return Bucket(up=length * 0.9, down=length * 0.1)
        case "down":
            return Bucket(down=length)
        case "off":
            return Bucket(off=length)
        case _:
            return Bucket()
