"""Where memory belongs, by the file that asked for it."""

from __future__ import annotations

import pytest

from tests.benchmarks.memory import room

LIBRARIES = "/opt/x/.venv/lib/python3.11/site-packages"


@pytest.mark.parametrize(
    ("file", "of"),
    [
        ("/opt/x/automaton/core/facts/facts.py", "automaton/core/facts"),
        (f"{LIBRARIES}/httpcore/_async/http11.py", "httpcore"),
        ("/usr/lib/python3.11/asyncio/events.py", "asyncio"),
        ("/usr/lib/python3.11/ssl.py", "ssl"),
        ("/opt/x/tests/benchmarks/fleet_daemon.py", "tests/benchmarks"),
    ],
)
def test_a_file_is_of_its_room_its_library_or_its_part_of_python(file: str, of: str) -> None:
    assert room(file) == of
