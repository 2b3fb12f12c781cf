"""The demo as a newcomer runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("automaton")


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
