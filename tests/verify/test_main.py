"""`python -m tests.verify`, as a maintainer calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.verify.recording import FOLDER, RECORDINGS

ROOT = Path(__file__).parents[2]


def _verified(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.verify", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_named_recordings_are_verified() -> None:
    named = [str(path) for path in RECORDINGS if path.name.startswith(("11", "14"))]
    done = _verified(*named)

    assert done.returncode == 0, done.stdout
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["pass"] * len(named)


def test_another_conversation_is_told_and_ends_with_one(tmp_path: Path) -> None:
    path = tmp_path / "changed.jsonl"
    path.write_text((FOLDER / "14-backup.jsonl").read_text().replace("(restoring)", "(restored)"))
    done = _verified("--json", str(path))

    assert done.returncode == 1
    assert json.loads(done.stdout)["passed"] is False
