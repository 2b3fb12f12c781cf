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
from automaton.daemon.memory_file import NAME, MemoryFile
from fuzz.corpus import memories
from fuzz.engines import NOON, SERVER, engine, let_pass, list_servers

_MOST_SERVERS = 5  # that are listed of those in the memory
_GROWTH = 4  # a memory becomes no larger than this many times what it was, and what one server needs
_ONE_SERVER = 64 * 1024  # bytes


def check(data: bytes) -> None:
    """Takes the file as it is, then sealed, then the data themselves."""
    with tempfile.TemporaryDirectory() as folder:
        _taken(Path(folder), data)
        text = data.decode(errors="replace")
        sealed = {"sha256": sha256(text.encode()).hexdigest(), "memory": text}
        memory = _taken(Path(folder), json.dumps(sealed).encode())
    if memory is not None:
        _check_memory(memory, len(data))


def seeds() -> Iterator[bytes]:
    """Memories that older engines left, what a new one leaves, and what is none."""
    yield from memories()
    one = engine()
    let_pass(one, 30.0, list_servers(one, [SERVER]))
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
