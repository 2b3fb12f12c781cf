"""A process that judges is ended whatever it does, and what came of it is told in words."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from automaton.daemon.page.judge_process import TOO_LARGE, TOO_MUCH, JudgeProcess
from automaton.web.judged import JudgeWanted
from automaton.web.pages.judging import JudgeFailedError
from automaton.web.routes.rule_files import RuleFiles

pytestmark = pytest.mark.anyio
WANTED = JudgeWanted(what="try", file="a.yml", files=RuleFiles(rules={}))


def program(code: str) -> JudgeProcess:
    return JudgeProcess([sys.executable, "-I", "-c", code])


async def test_its_answer_is_read() -> None:
    judge = program('import sys; sys.stdin.buffer.read(); print(\'{"tests": {"problem": "no"}}\')')
    answer = await judge.judge(WANTED)

    assert answer.tests is not None
    assert answer.tests.problem == "no"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import sys; sys.exit(1)", TOO_MUCH),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", TOO_MUCH),
        ("print('no json')", TOO_MUCH),
        ("import sys\nwhile True: sys.stdout.write('x' * 65536)", TOO_LARGE),
    ],
)
async def test_what_is_no_answer_is_told(code: str, why: str) -> None:
    with pytest.raises(JudgeFailedError) as told:
        await program(code).judge(WANTED)

    assert str(told.value) == why


async def test_a_program_that_there_is_not_is_told() -> None:
    with pytest.raises(JudgeFailedError, match="cannot be judged now"):
        await JudgeProcess(["/nowhere/at/all"]).judge(WANTED)


async def test_its_folder_is_taken_away_though_it_was_killed(tmp_path: Path) -> None:
    left = tmp_path / "where"
    code = f"import os; open({str(left)!r}, 'w').write(os.getcwd()); os.kill(os.getpid(), 9)"
    with pytest.raises(JudgeFailedError):
        await program(code).judge(WANTED)

    assert not exists(left)


def exists(left: Path) -> bool:
    """Whether the folder is there that is named in a file."""
    return Path(left.read_text()).exists()


async def test_its_environment_is_empty() -> None:
    code = "import os, json; print(json.dumps({'tests': {'problem': ','.join(sorted(os.environ))}}))"
    answer = await program(code).judge(WANTED)

    assert answer.tests is not None
    assert set(answer.tests.problem.split(",")) <= {"LANG", "LC_CTYPE", "PYTHONDONTWRITEBYTECODE"}
