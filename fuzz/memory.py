"""What an earlier engine left, as a file and as data.

Whatever stands in it, an engine begins; damage is counted. Time passes, servers are listed, and what the
engine leaves in turn is plain JSON in which the next one finds no damage, and which it leaves likewise.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from automaton.core.engine import Engine
from automaton.core.events import FieldValue, Occurred
from automaton.daemon.memory_file import NAME, MemoryFile
from automaton.web.memory_shape import read_memory
from fuzz.corpus import memories
from fuzz.engines import NOON, SERVER, engine, let_pass, list_servers

_MOST_SERVERS = 5  # that are listed of those in the memory
_GROWTH = 4  # a memory becomes no larger than this many times what it was, and what one server needs
_ONE_SERVER = 64 * 1024  # bytes


def check(data: bytes) -> None:
    """Takes the file as it is, then sealed as older versions did and as this one does, then what was read."""
    with tempfile.TemporaryDirectory() as folder:
        _taken(Path(folder), data)
        text = data.decode(errors="replace")
        seal = sha256(text.encode()).hexdigest()
        older = _taken(Path(folder), json.dumps({"sha256": seal, "memory": text}).encode())
        memory = _taken(Path(folder), b'{"sha256":"%b","memory":%b}' % (seal.encode(), text.encode()))
    if older is not None:
        _check_memory(older, len(data))
    if memory is not None and memory != older:
        _check_memory(memory, len(data))


def seeds() -> Iterator[bytes]:
    """Memories that older engines left, what a new one leaves, and what is none."""
    yield from memories()
    one = engine()
    let_pass(one, 30.0, list_servers(one, [SERVER]))
    yield json.dumps(one.dump(one.now)).encode()
    largest: dict[str, FieldValue] = {"player": "Eve", "number": 1e308}  # a hook may bring it
    one.handle(Occurred(server=SERVER, at=one.now, name="player.join", fields=largest))
    one.advance(one.now + 40.0)  # its call is not answered, so the incident is open
    yield json.dumps(one.dump(one.now)).encode()
    yield from (b"", b"{}", b"[]", b"null", b'{"version":1}', b'{"version":1,"at":NaN,"places":{}}', b"\xff")


def _taken(folder: Path, data: bytes) -> Mapping[str, Any] | None:
    (folder / NAME).write_bytes(data)
    return MemoryFile(folder).read()


def _check_memory(memory: Mapping[str, Any], size: int) -> None:
    one = engine(memory)
    servers = [SERVER, *_homes(memory)]
    let_pass(one, 60.0, list_servers(one, servers))
    left = _left(one)
    assert len(left) <= size * _GROWTH + _ONE_SERVER * len(servers)
    then = one.now
    assert read_memory(left.encode())[1] == {}, "the next start would forget what this one leaves"
    following = engine(json.loads(left))
    assert following.unreadable == 0, "an engine cannot read what another one left"
    assert one.unreadable >= 0
    let_pass(following, then - NOON, list_servers(following, servers))
    assert following.unreadable == 0, "an engine cannot read what another one left"
    _left(following)


def _homes(memory: Mapping[str, Any]) -> list[str]:
    places = memory.get("places")
    return [home for home in places if home != SERVER][:_MOST_SERVERS] if isinstance(places, dict) else []


def _left(one: Engine) -> str:
    return json.dumps(one.dump(one.now), allow_nan=False)
