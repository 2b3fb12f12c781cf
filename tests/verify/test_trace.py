"""What is no recording is told with its row; what is one gives its inputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.verify.inputs import Deed, Opening, Saying, connections, inputs
from tests.verify.trace import NoTraceError, Row, began, read

NOTE = '{"ms": 0.0, "dir": "note", "raw": "trace x, wall 2026-11-24T06:44:09.459Z"}'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        (f"{NOTE}\nhello\n", "row 2: no row of a recording"),
        (f'{NOTE}\n{{"dir": "in"}}\n', "row 2: no row of a recording"),
        ('{"ms": 1, "dir": "up"}', "row 1: unknown direction `up`"),
        ("[]", "row 1: no row of a recording"),
    ],
)
def test_what_is_no_recording_is_told_with_its_row(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(text)

    with pytest.raises(NoTraceError, match=told):
        read(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoTraceError, match="cannot be read"):
        read(tmp_path / "nowhere.jsonl")


def test_a_recording_says_when_it_began(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(f'{NOTE}\n{{"ms": 5, "dir": "note", "raw": "later"}}\n')

    assert began(read(path)) == (1795502649.459, True)

    path.write_text(NOTE.replace(".459", ""))
    assert began(read(path)) == (1795502649.0, False)

    path.write_text('{"ms": 5, "dir": "note", "raw": "some day"}\n')
    with pytest.raises(NoTraceError, match="no note says `wall`"):
        began(read(path))


def test_inputs_are_what_was_done_and_count_by_themselves() -> None:
    rows = [
        _row(1, 0, "open", url="ws://node/api/servers/x/ws", origin="http://panel"),
        _row(2, 1, "opened", status=101),
        _row(3, 2, "out", raw="hello"),
        _row(4, 3, "in", raw="hi"),
        _row(5, 4, "do", do="http", method="POST", path="/power", json={"action": "kill"}, status=202),
        _row(6, 5, "closed", code=1000),
    ]

    assert inputs(rows) == [
        Opening(1, 0, "", "/api/servers/x/ws", "http://panel"),
        Saying(2, 2, "", "hello"),
        Deed(3, 4, "http", "POST", "/power", '{"action": "kill"}'),
    ]


def test_a_name_that_is_opened_again_is_another_socket() -> None:
    kinds = ["open", "out", "closed", "open", "out"]
    rows = [_row(n, n, kind) for n, kind in enumerate(kinds, 1)]

    assert list(connections(rows).values()) == ["", "", "", "#2", "#2"]


def test_an_input_that_lacks_something_is_told() -> None:
    with pytest.raises(NoTraceError, match="row 7: `out` without 'raw'"):
        inputs([_row(7, 0, "out")])


def _row(number: int, ms: float, kind: str, **fields: object) -> Row:
    return Row(number, ms, kind, "", fields)
