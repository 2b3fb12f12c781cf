"""The operator's hand: what became of a thing is told as it is, and no server is hit by mistake."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from automaton.core.calls import Signal
from automaton.errors import AutomatonError, Unreachable
from automaton.web.action_result import ActionResult
from automaton.web.routes.console import ConsoleRecord
from automaton.web.routes.servers import ServerRow
from automaton.workbench.operator import logs, outcome_sentence, power, send

LOBBY = ServerRow(uuid="aaaaaaaa-0000-4000-8000-000000000001", id="aaaaaaaa", name="lobby")
TWIN = ServerRow(uuid="bbbbbbbb-0000-4000-8000-000000000002", id="bbbbbbbb", name="lobby")


class FakeHand:
    """Answers as it was told to, and remembers what was asked."""

    def __init__(
        self, answer: ActionResult, *records: ConsoleRecord, rows: tuple[ServerRow, ...] = (LOBBY,)
    ) -> None:
        self.asked: list[str] = []
        self._answer = answer
        self._records = records
        self._rows = rows

    def servers(self) -> list[ServerRow]:
        return list(self._rows)

    def unheard(self) -> list[AutomatonError]:
        return []

    def command(self, server: ServerRow, text: str) -> ActionResult:
        self.asked.append(f"{server.id}: {text}")
        return self._answer

    def power(self, server: ServerRow, signal: Signal) -> ActionResult:
        self.asked.append(f"{server.id}: {signal.value}")
        return self._answer

    def console(self, server: ServerRow, *, follow: bool, take: Callable[[ConsoleRecord], None]) -> None:
        for record in self._records:
            take(record)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Of a daemon that does not run."""
    path = tmp_path / "automaton.yml"
    path.write_text("state: state\n")
    return path


@pytest.mark.parametrize(
    ("answer", "sentence", "code"),
    [
        (ActionResult("done", "", "panel"), "lobby: restart was taken (panel)", 0),
        (
            ActionResult("refused", "no permission", "panel"),
            "lobby: restart was refused (panel): no permission",
            1,
        ),
        (
            ActionResult("failed", "the Panel is down", "panel"),
            "lobby: restart could not be asked (panel): the Panel is down; nothing was done, try again",
            75,
        ),
        (
            ActionResult("unknown", "no answer", "panel"),
            "lobby: it is unknown whether restart was done (panel): no answer; look before you ask again",
            1,
        ),
    ],
)
def test_each_outcome_has_its_sentence_and_its_exit_code(
    answer: ActionResult, sentence: str, code: int
) -> None:
    assert outcome_sentence("lobby", "restart", answer) == (sentence, code)


def test_what_was_taken_goes_to_stdout(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hand = FakeHand(ActionResult("done", "", "panel"))
    code = send(config, lambda _: hand, "lobby", "say hi", as_json=False)

    assert (code, hand.asked) == (0, ["aaaaaaaa: say hi"])
    assert capsys.readouterr() == ("lobby: `say hi` was taken (panel)\n", "")


def test_an_unknown_outcome_is_no_success(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hand = FakeHand(ActionResult("unknown", "no answer", "panel"))
    code = power(config, lambda _: hand, "aaaaaaaa", Signal.KILL, as_json=True)

    out, err = capsys.readouterr()
    assert (code, hand.asked) == (1, ["aaaaaaaa: kill"])
    assert json.loads(out) == {
        "server": LOBBY.uuid, "name": "lobby", "result": "unknown", "detail": "no answer", "way": "panel",
    }  # fmt: skip
    assert "unknown whether kill was done" in err


def test_an_ambiguous_name_asks_nothing(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hand = FakeHand(ActionResult("done"), rows=(LOBBY, TWIN))
    code = power(config, lambda _: hand, "lobby", Signal.STOP, as_json=False)

    assert (code, hand.asked) == (1, [])
    assert "aaaaaaaa" in capsys.readouterr().err


def test_a_console_is_shown_harmless_and_its_end_told(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hand = FakeHand(
        ActionResult("done"),
        ConsoleRecord(line="\x1b[2J\x1b[31mred"),
        ConsoleRecord(end="the node went", failed=True),
    )
    code = logs(config, lambda _: hand, "lobby", follow=True, as_json=False)

    assert code == 1
    assert capsys.readouterr() == ("red\n", "the node went\n")


def test_a_list_that_cannot_be_read_now_is_told_and_exits_75(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody(_: Path) -> FakeHand:
        raise Unreachable("the Panel does not answer")

    assert logs(config, nobody, "lobby", follow=False, as_json=False) == 75
    assert capsys.readouterr() == ("", "the Panel does not answer\n")


@pytest.mark.parametrize(("passing", "code"), [(True, 75), (False, 1)])
def test_a_console_that_may_open_later_exits_75(config: Path, passing: bool, code: int) -> None:
    hand = FakeHand(
        ActionResult("done"), ConsoleRecord(end="the Panel asks to wait", failed=True, passing=passing)
    )

    assert logs(config, lambda _: hand, "lobby", follow=False, as_json=False) == code


def test_a_note_about_a_console_is_no_line_and_no_end_of_it(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hand = FakeHand(
        ActionResult("done"),
        ConsoleRecord(note="it is offline"),
        ConsoleRecord(line="up"),
        ConsoleRecord(end=""),
    )

    assert logs(config, lambda _: hand, "lobby", follow=True, as_json=False) == 0
    assert capsys.readouterr() == ("up\n", "it is offline\n")


def test_programs_get_an_answer_also_where_no_server_was_found(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hand = FakeHand(ActionResult("done"))

    assert send(config, lambda _: hand, "nope", "list", as_json=True) == 1
    out, err = capsys.readouterr()
    assert json.loads(out) == {
        "server": "", "name": "nope", "result": "refused", "detail": err.rstrip("\n"), "way": "",
    }  # fmt: skip
    assert "no server is called `nope`" in err
