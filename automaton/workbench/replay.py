"""`automaton replay`: judges recordings again, as fast as they are read."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from os.path import realpath
from pathlib import Path

from automaton.core.arm import Arm
from automaton.core.decision import Decision
from automaton.errors import AutomatonError, Unusable
from automaton.pace.clock import SystemClock
from automaton.printable import say, say_json
from automaton.problem import Problem
from automaton.settings.usual_paths import USUAL_FILE
from automaton.workbench.exit_code import INTERRUPTED, OK, exit_code_of
from automaton.workbench.recording_reader import RecordingFile, group_by_recording
from automaton.workbench.replay_report import ReplayReport, decision_data, decision_lines
from automaton.workbench.replay_rules import load_or_raise, rules_for_replay
from automaton.workbench.replay_side import ReplaySide, play_recording
from automaton.workbench.terminal import failure, width_of

RULE_FILES = frozenset({".yml", ".yaml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayOptions:
    """The command line. `files` are recordings, rule files and folders; `old` are rules to compare with."""

    files: Sequence[Path]
    config: Path | None = None
    old: Path | None = None
    arm: Arm | None = None
    decisions: bool = False
    as_json: bool = False


def replay(options: ReplayOptions) -> int:
    """0; 78 where a rule file has a mistake or a recording cannot be used, 1 where a row of one is broken."""
    try:
        recordings = group_by_recording([path for path in options.files if not _is_rules(path)])
        if not recordings:
            named = ", ".join(f"{path} holds none" for path in options.files if path.is_dir())
            raise Unusable(f"name a recording{named and f', for {named}'}: `automaton record` makes one")
        report = _play(options, recordings, _sides(options))
    except (AutomatonError, OSError) as problem:
        say(failure(problem), err=True)
        return exit_code_of(problem)
    except KeyboardInterrupt:
        return INTERRUPTED
    if options.as_json:
        say_json(report.plain())
    else:
        for line in report.lines(width_of(sys.stdout)):
            say(line)
    return OK


def _play(
    options: ReplayOptions, recordings: Sequence[Sequence[RecordingFile]], sides: Sequence[ReplaySide]
) -> ReplayReport:
    clock = SystemClock()
    began = clock.now()
    size = sum(part.size for parts in recordings for part in parts)
    shown = sys.stderr.isatty() and not options.decisions
    with _rare_garbage_collection(), _progress(size, shown=shown) as step:
        for parts in recordings:
            play_recording(parts, sides, step)
    return ReplayReport(recordings, sides, clock.now() - began)


def _sides(options: ReplayOptions) -> list[ReplaySide]:
    """The new rules, behind the old ones where they are compared."""
    rules = [path for path in options.files if _is_rules(path)]
    config = options.config or (None if rules else USUAL_FILE)
    configuration, problems = load_or_raise(config, os.environ) if config else (None, [])
    judge, found = rules_for_replay(configuration, rules, options.arm)
    problems = [*problems, *found]
    sides = [ReplaySide(judge, _decision_printer(options))]
    if options.old is not None:
        old, found = rules_for_replay(configuration, [options.old], options.arm)
        problems += found
        sides.insert(0, ReplaySide(old))
    _warn(problems)
    if configuration is None:
        say("note: without an automaton.yml there are no tags and no limits", err=True)
    return sides


def _decision_printer(options: ReplayOptions) -> Callable[[Decision, str], None] | None:
    if not options.decisions:
        return None
    if options.as_json:
        return lambda decision, name: say_json({"decision": decision_data(decision, name)})

    def tell(decision: Decision, name: str) -> None:
        for line in decision_lines(decision, name):
            say(line)

    return tell


def _is_rules(path: Path) -> bool:
    return path.is_dir() or path.suffix in RULE_FILES


def _warn(problems: Sequence[Problem]) -> None:
    """Each once, also where automaton.yml and the command line name the same file differently."""
    each = {replace(one, file=realpath(one.file)): one for one in reversed(problems)}
    for problem in reversed(each.values()):
        say(str(problem), err=True)


@contextmanager
def _rare_garbage_collection() -> Iterator[None]:
    """What is loaded now stays, and little of what comes is cyclic: there is not much to collect."""
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
    """A progress bar; gives a function to call with how many bytes more were read."""
    if not shown:
        yield lambda _: None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from automaton.workbench.harmless_console import HarmlessConsole

    bar = (TextColumn("judging"), BarColumn(), DownloadColumn(binary_units=True), TimeRemainingColumn())
    with Progress(*bar, console=HarmlessConsole(sys.stderr), transient=True) as progress:
        task = progress.add_task("", total=size)
        yield lambda read: progress.advance(task, read)
