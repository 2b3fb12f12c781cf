"""`automaton pack new`: reads consoles, writes a pack that loads, and ends well whatever it is given."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from automaton.packs.load import read_packs
from automaton.problem import has_error
from automaton.workbench.pack_new import NewOptions, pack_new
from automaton.workbench.pack_test import pack_test
from tests.workbench.pack_draft.consoles import GAMES, evening


def log_of(folder: Path, lines: Sequence[str], name: str = "console.log") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_pack_is_printed_with_the_logs_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = log_of(tmp_path, evening(GAMES["terraria"]), "My Server.log")

    assert pack_new(NewOptions(logs=[log])) == 0
    told = capsys.readouterr()
    assert "\npack: my-server\n" in told.out
    assert told.err == ""


def test_a_file_is_written_that_loads_and_whose_tests_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, output = log_of(tmp_path, evening(GAMES["paper"])), tmp_path / "mine.yml"

    assert pack_new(NewOptions(logs=[log], name="mine", output=output)) == 0
    assert capsys.readouterr().err == (
        f"{output} has ready, player.join, player.leave, chat: read it over, then try it by"
        f" `automaton pack test {output}`\n"
    )
    packs, problems = read_packs([output])
    assert (has_error(problems), set(packs["mine"].events)) == (
        False,
        {"ready", "player.join", "player.leave"},
    )
    assert pack_test([output], None, shipped=False, as_json=False) == 0


def test_several_logs_and_the_standard_input_are_read_as_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = evening(GAMES["paper"])
    log = log_of(tmp_path, lines[: len(lines) // 2])
    rest = "\n".join(lines[len(lines) // 2 :]).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(rest)))

    assert pack_new(NewOptions(logs=[log, Path("-")], as_json=True)) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["lines"], told["name"]) == (len(lines), "console")
    assert {part["key"]: part["sure"] for part in told["parts"]} == dict.fromkeys(
        ("ready", "player.join", "player.leave", "chat"), "sure"
    )


def test_the_egg_gives_a_name_a_match_and_the_command_that_stops(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    egg = tmp_path / "egg.json"
    startup = json.dumps({"done": "Type 'help'"})
    egg.write_text(json.dumps({"name": "Terraria Vanilla", "config": {"startup": startup, "stop": "exit"}}))

    assert pack_new(NewOptions(logs=[log_of(tmp_path, evening(GAMES["terraria"]))], egg=egg)) == 0
    out = capsys.readouterr().out
    assert "pack: terraria-vanilla\n" in out
    assert "match: {egg: 'Terraria Vanilla'}\n" in out
    assert "stop: 'exit'\n" in out
    assert "ready: '^Type ''help'''\n" in out


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        ({"name": "My Game"}, 1, "`--name My Game`: a name of letters, digits"),
        ({"output": "console.log"}, 1, "console.log already, and it stays as it is"),
        ({"egg": "console.log"}, 1, "console.log is no egg: it is not JSON"),
        ({"egg": "none.json"}, 78, "none.json: No such file or directory"),
        ({"log": "none.log"}, 78, "none.log: No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    options: dict[str, str], code: int, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = log_of(tmp_path, ["x"])
    egg, output = (tmp_path / options[key] if key in options else None for key in ("egg", "output"))
    logs = [tmp_path / options["log"]] if "log" in options else [log]

    assert pack_new(NewOptions(logs=logs, name=options.get("name"), egg=egg, output=output)) == code
    assert told in capsys.readouterr().err


def test_where_nothing_is_found_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert pack_new(NewOptions(logs=[log_of(tmp_path, ["tick", "tock"])])) == 1

    assert capsys.readouterr().err.startswith(
        "no line of 2 tells of a start, of people or of their words: joins and leaves are known by words"
    )


@pytest.mark.parametrize("raw", [b"x" * 300_000, b"\xff\xfe\x00\x1b[2J\x9b" * 5_000, b"", b"\r\n" * 5_000])
def test_whatever_the_bytes_it_ends_with_a_pack_that_loads(
    raw: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, output = tmp_path / "console.log", tmp_path / "mine.yml"
    log.write_bytes(raw)

    assert pack_new(NewOptions(logs=[log], output=output)) == 1
    assert not has_error(read_packs([output])[1])
    assert "Traceback" not in capsys.readouterr().err


def test_that_a_pack_of_this_name_ships_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = log_of(tmp_path, evening(GAMES["terraria"]))

    assert pack_new(NewOptions(logs=[log], name="terraria")) == 0
    assert "write what that one lacks into a file with `extends: terraria`" in capsys.readouterr().err


def test_what_was_not_looked_at_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack_new(NewOptions(logs=[log_of(tmp_path, ["x" * 1000, "y"])]))

    assert "left out: 1 lines longer than any join or chat\n" in capsys.readouterr().err
