"""A survivor is known by what it changes; a reason that explains nothing is told as well."""

from __future__ import annotations

import tomllib

import pytest
import yaml

from tests.mutation.report import (
    ROOT,
    SURVIVORS_FILE,
    Mutant,
    Tried,
    explained,
    findings,
    function_of,
    mutant_of,
)

ROOM = Mutant("core/gates/held.py", "behind", 'join(", ")', 'join("XX, XX")')
FILE = ROOM.file


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("automaton.secret.xǁSecretǁ__repr____mutmut_1", "Secret.__repr__"),
        ("automaton.core.gates.silences.x__covers__mutmut_12", "_covers"),
        ("automaton.delivery.safe_text.x_clean__mutmut_3", "clean"),
    ],
)
def test_a_mutants_function_is_read_from_its_name(name: str, function: str) -> None:
    assert function_of(name) == function


def test_a_mutant_is_the_same_however_its_lines_are_broken() -> None:
    diff = "--- a\n+++ a\n@@ -1 +1,3 @@\n same\n-    f(a,   b)\n+    f(\n+        a\n+    )"

    assert mutant_of("x.py", "automaton.x.x_f__mutmut_1", diff) == Mutant("x.py", "f", "f(a, b)", "f( a )")


@pytest.mark.parametrize(
    ("tried", "known", "told"),
    [
        (Tried(FILE, 9, 9, ()), [], []),
        (Tried(FILE, 9, 9, (ROOM,)), [ROOM], []),
        (Tried(FILE, 9, 9, (ROOM,)), [], [f"no test notices: {ROOM}"]),
        (Tried(FILE, 9, 9, ()), [ROOM], [f"explained, but dead: {ROOM}"]),
        (Tried(FILE, 9, 7, ()), [ROOM], [f"{FILE}: 2 of 9 not tried"]),
        (Tried("secret.py", 9, 9, ()), [ROOM], []),
    ],
    ids=["all dead", "explained", "new", "stale", "not all tried", "of another file"],
)
def test_what_a_person_has_to_look_at(tried: Tried, known: list[Mutant], told: list[str]) -> None:
    assert findings([tried], known) == told


def test_every_survivor_has_a_reason_and_stands_once() -> None:
    content = yaml.safe_load(SURVIVORS_FILE.read_text(encoding="utf-8")) or {}
    known = list(explained(content))

    assert len(known) == len(set(known))
    assert [entry for entries in content.values() for entry in entries if not entry["why"]] == []


def test_each_file_that_is_changed_has_its_mirrored_test_among_those_that_are_run() -> None:
    chosen = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]
    run = [ROOT / one for one in chosen["pytest_add_cli_args_test_selection"]]

    for pattern in chosen["only_mutate"]:
        files = [path for path in sorted(ROOT.glob(pattern)) if path.name != "__init__.py"]
        assert files, pattern
        for path in files:
            mirrored = ROOT / "tests" / path.relative_to(ROOT / "automaton").with_name(f"test_{path.name}")
            assert mirrored.is_file()
            assert mirrored in run or mirrored.parent in run
    assert [one for one in run if not one.exists()] == []
