"""`python -m fuzz.run [TARGET…] --minutes N --jobs 2`: fuzzes targets in processes of their own, and tells.

Corpora and what broke are kept in `.fuzz/`, so that the next run goes on from there. Exits with 1 where
anything broke, hung, or did not run.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from automaton.pace.clock import SystemClock
from fuzz.by_hypothesis import TRIED
from fuzz.corpus import ROOT, write
from fuzz.targets import LONGEST, TARGETS, load
from fuzz.watched_target import Taken, read_report

FOLDER = ROOT / ".fuzz"
MOST_FINDINGS = 5  # of one target in one run; then it is given up, for it finds the same again and again
_MEMORY = 1024  # MiB, what the systemd unit allows the daemon
_WAITS_AT_MOST = 20  # seconds of the wall clock; WatchedTarget judges those of the processor
_LEAST = 3.0  # seconds that are worth another process

_COVERED = re.compile(r"cov: (\d+)")
_PEAK = re.compile(r"peak_rss_mb:\s+(\d+)")
_KEPT = re.compile(r"Test unit written to (\S+)")
_RAISED = re.compile(r"^(\w+(?:Error|Exception|Group|Refused|Invalid)\b.*)$|SUMMARY: (.*)$", re.MULTILINE)


@dataclass
class TargetResult:
    """What one target did; `edges` is 0 without atheris, `findings` are a file and what was raised."""

    name: str
    seconds: float = 0.0
    edges: int = 0
    peak: int = 0
    taken: Taken = field(default_factory=Taken)
    findings: list[str] = field(default_factory=list)

    def row(self) -> str:
        """A line of the table."""
        each = self.taken.inputs / self.seconds if self.seconds else 0.0
        return (
            f"{self.name:<14}{self.taken.inputs:>10}{each:>9.0f}{self.edges:>8}"
            f"{self.taken.slowest * 1000:>11.0f}{self.peak:>10}{len(self.findings):>9}"
        )


def fuzz(name: str, seconds: float) -> TargetResult:
    """Fuzzes one target for so long, in one process after another if it breaks."""
    result, clock = TargetResult(name), SystemClock()
    began, report = clock.now(), FOLDER / f"{name}.json"
    report.unlink(missing_ok=True)
    corpus, broken = FOLDER / "corpus" / name, FOLDER / "broken" / name
    broken.mkdir(parents=True, exist_ok=True)
    words = write(load(name), corpus)
    while (left := seconds - (clock.now() - began)) > _LEAST and len(result.findings) < MOST_FINDINGS:
        command = _command(name, report, left, corpus, words, broken)
        told, broke = ended(command, left + 2 * _WAITS_AT_MOST, broken)
        result.edges = max([result.edges, *map(int, _COVERED.findall(told))])
        result.peak = max([result.peak, *map(int, _PEAK.findall(told))])
        if not broke:
            break
        result.findings.append(broke)
    result.seconds, result.taken = clock.now() - began, read_report(report)
    return result


def ended(command: Sequence[str], within: float, broken: Path) -> tuple[str, str]:
    """What a process printed, and what broke, empty where nothing did. In so many seconds it is ended."""
    try:
        done = subprocess.run(  # noqa: S603 - our own Python
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=within
        )
    except subprocess.TimeoutExpired as hang:
        told = (hang.stdout or b"").decode(errors="replace")
        broke = what_hangs(broken)
    else:
        told = done.stdout.decode(errors="replace")
        broke = what_broke(told) if done.returncode else ""
    if broke:
        (broken / "last.log").write_text(told)
    return told, broke


def what_hangs(broken: Path) -> str:
    """The input that never returned, which by_hypothesis.py writes down before it tries it.

    It is kept under a name of its own, for the next process writes its inputs to the same place.
    """
    tried = broken / TRIED
    if not tried.exists():  # libFuzzer keeps what takes long itself
        return "no input was kept: it did not end in time"
    kept = broken / f"hang-{sha256(tried.read_bytes()).hexdigest()[:16]}"
    tried.replace(kept)
    return f"{kept}: it did not end in time"


def _command(
    name: str, report: Path, seconds: float, corpus: Path, words: Path | None, broken: Path
) -> list[str]:
    if find_spec("atheris") is None:
        return [sys.executable, "-m", "fuzz.by_hypothesis", name, str(report), str(seconds), str(broken)]
    return [
        sys.executable, "-m", "fuzz.by_atheris", name, str(report), f"-max_total_time={int(seconds)}",
        f"-timeout={_WAITS_AT_MOST}", f"-rss_limit_mb={_MEMORY}", f"-max_len={LONGEST}",
        f"-artifact_prefix={broken}/", "-print_final_stats=1", "-verbosity=1",
        *([f"-dict={words}"] if words else []), str(corpus),
    ]  # fmt: skip


def what_broke(told: str) -> str:
    """The input that was kept, and what it raised, out of what the process printed."""
    kept, raised = _KEPT.search(told), _RAISED.search(told)
    what = (raised[1] or raised[2]) if raised else told.strip()[-300:]
    return f"{kept[1] if kept else 'no input was kept'}: {what.strip()[:300]}"


def main(arguments: Sequence[str]) -> int:
    """Fuzzes all targets, or those that are named."""
    parser = argparse.ArgumentParser(prog="fuzz.run")
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], help="all without any")
    parser.add_argument("--minutes", type=float, default=1.0, help="of each target")
    parser.add_argument("--jobs", type=int, default=2, help="targets at once")
    parser.add_argument("--fresh", action="store_true", help="forget the corpora of earlier runs")
    options = parser.parse_args(arguments)
    if options.fresh:
        shutil.rmtree(FOLDER, ignore_errors=True)
    if find_spec("atheris") is None:
        sys.stderr.write("atheris is not installed here: hypothesis drives the targets, and finds less\n")
    with ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda name: fuzz(name, options.minutes * 60), options.targets or TARGETS))
    out = sys.stdout
    out.write("target            inputs  a second   edges  slowest ms  peak MiB  broken\n")
    for result in results:
        out.write(result.row() + "\n")
    for result in results:
        out.writelines(f"{result.name}: {finding}\n" for finding in result.findings)
    return 1 if any(result.findings or not result.taken.inputs for result in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
