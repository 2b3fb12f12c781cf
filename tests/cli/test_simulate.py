"""What the command line of `simulate` refuses. What it serves is seen in tests/acceptance."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).parent / "automaton"


@pytest.mark.parametrize(
    ("process", "said"),
    [
        ("name=civ,cmd=cat,stop=^C,done=up,nice=5", "unknown key `nice`"),
        ("name=civ,cmd=cat,stop=^C", "`done` is missing"),
        ("name=civ,cmd=cat,stop=^C,done=up,user=no-such-user", "there is no user `no-such-user`"),
        ("name=civ,cmd=no-such-program,stop=^C,done=up", "there is no program `no-such-program`"),
    ],
)
def test_a_program_that_cannot_be_run_ends_it_before_it_serves(process: str, said: str) -> None:
    done = subprocess.run(
        [COMMAND, "simulate", "--process", process], capture_output=True, text=True, timeout=60, check=False
    )

    assert (done.returncode, done.stdout, said in " ".join(done.stderr.split())) == (2, "", True)
    assert "--process" in done.stderr
