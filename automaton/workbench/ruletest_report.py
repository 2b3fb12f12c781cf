"""The report of tests for people: a line for each file, and the timeline of each failure."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import groupby

import typer

from automaton.printable import say
from automaton.ruletest.suite import CaseResult
from automaton.workbench.terminal import folded, has_colours, painted, plain, width_of

WIDTH_WITHOUT_TERMINAL = 200  # cells


def report(results: Sequence[CaseResult]) -> None:
    """Prints all results on stdout."""
    colours = has_colours(sys.stdout)
    for file, of_file in groupby(results, key=lambda one: one.test.place.file):
        say(_of_file(file, list(of_file), colours=colours))
    width = width_of(sys.stdout) or WIDTH_WITHOUT_TERMINAL
    for result in results:
        if result.failures:
            say("\n" + failure(result, colours=colours, width=width))
    for result in results:
        if result.cut_off and not result.failures:
            place, name = result.test.place, plain(result.test.name)
            say(f"\n{place.file}:{place.line}: {name}\n  {_cut_off(result)}")
    failed = sum(bool(one.failures) for one in results)
    if failed:
        said = painted(f"{failed} of {_number(len(results))} failed", typer.colors.RED, colours=colours)
    else:
        said = f"{_number(len(results))} passed" if results else "no tests"
    is_plain = not failed and not any(one.cut_off for one in results)
    say(said if is_plain else "\n" + said)


def failure(result: CaseResult, *, colours: bool, width: int) -> str:
    """One failed test: its place, what was not as expected, and its timeline."""
    # Here, for it brings rich: tests that pass wait for none of it.
    from automaton.ruletest.timeline import timeline
    from automaton.workbench.timeline_table import draw_timeline

    place = result.test.place
    head = painted(plain(result.test.name), typer.colors.RED, colours=colours)
    told = [f"  line {answer.expectation.place.line}: {plain(answer.why)}" for answer in result.failures]
    told += [f"  {_cut_off(result)}"] if result.cut_off else []
    lines = [f"{place.file}:{place.line}: {head}", *folded(told, width)]
    assert result.transcript is not None
    rows = timeline(result.test, result.answers, result.transcript)
    return "\n".join([*lines, "", draw_timeline(rows, colours=colours, width=width)])


def _cut_off(result: CaseResult) -> str:
    return f"the test was ended {plain(result.cut_off)}"


def _of_file(file: str, results: Sequence[CaseResult], *, colours: bool) -> str:
    failed = sum(bool(one.failures) for one in results)
    if not failed:
        return f"{file}: {_number(len(results))} passed"
    return f"{file}: " + painted(
        f"{failed} of {_number(len(results))} failed", typer.colors.RED, colours=colours
    )


def _number(count: int) -> str:
    return "1 test" if count == 1 else f"{count} tests"
