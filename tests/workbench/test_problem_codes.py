"""The table of codes has every one that the source has, and no other."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from automaton.workbench.problem_codes import CODES, codes

SOURCE = Path(__file__).parents[2] / "automaton"
PLACE_OF_THE_CODE = {"problem_at": 1, "invalid": 0, "invalid_in": 1, "read": 1, "read_and_keep": 1, "say": 1}
FILES = [path for path in SOURCE.rglob("*.py") if "simulator" not in path.parts]


def used(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            index = PLACE_OF_THE_CODE.get(name, len(node.args))
            given = [
                *node.args[index : index + 1],
                *(one.value for one in node.keywords if one.arg == "code"),
            ]
            for value in given:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.value


def test_every_code_of_the_source_is_in_the_table() -> None:
    found = {code for path in FILES for code in used(ast.parse(path.read_text(encoding="utf-8")))}

    assert sorted(found - set(CODES)) == []


def test_no_code_of_the_table_is_of_the_past() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in FILES if path.name != "codes.py")
    made = {f"unknown-{what}" for what in ("group", "hook", "url", "program")}  # references.py

    assert [code for code in CODES if f'"{code}"' not in text and code not in made] == []


def test_it_is_printed_for_people_and_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert codes(as_json=False) == 0
    width = max(map(len, CODES))
    assert f"\n{'no-brake':<{width}}  {CODES['no-brake']}\n" in capsys.readouterr().out
    assert codes(as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == {"codes": CODES}
