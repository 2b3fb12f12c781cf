"""What is handed to the process that judges comes back as it was."""

from __future__ import annotations

import msgspec

from automaton.web.judged import CaseRow, JudgedTests, JudgeWanted, TryAnswer
from automaton.web.routes.rule_files import RuleFiles


def test_a_question_and_an_answer_are_json() -> None:
    wanted = JudgeWanted(what="try", files=RuleFiles(rules={"a": "x"}), file="a", text="\u202e", after=60.0)
    answer = TryAnswer(
        tests=JudgedTests(tests=[CaseRow(name="x", line=1, why=["no"]), CaseRow(name="y", line=2)])
    )

    assert msgspec.json.decode(msgspec.json.encode(wanted), type=JudgeWanted) == wanted
    assert msgspec.json.decode(msgspec.json.encode(answer), type=TryAnswer) == answer
    assert answer.tests is not None
    assert answer.tests.failed == 1
