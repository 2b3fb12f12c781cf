"""A play is a function of inputs, start and luck: what was answered cannot reach it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.verify import answers
from tests.verify.described import Start, uuid_of
from tests.verify.inputs import Input, Opening, Saying, inputs
from tests.verify.play import Heard, Luck, Play
from tests.verify.recording import Rows, rows_of, written
from tests.verify.trace import read

LUCK = Luck(Start(1_795_503_210.0))
ANSWERS = ("opened", "in", "closed")


def _played(folder: Path, rows: Rows) -> list[Heard]:
    return Play(inputs(read(written(folder, rows))), LUCK).until(20_000)


def _other_answers(rows: Rows) -> Rows:
    """The same inputs, with nonsense in place of every answer."""
    nonsense = {"raw": "{}", "status": 500, "code": 4000, "reason": "none", "by": "wings", "detail": ""}
    return [{**row, **(nonsense if row["dir"] in ANSWERS else {})} for row in rows]


def _no_answers(rows: Rows) -> Rows:
    stripped = [{key: value for key, value in row.items() if key != "status"} for row in rows]
    return [row for row in stripped if row["dir"] not in ANSWERS]


@pytest.mark.parametrize("name", ["01", "02", "06", "10e", "14"])
def test_changing_or_taking_away_all_answers_changes_nothing(tmp_path: Path, name: str) -> None:
    rows = rows_of(name)

    heard = _played(tmp_path, rows)

    assert len(heard) > 5
    assert _played(tmp_path, _other_answers(rows)) == heard
    assert _played(tmp_path, _no_answers(rows)) == heard


def test_nothing_that_plays_imports_what_reads_the_answers() -> None:
    seen: set[str] = set()
    _reach("tests.verify.play", seen)

    assert "tests.verify.inputs" in seen
    assert answers.__name__ not in seen


def _reach(module: str, seen: set[str]) -> None:
    if module in seen or not module.startswith(("automaton.simulator", "tests.")):
        return
    seen.add(module)
    path = Path(__file__).parents[2] / module.replace(".", "/")
    file = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            _reach(node.module, seen)


def test_a_play_hears_the_same_however_far_it_is_asked() -> None:
    told = _conversation("start")
    far, near = Play(told, LUCK).until(9000), Play(told, LUCK).until(1000)

    assert far[: len(near)] == near
    assert len(far) > len(near) > 3


def test_another_luck_is_another_course_from_its_input_on() -> None:
    told = _conversation("start")
    quick, slow = (Play(told, Luck(LUCK.start, {3: seed})).until(9000) for seed in (1, 2))

    assert quick[:4] == slow[:4]
    assert [one.ms for one in quick] != [one.ms for one in slow]


def _conversation(action: str) -> Sequence[Input]:
    """The first token of the recordings is good at their time; a client starts server a."""
    [opening, auth] = inputs_of("14")[:2]
    assert isinstance(opening, Opening)
    assert isinstance(auth, Saying)
    assert uuid_of("a") in opening.path
    state = f'{{"event": "set state", "args": ["{action}"]}}'
    return [opening, auth, Saying(3, 500.0, opening.conn, state)]


def inputs_of(name: str) -> list[Input]:
    return inputs(read(next((Path(__file__).parent / "recorded").glob(f"{name}*"))))
