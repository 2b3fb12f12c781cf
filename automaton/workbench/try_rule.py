"""`python -m automaton.workbench.try_rule` judges rules for the page in its own process, JSON in and out.

What it is given was typed by whoever may look at the page. So it bounds itself before it reads anything,
opens no file but those packs that it writes itself, and knows no secret: its environment is empty. It is
started in a folder of its own, which whoever starts it takes away: one that is killed cannot.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from automaton.packs.load import Packs
from automaton.problem import Problem, has_error
from automaton.web.judged import CaseRow, JudgedTests, JudgeWanted, TryAnswer
from automaton.workbench.handed_files import bounds_of, packs_of

CPU = 5  # seconds
MEMORY = 512 * 1024 * 1024  # bytes of addresses: the interpreter with all packs takes half of it
FILE = 8 * 1024 * 1024  # bytes of a file that it writes: an operator's packs
LARGEST_INPUT = 64 * 1024 * 1024  # bytes: all rule files of a thousand rules are one


def main() -> int:
    """0 with an answer on stdout. It is killed by its bounds where it needs more than it may."""
    bound()
    raw = sys.stdin.buffer.read(LARGEST_INPUT)
    wanted = msgspec.json.decode(raw, type=JudgeWanted)
    packs, problems = packs_of(wanted.files, Path.cwd())
    answer = judge(wanted, packs, problems)
    sys.stdout.buffer.write(msgspec.json.encode(answer))
    return 0


def bound() -> None:
    """From here on the kernel holds this process to what it may need."""
    for what, most in (
        (resource.RLIMIT_CPU, CPU),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))


def judge(wanted: JudgeWanted, packs: Packs, problems: Sequence[Problem] = ()) -> TryAnswer:
    """The answer to what is wanted; `problems` are those of the packs."""
    if wanted.what == "test":
        return TryAnswer(tests=tests_of(wanted, packs, problems))
    # Here, for it brings the engine, and the bounds are set by then.
    from automaton.workbench.try_out import try_out

    return TryAnswer(tried=try_out(wanted, packs, problems))


def tests_of(wanted: JudgeWanted, packs: Packs, problems: Sequence[Problem]) -> JudgedTests:
    """Runs the tests that stand in the file, among all rules that are loaded."""
    from automaton.ruletest.suite import suite_of

    suite, found = suite_of(wanted.files.rules, packs, bounds_of(wanted.files))
    if suite is None or has_error(problems):
        first = next(one for one in [*problems, *found] if one.severity == "error")
        return JudgedTests(problem=str(first))
    rows = []
    for test in suite.tests:
        if test.place.file == wanted.file:
            result = suite.run(test)
            why = [f"line {one.expectation.place.line}: {one.why}" for one in result.failures]
            rows.append(CaseRow(name=test.name, line=test.place.line, why=why))
    return JudgedTests(tests=rows)


if __name__ == "__main__":
    sys.exit(main())
