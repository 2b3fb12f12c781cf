"""automaton/README.md, the map of the code, tells the truth: every room, every path that it names."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import ROOT, text_of

MAP = text_of("automaton/README.md")


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`([\w/*{},-]+(?:/|\.(?:py|yml|lark|json|md)))`", MAP)))
)
def test_every_path_of_the_map_is_there(path: str) -> None:
    assert any(list(base.glob(path.rstrip("/"))) for base in (ROOT / "automaton", ROOT))


def test_every_room_stands_on_the_map() -> None:
    rooms = {path.parent.name for path in (ROOT / "automaton").glob("*/__init__.py")}
    rooms |= {path.stem for path in (ROOT / "automaton").glob("[a-z]*.py")}

    assert [room for room in sorted(rooms) if not re.search(rf"\b{room}\b", MAP)] == []
