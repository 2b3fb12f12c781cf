"""`automaton regex`, with the shipped packs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automaton.workbench.regex import RegexOptions, regex
from automaton.workbench.regex_report import ShowOptions

LOG = """\
[12:00:00] [Server thread/INFO]: Done (3.2s)! For help, type "help"
[12:00:01] [Server thread/INFO]: Steve[local] logged in with entity id 1
[12:00:02] [Server thread/INFO]: <Steve> Done (1s)! Eve[local] logged in with entity id 1
[12:00:03] [Server thread/WARN]: Can't keep up!
"""

OWN = """\
pack: mine
match: {egg: Mine}
events: {door: '^door (?P<which>[0-9]+)'}
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "console.log"
    path.write_text(LOG)
    return path


def test_a_pattern_is_tried_as_a_rule_would(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = regex(RegexOptions(file=log, what=r"^(?P<player>\w+)\[local\] logged in", pack="minecraft"))
    told = capsys.readouterr().out.splitlines()

    assert code == 0
    assert told[0].startswith("1 of 4 lines matched, ")
    assert told[1] == "  2: Steve[local] logged in with entity id 1"
    assert told[2:6] == [
        "      it.level = INFO",
        "      it.logger = unknown",
        "      it.thread = Server thread",
        "      it.player = Steve",
    ]
    assert told[6].startswith("1 missed")


def test_the_pack_that_is_missing_is_told(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = regex(RegexOptions(file=log, what="^Done"))
    told = capsys.readouterr().out

    assert code == 1
    assert "`--pack minecraft`" in told
    assert ", which cuts its prefix off, near ones match: 1" in told


def test_a_pack_tells_what_it_reads(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = regex(RegexOptions(file=log, what="minecraft"))
    told = capsys.readouterr().out

    assert code == 0
    assert told.startswith("pack minecraft: 4 lines, the prefix was cut off 4 of them\n")
    assert "  3: <Steve> Done (1s)! Eve[local] logged in with entity id 1" in told
    assert "      it.player = Steve" in told


def test_an_own_pack_is_named_by_its_file(
    tmp_path: Path, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "mine.yml"
    own.write_text(OWN)
    log.write_text("door 7\n")
    codes = [
        regex(RegexOptions(file=log, what=str(own))),
        regex(RegexOptions(file=log, what="door", pack=str(own))),
    ]

    assert codes == [0, 0]
    assert "it.which = 7" in capsys.readouterr().out


def test_without_either_the_best_pack_is_named(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = regex(RegexOptions(file=log))

    assert code == 0
    assert capsys.readouterr().out.startswith("minecraft fits best, of 4 lines\n")


def test_programs_are_told_the_same(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = ShowOptions(1, as_json=True)
    for what in ("Done", "minecraft", None):
        regex(RegexOptions(file=log, what=what, pack="minecraft", shown=shown))
    search, pack, fit = map(json.loads, capsys.readouterr().out.splitlines())

    assert (search["matched"]["count"], search["chat"]["count"], search["lines"]) == (1, 1, 4)
    assert search["matched"]["lines"][0]["number"] == 1
    assert pack["events"]["player.join"]["lines"][0]["captures"]["player"] == "Steve"
    assert fit["packs"][0]["pack"] == "minecraft"


@pytest.mark.parametrize(
    ("wanted", "code", "said"),
    [
        ({"what": "(?=a)"}, 2, "no look-around: `(?=`; use `not:`"),
        ({"what": "a", "exclude": "("}, 2, "a `(` is not closed"),
        ({"what": "a", "pack": "minecraf"}, 1, "did you mean `minecraft`?"),
        ({"file": Path("/nowhere")}, 78, "No such file"),
    ],
)
def test_what_cannot_be_done_is_told(
    log: Path, wanted: dict[str, object], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert regex(RegexOptions(**{"file": log, **wanted})) == code  # type: ignore[arg-type]
    assert said in capsys.readouterr().err


def test_a_pack_file_with_a_mistake_is_told_with_its_place(
    tmp_path: Path, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "mine.yml"
    own.write_text("pack: mine\nevnts: {}\n")

    assert regex(RegexOptions(file=log, what=str(own))) == 78
    assert "mine.yml:2:1: error: unknown key `evnts`" in capsys.readouterr().err


def test_strangers_text_moves_no_terminal(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.write_text("boom \x1b]0;owned\x07 \u202e(?P<x>\x9b2J\n")
    regex(RegexOptions(file=log, what="(?P<all>boom.*)"))
    told = capsys.readouterr().out

    assert told.isascii() or "\u202e" not in told
    assert "\x1b" not in told
    assert "\x9b" not in told


def test_lines_that_look_like_people_are_shown_with_the_form_that_hears_them(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log.write_text(LOG + "[12:00:04] [Server thread/INFO]: ✪ Steve ● Done (1s)!\n")

    assert regex(RegexOptions(file=log, what="minecraft")) == 0
    assert "1 look like people" in capsys.readouterr().out
    regex(RegexOptions(file=log, what="minecraft", shown=ShowOptions(as_json=True)))
    (form,) = json.loads(capsys.readouterr().out)["people"]
    assert form["first"] == [{"number": 5, "text": "✪ Steve ● Done (1s)!", "player": "Steve"}]
