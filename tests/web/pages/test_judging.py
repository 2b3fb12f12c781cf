"""One person has one thing judged at a time, and all together few."""

from __future__ import annotations

import anyio
import pytest

from automaton.web.http_json import RequestRefused
from automaton.web.judged import JudgedTests, JudgeWanted, Tried, TryAnswer
from automaton.web.pages.judging import AT_ONCE, JudgeFailedError, Judging, NoJudge
from automaton.web.routes.rule_files import RuleFiles

pytestmark = pytest.mark.anyio
NOTHING = RuleFiles(rules={})
WANTED = JudgeWanted(what="try", files=NOTHING, file="a.yml")


class Judge:
    """Judges when it is let."""

    def __init__(self) -> None:
        self.let = anyio.Event()
        self.begun = 0

    async def judge(self, wanted: JudgeWanted) -> TryAnswer:
        self.begun += 1
        await self.let.wait()
        return TryAnswer(tried=Tried(notes=["done"]), tests=JudgedTests())


async def test_who_waits_for_one_gets_no_second_and_others_no_more_than_there_are() -> None:
    judge = Judge()
    judging = Judging(judge)
    async with anyio.create_task_group() as tasks:
        for name in ("anna", "bob")[:AT_ONCE]:
            tasks.start_soon(judging.try_out, WANTED, name)
        await anyio.wait_all_tasks_blocked()
        with pytest.raises(RequestRefused, match="what you asked") as own:
            await judging.try_out(WANTED, "anna")
        with pytest.raises(RequestRefused, match="others have"):
            await judging.try_out(WANTED, "cleo")
        judge.let.set()

    assert own.value.status == 429
    assert judge.begun == AT_ONCE
    assert (await judging.try_out(WANTED, "cleo")).notes == ["done"]


async def test_a_judge_that_fails_lets_the_next_one_in_and_is_told() -> None:
    judging = Judging(NoJudge())
    with pytest.raises(JudgeFailedError):
        await judging.try_out(WANTED, "anna")

    assert "nothing can be judged" in (await judging.test("a.yml", NOTHING, "anna")).problem
