"""Thirty sockets send what no Wings sends, or too much of what it does, while ten others are served.

    python -m tests.benchmarks.flooded [--seconds 60] [--sockets 30] [--kinds lines,pongs]

Each quiet server prints a line a second, ten a second in all, that a rule of the installed daemon answers by
a command: the time from line to command is the lag. Nothing is asserted: a claim needs a quiet machine.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.hostile.flooding import FLOODS, LIMITS, MIB, RULES, Flood, attack, flooding, question
from tests.hostile.world import World, world

QUIET = [f"quiet-{number}" for number in range(10)]


def measure(seconds: float, kinds: list[str]) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        flooding() as flood,
        world(Path(folder), RULES, servers=QUIET, limits=LIMITS) as here,
    ):
        attack(here, flood, kinds)
        with here.running():
            rest = here.peak()
            flood.begins()
            sent, came = _ask(here, seconds)
            _tell(here, flood, sent, came, here.peak() - rest, rest)


def _ask(here: World, seconds: float) -> tuple[dict[str, float], dict[str, float]]:
    """Prints a line every 100 ms; when each was sent, and when its command came, by number."""
    sent: dict[str, float] = {}
    came: dict[str, float] = {}
    ended, clock = threading.Event(), time.perf_counter  # noqa: TID251 - a benchmark measures

    def watch() -> None:
        while not ended.is_set():
            time.sleep(0.005)
            now = clock()
            for name in QUIET:
                for command in here[name].commands[:]:
                    came.setdefault(command.removeprefix("say answer "), now)

    watcher = threading.Thread(target=watch)
    watcher.start()
    begin = clock()
    for number in itertools.count():
        due = begin + number * 0.1
        if due - begin > seconds:
            break
        time.sleep(max(0.0, due - clock()))
        sent[str(number)] = clock()
        here[QUIET[number % len(QUIET)]].prints(question(number))
    for _ in range(600):
        if len(came) >= len(sent):
            break
        time.sleep(0.1)
    ended.set()
    watcher.join()
    return sent, came


def _tell(
    here: World, flood: Flood, sent: dict[str, float], came: dict[str, float], grown: int, rest: int
) -> None:
    lags = sorted(came[number] - moment for number, moment in sent.items() if number in came)
    _say(f"lines {len(sent)}, answered {len(lags)}")
    if lags:
        p99 = lags[int(len(lags) * 0.99)]
        _say(f"lag: median {statistics.median(lags):.3f} s, p99 {p99:.3f} s, longest {lags[-1]:.3f} s")
    _say(f"memory: at rest {rest / MIB:.1f} MiB, at its peak {grown / MIB:.1f} MiB more")
    for (kind, code), times in sorted(flood.ends.items()):
        _say(f"closed with {code or 'nothing'}: {kind}, {times} times")
    _say(f"breaches in the log: {len(here.lines('cause=flooded'))}, running: {here.daemon.is_running}")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--sockets", type=int, default=30)
    options.add_argument("--kinds", default="", help="only these, divided by commas")
    asked = options.parse_args()
    kinds = asked.kinds.split(",") if asked.kinds else list(FLOODS)
    measure(asked.seconds, list(itertools.islice(itertools.cycle(kinds), asked.sockets)))


if __name__ == "__main__":
    main()
