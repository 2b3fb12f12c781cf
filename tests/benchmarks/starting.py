"""How long a command takes until it has answered, in processor time: against `python -c pass`, in turns.

Run as `python -m tests.benchmarks.starting`. Each is started ROUNDS times, one after the other, so that
whatever else the machine does meets all of them; medians are printed, and how many times `pass` that is.
Modules are compiled beforehand, as an installer does it. `status` and `servers` ask a daemon of this process.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from compileall import compile_dir
from pathlib import Path

from tests.workbench.desk import desk_at

ROUNDS = 9
COMMAND = str(Path(sys.executable).with_name("automaton"))
ROOT = Path(__file__).parents[2]
MEMORY = ROOT / "rules" / "memory.yml"
SOUGHT = 0.3  # seconds, on a machine with nothing else to do


def main() -> int:
    """Prints a line for each; 0."""
    with tempfile.TemporaryDirectory() as name, desk_at(Path(name)) as (config, _):
        env = {**os.environ, "AUTOMATON_CONFIG": str(config)}
        compile_dir(ROOT / "automaton", quiet=2)
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            **{line: [COMMAND, *line.split()[1:]] for line in LINES},
        }
        taken: dict[str, list[float]] = {line: [] for line in commands}
        for _ in range(ROUNDS):
            for line, command in commands.items():
                taken[line].append(processor_time(command, env))
    least = statistics.median(taken["python -c pass"])
    for line, times in taken.items():
        median = statistics.median(times)
        over = f"  over {SOUGHT:g} s" if median > SOUGHT else ""
        sys.stdout.write(
            f"{line.replace(f'{ROOT}/', ''):40} {median:6.3f} s  {median / least:5.1f} times{over}\n"
        )
    return 0


LINES = (
    "automaton --version",
    "automaton --help",
    "automaton status --help",
    "automaton version",
    "automaton status",
    "automaton servers",
    f"automaton check --alone {MEMORY}",
    f"automaton check {MEMORY}",  # as if it lay among the rules of the daemon's own file
)


def processor_time(command: Sequence[str], env: Mapping[str, str]) -> float:
    """Seconds of user and system time until its end."""
    started = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, used = os.wait4(started.pid, 0)
    started.returncode = 0
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
