"""History is a table, the newest last, harmless for a terminal, and JSON for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automaton.core.outcome import Outcome, Result
from automaton.daemon.trail_rows import TrailRows
from automaton.journal.entry import TrailRow
from automaton.pace.clock import SystemClock
from automaton.workbench.history import HistoryWanted, history
from tests.workbench.trails import LOBBY, body, with_trail


def told(folder: Path, capsys: pytest.CaptureFixture[str], **wanted: object) -> list[str]:
    assert history(folder / "automaton.yml", HistoryWanted(**wanted), as_json=False) == 0  # type: ignore[arg-type]
    return capsys.readouterr().out.splitlines()


def test_rows_are_a_table_the_newest_last(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_trail(tmp_path)

    assert told(tmp_path, capsys) == [
        "WHEN                  RULE  SERVER     VERDICT   WHAT",
        "2027-01-15T08:00:00Z  down  u-1        fired     after state: offline",
        "2027-01-15T08:00:01Z  down  u-1        acting    notify ops: lobby is down",
        "2027-01-15T08:00:02Z  down  u-1        failed    notify ops: lobby is down; nobody answers",
        "2027-01-15T08:00:03Z  -     -          operator  every action was put on hold; by uid 0; x",
        "2027-01-15T08:00:04Z  hot   node:eu-1  cooling",
        "2027-01-15T08:00:05Z  down  aaaaaaaa   gone",
    ]


@pytest.mark.parametrize(
    ("verdict", "looks"), [("already_open", True), ("not_true", True), ("silenced", False)]
)
def test_a_verdict_that_is_counted_and_seldom_kept_is_no_lost_event(
    verdict: str, looks: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_trail(tmp_path)

    assert history(tmp_path / "automaton.yml", HistoryWanted(verdict=verdict), as_json=False) == 0
    told = capsys.readouterr().err
    assert told.startswith("nothing of that is remembered")
    assert ("Looks are counted (`automaton rules`)" in told) is looks


@pytest.mark.parametrize(("rule", "hint"), [("dwon", ", did you mean `down`?"), ("other", "")])
def test_of_a_rule_in_no_row_the_nearest_that_is_in_one_is_named(
    rule: str, hint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_trail(tmp_path)

    assert history(tmp_path / "automaton.yml", HistoryWanted(rule=rule), as_json=False) == 0
    assert capsys.readouterr().err == f"nothing of that is remembered{hint}\n"


def test_who_did_it_is_said_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    by = "link, channel ops"
    with_trail(
        tmp_path, [TrailRow(9.0, "operator", "a", LOBBY, LOBBY, "", f"acknowledged by {by}", body(by=by))]
    )

    assert told(tmp_path, capsys)[1].endswith("acknowledged by link, channel ops")


def test_it_is_narrowed_by_rule_verdict_and_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_trail(tmp_path)

    assert len(told(tmp_path, capsys, rule="hot")) == 2
    assert len(told(tmp_path, capsys, verdict="fired", rule="down")) == 2
    assert told(tmp_path, capsys, limit=1)[1].endswith("gone")
    assert told(tmp_path, capsys, rule="nobody") == []


def test_it_tells_programs_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = history(with_trail(tmp_path), HistoryWanted(limit=6), as_json=True)
    rows = json.loads(capsys.readouterr().out)["rows"]

    assert code == 0
    assert rows[2] == {
        "number": 3, "at": 1_800_000_002.0, "kind": "outcome", "rule": "down", "key": LOBBY, "server": LOBBY,
        "name": LOBBY, "verdict": "failed", "detail": "nobody answers",
        "body": {"number": 1, "way": "post", "verb": "notify", "channel": "ops", "text": "lobby is down"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (
            HistoryWanted(server="lobby"),
            "no daemon runs that knows which server `lobby` is: give its short id or uuid",
        ),
        (HistoryWanted(verdict="fird"), "there is no verdict `fird`, did you mean `fired`?"),
        (HistoryWanted(back="7"), "`--since 7`: a duration needs a unit, did you mean `7s`?"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wanted: HistoryWanted, problem: str
) -> None:
    code = history(with_trail(tmp_path), wanted, as_json=False)

    assert (code, capsys.readouterr().err.strip()) == (1, problem)


def test_what_was_done_by_hand_says_what_and_by_whom(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = Outcome(Result.DONE, "204", "panel")
    row = TrailRows(SystemClock(), lambda _: "").of_hand(
        LOBBY, "typed", outcome, "anna", {"command": "say hi"}
    )
    with_trail(tmp_path, [row])

    assert told(tmp_path, capsys)[1].endswith("done     typed `say hi`: 204; by anna")
