"""The results of tests for programs: plain data for JSON, and JUnit's XML for CI servers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from xml.etree import ElementTree

from automaton.printable import printable
from automaton.problem import Problem
from automaton.ruletest.suite import CaseResult
from automaton.ruletest.timeline import TimelineRow, timeline
from automaton.workbench.problem_report import problem_data


def as_data(results: Sequence[CaseResult], problems: Sequence[Problem]) -> dict[str, object]:
    """`{tests, passed, failed, problems}`; moments are seconds from the beginning of a test.

    `cut_off` of a test is when it was ended though something could still come, and what.
    """
    failed = sum(bool(one.failures) for one in results)
    return {
        "tests": [_test(one) for one in results],
        "passed": len(results) - failed,
        "failed": failed,
        "problems": [problem_data(one) for one in problems],
    }


def as_junit(results: Sequence[CaseResult], problems: Sequence[Problem] = ()) -> str:
    """JUnit's XML, with a suite for each file and a case for each test.

    An error of a file is a case too: no test was run then, and a report without any looks like a good one.
    """
    wrong = [one for one in problems if one.severity == "error"]
    root = ElementTree.Element("testsuites", _counts(results, len(wrong)), name="automaton")
    for file, in_file in groupby(wrong, key=lambda one: one.file):
        errors = list(in_file)
        suite = ElementTree.SubElement(root, "testsuite", _counts((), len(errors)), name=_text(file))
        for problem in errors:
            case = ElementTree.SubElement(
                suite, "testcase", name=_text(problem.code), classname=_text(file), file=_text(file),
                line=str(problem.line),
            )  # fmt: skip
            ElementTree.SubElement(case, "error", message=_text(problem.message)).text = _text(str(problem))
    for file, of_file in groupby(results, key=lambda one: one.test.place.file):
        cases = list(of_file)
        suite = ElementTree.SubElement(root, "testsuite", _counts(cases), name=_text(file))
        for one in cases:
            case = ElementTree.SubElement(
                suite, "testcase", name=_text(one.test.name), classname=_text(file), file=_text(file),
                line=str(one.test.place.line),
            )  # fmt: skip
            if one.failures:
                told = ElementTree.SubElement(case, "failure", message=_text(one.failures[0].why))
                told.text = _text("\n".join([*(answer.why for answer in one.failures), "", *_lines(one)]))
            if one.cut_off:
                ElementTree.SubElement(case, "system-out").text = _text(f"ended {one.cut_off}")
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _test(one: CaseResult) -> dict[str, object]:
    failures = [
        {"message": answer.why, "expected": str(answer.expectation), "at": answer.at,
         "line": answer.expectation.place.line, "column": answer.expectation.place.column}
        for answer in one.failures
    ]  # fmt: skip
    place = one.test.place
    return {
        "name": one.test.name,
        "file": place.file,
        "line": place.line,
        "passed": not failures,
        "failures": failures,
        "cut_off": one.cut_off or None,
        "timeline": [
            {"time": row.time, "fed": row.fed, "got": row.got, "expected": row.expected, "holds": row.holds}
            for row in _rows(one)
        ],
    }


def _rows(one: CaseResult) -> list[TimelineRow]:
    return [] if one.transcript is None else timeline(one.test, one.answers, one.transcript)


def _lines(one: CaseResult) -> list[str]:
    return ["    ".join(row.cells).rstrip() for row in _rows(one)]


def _counts(results: Sequence[CaseResult], errors: int = 0) -> dict[str, str]:
    failed = sum(bool(one.failures) for one in results)
    cases = len(results) + errors
    return {"tests": str(cases), "failures": str(failed), "errors": str(errors), "skipped": "0"}


def _text(text: str) -> str:
    """Whoever looks at the file on a terminal sees what is written, and XML takes it."""
    return "\n".join(printable(line) for line in text.split("\n"))
