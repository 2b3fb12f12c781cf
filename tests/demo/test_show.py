"""The demo as a newcomer runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COMMAND = Path(sys.executable).with_name("automaton")


def demo(seconds: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DEMO_SECONDS": seconds}
    return subprocess.run(
        [COMMAND, "demo"], env=env, capture_output=True, text=True, timeout=120, check=False
    )


def test_each_scripted_incident_leads_to_its_action_and_the_demo_ends_with_zero() -> None:
    ended = demo("30")

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "7 of 7 scripted incidents led to their action" in ended.stdout
    assert "✗" not in ended.stdout


def test_a_time_that_is_too_short_for_the_script_is_refused_in_words() -> None:
    ended = demo("5")

    assert ended.returncode == 2
    assert "DEMO_SECONDS must be at least that" in ended.stdout
