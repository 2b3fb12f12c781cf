"""The simulator goes the way of every recording; one that was tampered with is found out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.verify.judge import verify
from tests.verify.recording import RECORDINGS, Change, Rows, changed, find, rows_of, written

NO_TOKEN = "jwt: no jwt present"
RESTORING = "(restoring): file.txt"
RESTORED = "Completed server restoration"


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.name.partition(".")[0])
def test_a_recorded_conversation_goes_the_same_way(path: Path) -> None:
    verdict = verify(path)

    assert verdict.differences == ()
    assert verdict.rows > 10


# Each of these is another Wings than the one that was recorded.


def _drop(rows: Rows) -> None:
    del rows[find(rows, NO_TOKEN)]


def _double(rows: Rows) -> None:
    place = find(rows, "auth success")
    rows.insert(place, dict(rows[place]))


def _another_text(rows: Rows) -> None:
    row = rows[find(rows, NO_TOKEN)]
    row["raw"] = row["raw"].replace("no jwt", "no token")


def _another_event(rows: Rows) -> None:
    row = rows[find(rows, NO_TOKEN)]
    row["raw"] = row["raw"].replace("jwt error", "daemon error")


def _another_argument(rows: Rows) -> None:
    row = rows[find(rows, '"status"')]
    row["raw"] = row["raw"].replace("offline", "starting")


def _another_state_in_a_reading(rows: Rows) -> None:
    row = rows[find(rows, '"stats"')]
    row["raw"] = row["raw"].replace("offline", "running")


def _a_missing_key_in_a_reading(rows: Rows) -> None:
    row = rows[find(rows, '"stats"')]
    row["raw"] = row["raw"].replace('\\"uptime\\":0,', "")


def _no_newline(rows: Rows) -> None:
    row = rows[find(rows, "auth success")]
    row["raw"] = row["raw"].rstrip()


def _moved_too_far(rows: Rows) -> None:
    rows[find(rows, "auth success")]["ms"] += 1200


def _moved_behind_later_rows(rows: Rows) -> None:
    row = rows.pop(find(rows, "auth success"))
    rows.insert(len(rows) - 1, row)


def _another_upgrade(rows: Rows) -> None:
    next(row for row in rows if row["dir"] == "opened")["status"] = 403


def _another_header(rows: Rows) -> None:
    row = next(row for row in rows if row["dir"] == "opened")
    row["detail"] = row["detail"].replace("'Upgrade'", "'close'")


def _no_close_frame(rows: Rows) -> None:
    rows[-1]["code"] = 1006


def _a_reason_of_the_end(rows: Rows) -> None:
    rows[-1]["reason"] = "server deleted"


def _closed_by_wings(rows: Rows) -> None:
    rows[-1]["by"] = "wings"


def _state_before_the_success(rows: Rows) -> None:
    first, second = find(rows, "auth success"), find(rows, '"status"')
    rows[first]["raw"], rows[second]["raw"] = rows[second]["raw"], rows[first]["raw"]


@pytest.mark.parametrize(
    "change",
    [
        _drop,
        _double,
        _another_text,
        _another_event,
        _another_argument,
        _another_state_in_a_reading,
        _a_missing_key_in_a_reading,
        _no_newline,
        _moved_too_far,
        _moved_behind_later_rows,
        _another_upgrade,
        _another_header,
        _no_close_frame,
        _a_reason_of_the_end,
        _closed_by_wings,
        _state_before_the_success,
    ],
    ids=lambda change: change.__name__.strip("_"),
)
def test_a_changed_recording_fails(tmp_path: Path, change: Change) -> None:
    verdict = changed(tmp_path, "01", change)

    assert verdict.differences


def test_an_answer_of_wings_own_api_with_another_status_fails(tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        next(row for row in rows if row["dir"] == "do")["status"] = 500

    [difference] = changed(tmp_path, "14", change).differences

    assert (difference.row, difference.expected, difference.got) == (8, "500", "202")


def test_another_order_within_a_channel_fails(tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        first, second = find(rows, RESTORING), find(rows, RESTORED)
        rows[first]["raw"], rows[second]["raw"] = rows[second]["raw"], rows[first]["raw"]

    assert changed(tmp_path, "14", change).differences


def test_whole_rows_in_another_order_fail_too(tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        first, second = find(rows, RESTORING), find(rows, RESTORED)
        rows[first], rows[second] = rows[second], rows[first]

    assert changed(tmp_path, "14", change).differences


@pytest.mark.parametrize("readings", [2, -2], ids=["two more", "two less"])
def test_a_run_whose_readings_differ_by_more_than_one_fails(tmp_path: Path, readings: int) -> None:
    def change(rows: Rows) -> None:
        places = [n for n, row in enumerate(rows) if "uptime" in row.get("raw", "")]
        for place in [n for n in places if "running" in rows[n]["raw"]][:2]:
            if readings < 0:
                rows[place] = {"ms": rows[place]["ms"], "dir": "note", "raw": "lost"}
            else:
                rows.insert(place, rows[place])

    assert changed(tmp_path, "02", change).differences


# Each of these is the same Wings on another day.


def _other_milliseconds(rows: Rows) -> None:
    for row in rows:
        row["ms"] += 400 if row["dir"] in ("in", "opened") and RESTORED not in row.get("raw", "") else 0


def _other_identifiers(rows: Rows) -> None:
    for row in rows:
        if "Error Event [" in row.get("raw", ""):
            head, _, tail = row["raw"].partition("Error Event [")
            row["raw"] = f"{head}Error Event [19a17d36-36b3-4ac6-9fbf-d3b708af2056]{tail[37:]}"


def _other_figures(rows: Rows) -> None:
    for row in rows:
        row["raw"] = row.get("raw", "").replace('\\"disk_bytes\\":', '\\"disk_bytes\\":7')


def _another_key(rows: Rows) -> None:
    for row in rows:
        if row["dir"] == "opened":
            row["detail"] = row["detail"].replace("sec-websocket-accept': '", "sec-websocket-accept': 'x")


def _other_notes(rows: Rows) -> None:
    rows[1:1] = [{"ms": 0.1, "dir": "note", "raw": "the weather is fine"}]


def _the_last_moment_was_not_read(rows: Rows) -> None:
    """The kill just before the close was answered, but the client was gone."""
    rows[-1]["ms"] = rows[find(rows, "stopping", -1)]["ms"] + 60
    del rows[find(rows, '\\"offline\\"', -1)]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("04", _other_milliseconds),
        ("04", _other_identifiers),
        ("02", _other_figures),
        ("01", _another_key),
        ("01", _other_notes),
        ("07", _the_last_moment_was_not_read),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__.strip("_"),
)
def test_what_is_free_may_differ(tmp_path: Path, name: str, change: Change) -> None:
    assert changed(tmp_path, name, change).differences == ()


def test_a_backup_may_have_any_checksum_and_size(tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        row = rows[find(rows, "backup completed")]
        row["raw"] = row["raw"].replace(":117", ":118").replace("d0dd4b", "000000")

    assert changed(tmp_path, "14", change).differences == ()


def test_order_across_channels_is_free(tmp_path: Path) -> None:
    """`running` may be told before or after the line by which Wings knows it (protocol.md 4.4)."""

    def change(rows: Rows) -> None:
        line, status = find(rows, "Done ("), find(rows, "running")
        rows[line]["raw"], rows[status]["raw"] = rows[status]["raw"], rows[line]["raw"]

    assert changed(tmp_path, "02", change).differences == ()


def test_a_run_may_have_one_reading_less(tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        del rows[find(rows, '"stats"', 2)]

    assert changed(tmp_path, "02", change).differences == ()


def test_a_token_without_its_signature_is_signed_anew_where_the_row_says_so(tmp_path: Path) -> None:
    rows = rows_of("01")
    for row in _tokens(rows):
        head, payload, _ = row["raw"].split(".")
        row["raw"], row["resign"] = f'{head}.{payload}.removed"]}}', True

    assert verify(written(tmp_path, rows)).passed

    for row in _tokens(rows):
        del row["resign"]
    assert not verify(written(tmp_path, rows)).passed


def _tokens(rows: Rows) -> Iterator[dict[str, Any]]:
    return (row for row in rows if row["dir"] == "out" and "eyJ" in row["raw"])
