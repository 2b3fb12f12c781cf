"""`automaton regex`, with the shipped packs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from automaton.workbench.regex import RegexOptions, regex
from automaton.workbench.regex_report import ShowOptions
from tests.workbench.configured import site

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
    assert told[6] == "1 line has the text of the pattern and does not match:"


def test_the_pack_that_is_missing_is_told(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = regex(RegexOptions(file=log, what="^Done"))
    told = capsys.readouterr().out

    assert code == 1
    assert "`--pack minecraft`" in told
    assert ", which cuts its prefix off, near ones match: 1" in told


def test_that_a_pack_cuts_off_what_the_pattern_needs_is_told(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log.write_text("[12:00:00] [Server thread/WARN]: Can't keep up! Is the server overloaded?\n")
    code = regex(RegexOptions(file=log, what=r"^\[\d\d:\d\d:\d\d\] \[Server thread/WARN\]: Can.t keep up"))
    told = capsys.readouterr().out

    assert code == 0
    assert told.startswith("1 of 1 lines matched")
    assert "`--pack minecraft`" in told
    assert (
        ", which cuts the prefix off, none of these match: a rule's pattern sees what stands behind it"
        in told
    )

    regex(RegexOptions(file=log, what="Can.t keep up"))

    assert "cuts the prefix off" not in capsys.readouterr().out


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


JOINED = "[12:00:00] [Server thread/INFO]: Eve[/192.0.2.1:5] logged in with entity id 1 at (0, 64, 0)\n"
FORM = r"^(?:\[[^\]]*\]\s*)+(?P<player>\w{1,16})\s+✦\s+(?P<text>.*)$"
OUR_CHAT = f"extends: minecraft\nchat: ['{FORM}']\n"
OUR_GAME = "extends: minecraft\npack: ours\nprefix: '^\\[[^\\]]*\\] \\[[^\\]]*\\]: '\n"


@pytest.fixture
def spoken(log: Path) -> Path:
    log.write_text(JOINED + "[12:00:01] [Server thread/INFO]: [Baron] Eve ✦ hello\n")
    return log


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """The packs.d of an automaton.yml."""
    site(tmp_path)
    folder = tmp_path / "packs.d"
    folder.mkdir()
    return folder


def test_people_who_speak_by_any_sign_are_shown(spoken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert regex(RegexOptions(file=spoken, what="minecraft")) == 0

    told = capsys.readouterr().out
    assert "1 look like people" in told
    assert "  extends: minecraft" in told


def test_what_packs_d_adds_to_a_pack_is_known(
    spoken: Path, packs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (packs / "our-chat.yml").write_text(OUR_CHAT)
    codes = [
        regex(RegexOptions(file=spoken, what="minecraft", config=packs.parent / "automaton.yml")),
        regex(RegexOptions(file=spoken, what=str(packs / "our-chat.yml"))),
        regex(
            RegexOptions(file=spoken, what=str(packs / "our-chat.yml"), config=packs.parent / "automaton.yml")
        ),
    ]
    told = capsys.readouterr().out

    assert codes == [0, 0, 0]
    assert told.count("pack minecraft: 2 lines, the prefix was cut off 2 of them") == 3
    assert told.count("  2: [Baron] Eve ✦ hello") == 3
    assert "look like people" not in told


def test_a_pack_of_packs_d_is_named_by_its_name(
    spoken: Path, packs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (packs / "ours.yml").write_text(OUR_GAME)
    config = packs.parent / "automaton.yml"
    codes = [
        regex(RegexOptions(file=spoken, what="ours", config=config)),
        regex(RegexOptions(file=spoken, what="hello", pack="ours", config=config)),
        regex(RegexOptions(file=spoken, what="hello", pack=str(packs / "ours.yml"))),
    ]
    told = capsys.readouterr().out

    assert codes == [0, 0, 0]
    assert "pack ours: 2 lines, the prefix was cut off 2 of them" in told
    assert told.count("1 of 2 lines matched") == 2
    assert "INFO" not in told  # its prefix is cut off


def test_what_a_pack_of_ones_own_lacks_goes_into_its_file(
    spoken: Path, packs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (packs / "ours.yml").write_text(OUR_GAME)
    assert regex(RegexOptions(file=spoken, what=str(packs / "ours.yml"))) == 0

    told = capsys.readouterr().out
    assert f"more in {packs / 'ours.yml'} tells the pack" in told
    assert "extends:" not in told


def test_a_word_that_may_be_meant_for_a_pack_is_told_to_be_none(
    spoken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = [regex(RegexOptions(file=spoken, what=word)) for word in ("rustbucket", "minecrafd", "hello")]
    told = capsys.readouterr().out

    assert codes == [1, 1, 0]
    assert "no pack is called `rustbucket`; those of your packs.d are read by `-c automaton.yml`" in told
    assert "no pack is called `minecrafd`, did you mean `minecraft`?" in told
    assert "`hello`" not in told


@pytest.mark.parametrize(("word", "is_told"), [("minecraf", True), ("mine", False), ("line", False)])
def test_a_slip_of_a_pack_s_name_is_told_also_where_a_line_has_it(
    tmp_path: Path, word: str, is_told: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "console.log"
    log.write_text("a line of minecraft\n")

    assert regex(RegexOptions(file=log, what=word)) == 0
    assert ("no pack is called `minecraf`, did you mean `minecraft`?" in capsys.readouterr().out) is is_told


@pytest.mark.parametrize(("what", "exclude"), [("x.{1,100}y", ""), ("D", "x.{1,100}y")])
def test_a_pattern_that_check_refuses_is_tried_and_told(
    log: Path, what: str, exclude: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert regex(RegexOptions(file=log, what=what, exclude=exclude)) in (0, 1)
    told = capsys.readouterr().err
    assert told.startswith("warning: `automaton check` refuses `x.{1,100}y`: somebody can print a line")
    assert told.endswith(
        "; use `*` or `+` in the place of the numbers, or a `^` at the beginning of the pattern\n"
    )


def test_a_mistake_in_the_configuration_that_is_named_is_told(
    spoken: Path, packs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (packs / "ours.yml").write_text(OUR_GAME + "prefx: x\n")

    assert regex(RegexOptions(file=spoken, what="ours", config=packs.parent / "automaton.yml")) == 78
    assert "unknown key `prefx`" in capsys.readouterr().err
