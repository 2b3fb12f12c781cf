"""What an earlier process left: the parts of a journal, and the file of the versions before it.

Whatever stands in them, an engine begins; damage is counted. Time passes, servers are listed, and what the
engine leaves in turn are parts of which the next start drops none, and which it leaves likewise.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from automaton.core import parts as part_names
from automaton.core.engine import Engine
from automaton.core.events import FieldValue, Occurred
from automaton.core.parts import split
from automaton.daemon.old_memory import NAME, OldMemory
from automaton.daemon.remembered import remembered
from automaton.daemon.turn_journal import encode
from fuzz.corpus import memories
from fuzz.engines import NOON, SERVER, engine, let_pass, list_servers

_MOST_SERVERS = 5  # that are listed of those in the memory
_GROWTH = 4  # a memory becomes no larger than this many times what it was, and what one server needs
_ONE_SERVER = 64 * 1024  # bytes
_OF_SERVERS = (
    part_names.BUDGET, part_names.ABSENT, part_names.SERVER, part_names.AGES, part_names.CROWD,
    part_names.STATE,
)  # fmt: skip
_ONE_OF_EACH = (part_names.SILENCES, *(kind + SERVER for kind in _OF_SERVERS))
_WHOLE = b'{"version":1,"at":0,"next_number":1,"next_incident":1}'


def check(data: bytes) -> None:
    """As the older file: as it is, and sealed as early versions did and as the last did; then as parts."""
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
    for parts in _as_parts(data):
        found = remembered(parts).memory
        if found is not None:
            _check_memory(found, len(data))


def seeds() -> Iterator[bytes]:
    """Memories that older engines left, what a new one leaves, and what is none; whole and in parts."""
    for text in _whole_seeds():
        yield text
        if "version" in (memory := json.loads(text)):  # else it is that of a first start
            yield json.dumps(split({"hold": None, "armed": {}, **memory})).encode()
    yield from (b"", b"{}", b"[]", b"null", b'{"version":1}', b'{"version":1,"at":NaN,"places":{}}', b"\xff")


def _whole_seeds() -> Iterator[bytes]:
    yield from memories()
    one = engine()
    let_pass(one, 30.0, list_servers(one, [SERVER]))
    yield json.dumps(one.dump(one.now)).encode()
    largest: dict[str, FieldValue] = {"player": "Eve", "number": 1e308}  # a hook may bring it
    one.handle(Occurred(server=SERVER, at=one.now, name="player.join", fields=largest))
    one.advance(one.now + 40.0)  # its call is not answered, so the incident is open
    yield json.dumps(one.dump(one.now)).encode()


def _as_parts(data: bytes) -> Iterator[dict[str, bytes]]:
    """Each member as the part of its name, and the whole as a part of each kind beside a fit head."""
    try:
        members = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, ValueError, RecursionError):
        members = {}
    if members:
        yield {name: bytes(body) for name, body in members.items()}
    yield {**dict.fromkeys(_ONE_OF_EACH, data), part_names.HEAD: _WHOLE}


def _taken(folder: Path, data: bytes) -> Mapping[str, Any] | None:
    (folder / NAME).write_bytes(data)
    return OldMemory(folder).read()


def _check_memory(memory: Mapping[str, Any], size: int) -> None:
    one = engine(memory)
    servers = [SERVER, *_homes(memory)]
    let_pass(one, 60.0, list_servers(one, servers))
    left = _left(one)
    assert sum(map(len, left.values())) <= size * _GROWTH + _ONE_SERVER * len(servers)
    then = one.now
    found = remembered(left)
    assert found.memory is not None, "the next start would find nothing of what this one leaves"
    names = split(found.memory).keys()
    assert names == left.keys(), f"the next start would forget of this one {left.keys() - names}"
    following = engine(found.memory)
    assert following.unreadable == 0, "an engine cannot read what another one left"
    assert one.unreadable >= 0
    let_pass(following, then - NOON, list_servers(following, servers))
    assert following.unreadable == 0, "an engine cannot read what another one left"
    _left(following)


def _homes(memory: Mapping[str, Any]) -> list[str]:
    places = memory.get("places")
    return [home for home in places if home != SERVER][:_MOST_SERVERS] if isinstance(places, dict) else []


def _left(one: Engine) -> dict[str, bytes]:
    parts = one.take_changes(one.now, all_parts=True)
    return {name: encode(part) for name, part in parts.items() if part is not None}
