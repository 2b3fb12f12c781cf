"""What servers say: lines of a game, made beforehand, and readings that differ each time."""

from __future__ import annotations

import json
import random
from itertools import cycle
from struct import pack

PING = "ping"
MATCHING_EVERY = 100  # lines, of which one is what a rule or a pack looks for

_PLAYERS = ("Alex", "CreeperKate", "DiggyDirk", "Fernando_99", "HopperHana", "Steve", "TNTobias", "Usha_x")
_LINES = (
    "[{time}] [Server thread/INFO]: <{who}> anyone got spare iron?",
    "[{time}] [Server thread/INFO]: <{who}> I need <3 more levels & a book, see you at {n} {m}",
    "[{time}] [Server thread/INFO]: {who} issued server command: /home {n}",
    "[{time}] [Server thread/INFO]: {who} has made the advancement [Getting an Upgrade]",
    "[{time}] [Server thread/WARN]: {who} moved too quickly! {n}.5,-3.1,{m}.25",
    "[{time}] [Server thread/INFO]: Saving chunks for level 'ServerLevel[world]'/minecraft:overworld",
    "[{time}] [User Authenticator #{n}/INFO]: UUID of player {who} is 069a79f4-44e9-4726-a5be-fca90e38aaf5",
    "\x1b[36m[{time} INFO]: \x1b[0m\x1b[33m[CoreProtect] \x1b[0mPurged {n} rows of {m} in the background",
    "\x1b[0;32m[{time} INFO]\x1b[0m: [Essentials] {who} teleported to {n}, 64, {m} in world_nether",
    "\x1b[33;1m[{time} WARN]: [ViaVersion] packet {n} of {who} could not be rewritten, {m} bytes\x1b[m",
    "\x1b[m[{time} INFO]: [WorldGuard] Region spawn_{n} was entered by {who}\x1b[m",
)
_MATCHING = (
    "[{time}] [Server thread/INFO]: {who} joined the game",
    "[{time}] [Server thread/INFO]: Words {n12} steve did it, {n}",
    "[{time}] [Server thread/INFO]: {who} left the game",
    "[{time}] [Server thread/WARN]: Can't keep up! Is the server overloaded? "
    "Running {m}ms or {n} ticks behind",
)
_STATS = (
    b'{"event":"stats","args":["{\\"memory_bytes\\":%d,\\"memory_limit_bytes\\":4294967296,'
    b'\\"cpu_absolute\\":%.3f,\\"network\\":{\\"rx_bytes\\":%d,\\"tx_bytes\\":%d},\\"uptime\\":%d,'
    b'\\"state\\":\\"running\\",\\"disk_bytes\\":%d}"]}\n'
)
_CHANCE = random.Random(17)
_JITTER = cycle([_CHANCE.random() for _ in range(9973)])  # a prime: no server meets the same ones again
MIB = 1024 * 1024


def text_frame(payload: bytes) -> bytes:
    """A message of a server: one frame, unmasked."""
    length = len(payload)
    if length < 126:
        return pack("!BB", 0x81, length) + payload
    return pack("!BBH", 0x81, 126, length) + payload


def said(event: str, *args: str) -> bytes:
    """An event of Wings, as Go writes it: HTML's letters escaped, a line feed behind."""
    text = json.dumps({"event": event, "args": args} if args else {"event": event}, separators=(",", ":"))
    for letter, escape in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(letter, escape)
    return text_frame(text.encode() + b"\n")


def printed(line: str) -> bytes:
    """A line of a console."""
    return said("console output", line)


class Chatter:
    """Lines of many servers, one in a hundred matching; players who join leave again."""

    def __init__(self) -> None:
        chance = random.Random(29)
        self._dull = cycle([printed(_filled(chance, chance.choice(_LINES))) for _ in range(4001)])
        # By player, so that who joins is who leaves.
        self._matching = [
            [printed(_filled(chance, one, who)) for one in _MATCHING] for who in _PLAYERS for _ in range(12)
        ]
        self._count = 0

    def line(self, server: int) -> bytes:
        """The next line of this server."""
        self._count += 1
        if self._count % MATCHING_EVERY:
            return next(self._dull)
        return self._matching[server % len(self._matching)][self._count // MATCHING_EVERY % len(_MATCHING)]


def _filled(chance: random.Random, shape: str, who: str = "") -> str:
    time = f"{chance.randrange(24):02}:{chance.randrange(60):02}:{chance.randrange(60):02}"
    n, m = chance.randrange(1, 500), chance.randrange(1000, 30_000)
    return shape.format(time=time, who=who or chance.choice(_PLAYERS), n=n, m=m, n12=n % 12)


class Meter:
    """What one server uses; each reading differs from the one before."""

    __slots__ = ("_cpu", "_disk", "_memory", "_rx", "_tx", "_uptime")

    def __init__(self) -> None:
        self._memory = int(600 + 2000 * next(_JITTER)) * MIB
        self._cpu = 5 + 90 * next(_JITTER)
        self._disk = int(2_000 + 30_000 * next(_JITTER)) * MIB
        self._rx, self._tx = int(1e9 * next(_JITTER)), int(9e9 * next(_JITTER))
        self._uptime = int(1e9 * next(_JITTER))

    def frame(self) -> bytes:
        """The reading of a second later, as Wings sends it."""
        jitter = next(_JITTER)
        self._rx += int(40_000 * jitter)
        self._tx += int(350_000 * jitter)
        self._uptime += 1000
        memory = self._memory + int(48 * MIB * jitter)
        cpu = self._cpu * (0.8 + 0.4 * jitter)
        disk = self._disk if jitter < 0.9 else self._disk + int(MIB * jitter)
        return text_frame(_STATS % (memory, cpu, self._rx, self._tx, self._uptime, disk))
