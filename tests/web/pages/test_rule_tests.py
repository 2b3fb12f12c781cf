"""What came of a file's tests is known until its text is another."""

from __future__ import annotations

import httpx
import msgspec
import pytest

from automaton.web.judged import CaseRow, JudgedTests, JudgeWanted, TryAnswer
from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.judging import Judging
from automaton.web.pages.rule_tests import RuleTests
from automaton.web.routes.rule_files import RuleFiles

pytestmark = pytest.mark.anyio


class Judge:
    """Says that one passed and one failed."""

    async def judge(self, wanted: JudgeWanted) -> TryAnswer:
        assert (wanted.what, wanted.file) == ("test", "a.yml")
        return TryAnswer(
            tests=JudgedTests(tests=[CaseRow(name="x", line=1), CaseRow(name="y", line=2, why=["no"])])
        )


async def test_they_are_known_by_the_text_of_their_file() -> None:
    files = msgspec.json.encode(RuleFiles(rules={"a.yml": "rules: []"}))
    control = ControlClient(httpx.MockTransport(lambda _: httpx.Response(200, content=files)))
    tests = RuleTests(control, Judging(Judge()))
    before = tests.known("a.yml", "rules: []")
    found = await tests.run("a.yml", "rules: []", "anna")
    await control.aclose()

    assert before is None
    assert (len(found.tests), found.failed) == (2, 1)
    assert tests.known("a.yml", "rules: []") == found
    assert tests.known("a.yml", "rules: [] ") is None
