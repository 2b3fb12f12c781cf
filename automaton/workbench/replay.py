"""`automaton replay`: a recording, judged again as fast as it is read."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from automaton.core.decision import Decision
from automaton.core.rules.rule import Arm
from automaton.errors import AutomatonError, ConfigurationError, Refused
from automaton.pace.clock import ThreadClock
from automaton.schema.problem import Problem
from automaton.workbench.judges import configured, judge_of
from automaton.workbench.recordings import Part, parts_of
from automaton.workbench.replay_report import Report, plain_decision, told
from automaton.workbench.replaying import Side, play
from automaton.workbench.terminal import failure, width_of

OK, FAILED, CONFIGURATION_ERROR, INTERRUPTED = 0, 1, 78, 130
DEFAULT_CONFIG = Path("/etc/automaton/automaton.yml")
RULE_FILES = frozenset({".yml", ".yaml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the command line asks for. `files` are recordings, rule files and folders of them."""

    files: Sequence[Path]
    config: Path | None = None
    old: Path | None = None
    arm: Arm | None = None
    decisions: bool = False
    as_json: bool = False


def replay(wanted: Wanted) -> int:
    """0; 78 where a rule file has a mistake, 1 where a recording cannot be read."""
    try:
        recordings = parts_of([path for path in wanted.files if not _is_rules(path)])
        if not recordings:
            raise Refused("name a recording: `automaton record` makes one")
        report = _play(wanted, recordings, _sides(wanted))
    except (AutomatonError, OSError) as problem:
        typer.echo(failure(problem), err=True)
        return CONFIGURATION_ERROR if isinstance(problem, ConfigurationError) else FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    if wanted.as_json:
        typer.echo(json.dumps(report.plain()))
    else:
        for line in report.lines(width_of(sys.stdout)):
            typer.echo(line)
    return OK


def _play(wanted: Wanted, recordings: Sequence[Sequence[Part]], sides: Sequence[Side]) -> Report:
    clock = ThreadClock()
    began = clock.now()
    size = sum(part.size for parts in recordings for part in parts)
    shown = sys.stderr.isatty() and not wanted.decisions
    with _collecting_little(), _progress(size, shown=shown) as step:
        for parts in recordings:
            play(parts, sides, step)
    return Report(recordings, sides, clock.now() - began)


def _sides(wanted: Wanted) -> list[Side]:
    """The new rules, behind the old ones where they are compared."""
    rules = [path for path in wanted.files if _is_rules(path)]
    config = wanted.config or (None if rules else DEFAULT_CONFIG)
    configuration, problems = configured(config, os.environ) if config else (None, [])
    judge, found = judge_of(configuration, rules, wanted.arm)
    problems = [*problems, *found]
    sides = [Side(judge, _teller(wanted))]
    if wanted.old is not None:
        old, found = judge_of(configuration, [wanted.old], wanted.arm)
        problems += found
        sides.insert(0, Side(old))
    _warn(problems)
    if configuration is None:
        typer.echo("note: without an automaton.yml there are no tags and no limits", err=True)
    return sides


def _teller(wanted: Wanted) -> Callable[[Decision, str], None] | None:
    if not wanted.decisions:
        return None
    if wanted.as_json:
        return lambda decision, name: typer.echo(json.dumps({"decision": plain_decision(decision, name)}))

    def tell(decision: Decision, name: str) -> None:
        for line in told(decision, name):
            typer.echo(line)

    return tell


def _is_rules(path: Path) -> bool:
    return path.is_dir() or path.suffix in RULE_FILES


def _warn(problems: Sequence[Problem]) -> None:
    """Each once, also of a file that the configuration names otherwise than whoever asks."""
    each = {replace(one, file=str(Path(one.file).resolve())): one for one in reversed(problems)}
    for problem in reversed(each.values()):
        typer.echo(str(problem), err=True)


@contextmanager
def _collecting_little() -> Iterator[None]:
    """What stands now stays, and little of what comes is cyclic: the collector has not much to find."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextmanager
def _progress(size: int, *, shown: bool) -> Iterator[Callable[[int], object]]:
    """How far it is, on a terminal; gives what is told how many bytes more were read."""
    if not shown:
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    bar = (TextColumn("judging"), BarColumn(), DownloadColumn(binary_units=True), TimeRemainingColumn())
    with Progress(*bar, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=size)
        yield lambda read: progress.advance(task, read)
