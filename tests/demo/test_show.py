"""The demo as a newcomer runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from automaton.demo.receiver import receiving
from automaton.demo.show import DemoPage, configure
from automaton.journal.sqlite_journals import SqliteJournals
from automaton.simulator.serve import simulated

COMMAND = Path(sys.executable).with_name("automaton")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def demo(seconds: str | None) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name != "DEMO_SECONDS"}
    env |= {"DEMO_SECONDS": seconds} if seconds is not None else {}
    return subprocess.run(
        [COMMAND, "demo"], env=env, capture_output=True, text=True, timeout=120, check=False
    )


def test_each_scripted_incident_leads_to_its_action_and_without_a_terminal_the_demo_ends_with_zero() -> None:
    ended = demo(None)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "7 of 7 scripted incidents led to their action" in ended.stdout
    assert "✗" not in ended.stdout
    assert ended.stdout.startswith("without a terminal nothing is shown live: a summary comes in 30 seconds")
    assert re.search(r"(?m)^in the browser: http://127\.0\.0\.1:\d+  name demo  password \S+$", ended.stdout)


@pytest.mark.parametrize("seconds", ["0", "2.5"])
def test_it_ends_after_any_number_of_seconds_and_says_what_is_still_under_way(seconds: str) -> None:
    ended = demo(seconds)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.startswith("in the browser: http://127.0.0.1:")
    assert "… factions: crashes twice; Wings gives up" in ended.stdout
    assert "✗" not in ended.stdout
    assert ended.stdout.endswith("the whole script takes 28 seconds\n")


@pytest.mark.anyio
async def test_its_journal_can_be_written_from_the_beginning(tmp_path: Path) -> None:
    """Else the first thing that its page says is that power and commands are held."""
    async with simulated(servers=1) as simulation, receiving() as receiver:
        load = configure(tmp_path, simulation, receiver, DemoPage(0, "secret"))
    opened = SqliteJournals(load().or_raise().settings.state).open()

    assert (opened.fault, opened.journal is None) == ("", False)
    if opened.journal is not None:
        opened.journal.close()
