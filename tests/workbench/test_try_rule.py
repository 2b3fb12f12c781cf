"""The process that judges: JSON in and out, in bounds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec

from automaton.daemon.page.judge_process import COMMAND, ENVIRONMENT
from automaton.web.judged import JudgeWanted, TryAnswer
from automaton.web.routes.rule_files import RuleFiles

RULES = """\
rules:
  - id: crashed
    when: {event: crash}
    do: [{notify: ops, text: boom}]
tests:
  - {name: told, feed: [{at: 1s, event: crash}], expect: [{notify: ops}]}
  - {name: not told, feed: [{at: 1s, event: crash}], expect: [{never: notify}]}
"""
PACK = """\
pack: ours
match: {egg: Ours}
events: {greeted: '^hello (?P<who>\\w+)$'}
"""


def judged(wanted: JudgeWanted, folder: Path) -> TryAnswer:
    done = subprocess.run(
        COMMAND,
        input=msgspec.json.encode(wanted),
        capture_output=True,
        env=ENVIRONMENT,
        check=True,
        cwd=folder,
    )
    return msgspec.json.decode(done.stdout, type=TryAnswer)


def test_the_tests_of_a_file_are_run_and_told_with_why(tmp_path: Path) -> None:
    files = RuleFiles(rules={"a.yml": RULES}, channels={"ops": "info"})
    found = judged(JudgeWanted(what="test", file="a.yml", files=files), tmp_path)

    assert found.tests is not None
    assert [(row.name, bool(row.why)) for row in found.tests.tests] == [("told", False), ("not told", True)]
    assert found.tests.failed == 1


def test_files_with_a_mistake_have_no_tests_and_it_is_told(tmp_path: Path) -> None:
    found = judged(
        JudgeWanted(what="test", file="a.yml", files=RuleFiles(rules={"a.yml": "rules: 1"})), tmp_path
    )

    assert found.tests is not None
    assert "a.yml:1" in found.tests.problem


def test_an_operators_own_pack_is_judged_by(tmp_path: Path) -> None:
    text = "rules:\n  - {id: g, when: {event: greeted}, do: [{notify: ops, text: '${it.who}'}]}\n"
    files = RuleFiles(rules={}, packs={"/etc/automaton/packs.d/ours.yml": PACK}, channels={"ops": "info"})
    found = judged(
        JudgeWanted(what="try", file="t.yml", files=files, text=text, input="hello Eve", facts="pack: ours"),
        tmp_path,
    )

    assert found.tried is not None
    assert [match.name for match in found.tried.lines[0].matches] == ["greeted", "g"]


def test_what_takes_too_much_is_ended_by_the_kernel() -> None:
    code = "from automaton.workbench.try_rule import bound\nbound()\nx = bytearray(10**9)"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, check=False)

    assert b"MemoryError" in done.stderr
