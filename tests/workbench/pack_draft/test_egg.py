"""An egg tells its name, the line of a start and the command that stops it; what is none is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automaton.errors import Refused
from automaton.workbench.pack_draft.egg import LARGEST, ExportedEgg, read_egg


def egg_at(folder: Path, config: object) -> ExportedEgg:
    path = folder / "egg.json"
    path.write_text(json.dumps({"name": "Terraria Vanilla", "config": config}))
    return read_egg(path)


@pytest.mark.parametrize(
    ("startup", "done"),
    [
        ('{"done": "Type \'help\'"}', ("Type 'help'",)),
        ('{"done": ["a", "", "b"]}', ("a", "b")),
        ({"done": "a"}, ("a",)),
        ("{}", ()),
        ("no JSON", ()),
        (7, ()),
    ],
)
def test_the_line_of_a_start_is_a_text_or_a_list(
    tmp_path: Path, startup: object, done: tuple[str, ...]
) -> None:
    assert egg_at(tmp_path, {"startup": startup, "stop": "exit"}) == ExportedEgg(
        "Terraria Vanilla", done, "exit"
    )


@pytest.mark.parametrize("stop", ["^C", "", None, "a\nb", 5])
def test_a_signal_is_no_command(tmp_path: Path, stop: object) -> None:
    assert egg_at(tmp_path, {"stop": stop}).stop == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x", "it is not JSON"),
        ("[]", "it has no `name`"),
        ("[" * 100_000, "it is not JSON"),
        ("{}", "no `name`"),
    ],
)
def test_what_is_no_egg_is_refused(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "egg.json"
    path.write_text(text)

    with pytest.raises(Refused, match=why):
        read_egg(path)


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "egg.json"
    path.write_bytes(b" " * (LARGEST + 1))

    with pytest.raises(OSError, match="more than"):
        read_egg(path)
