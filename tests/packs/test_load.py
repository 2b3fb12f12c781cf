"""Packs: which server has which, and what they make of its lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.core.command_grammar import ArgumentKind
from automaton.core.console.command import misplaced
from automaton.core.events import Profile, Source
from automaton.core.gates.limits import DefaultAllowance
from automaton.core.invoked_commands import invoked
from automaton.core.pack import Pack
from automaton.expr.template import parse_template
from automaton.match.line_reader import LineReader
from automaton.packs.load import Packs, read_packs

SHIPPED, PROBLEMS = read_packs([])
PACKS = Packs(SHIPPED)
READER = LineReader([], {name: pack.console_format() for name, pack in SHIPPED.items()})


def profile(egg: str) -> Profile:
    return Profile(uuid="u", id="1", name="x", egg=egg)


def test_shipped_packs_are_without_a_mistake() -> None:
    assert PROBLEMS == []


@pytest.mark.parametrize(
    ("egg", "pack"),
    [
        ("Vanilla Minecraft", "minecraft"),
        ("Paper", "minecraft"),
        ("Forge Minecraft", "minecraft"),
        ("NeoForge", "minecraft"),
        ("Vanilla Bedrock", "bedrock"),
        ("Bungeecord", "bungeecord"),
        ("Rust", "rust"),
        ("", "wings"),
    ],
)
def test_a_servers_pack_is_found_by_its_egg(egg: str, pack: str) -> None:
    assert PACKS.of(profile(egg)) == pack


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ('[12:00:00] [Server thread/INFO]: Done (3.021s)! For help, type "help"', "ready"),
        ("[12:00:00 INFO]: Done (3,021s)! For help", "ready"),
        ("[12:00:00] [Server thread/INFO] [minecraft/DedicatedServer]: Done (3.021s)! For help", "ready"),
        ("[12:00:00] [Server thread/INFO] (Minecraft) Done (3.021s)! For help", "ready"),
        (
            "[12:00:00] [Server thread/INFO]: Steve[/192.0.2.1:5] logged in with entity id 1 at (0, 64, 0)",
            "player.join",
        ),
        ("[12:00:00] [Server thread/INFO]: .Bedrock_1 lost connection: Timed out", "player.leave"),
    ],
)
def test_minecraft_tells_its_events(line: str, event: str) -> None:
    heard = READER.hear(line, Source.GAME, "minecraft")

    assert [name for name, _ in heard.occurred] == [event]


@pytest.mark.parametrize(
    "text",
    [
        "<Eve> Notch lost connection: bye",
        "[Not Secure] <Eve> Done (1.0s)!",
        "* Eve Notch lost connection: bye",
        "[Server] Notch lost connection: bye",
        "[Eve: Notch lost connection: bye]",
        "Eve issued server command: /me lost connection: bye",
        "[Discord | Owner] Eve > Notch lost connection: bye",
    ],
)
def test_players_words_forge_no_event(text: str) -> None:
    heard = READER.hear(f"[12:00:00] [Server thread/INFO]: {text}", Source.GAME, "minecraft")

    assert {name for name, _ in heard.occurred} <= {"chat", "command", "admin"}


def test_chat_is_told_from_output() -> None:
    heard = READER.hear("[12:00:00] [Server thread/INFO]: <Eve> hello", Source.GAME, "minecraft")

    assert (heard.source, heard.text) == (Source.CHAT, "<Eve> hello")


def test_an_operators_pack_comes_before_the_shipped_ones(tmp_path: Path) -> None:
    own = tmp_path / "mine.yml"
    own.write_text("pack: mine\nmatch: {egg: Paper}\n")
    packs, problems = read_packs([own])

    assert problems == []
    assert Packs(packs).of(profile("Paper")) == "mine"


def test_an_operators_pack_may_take_a_shipped_ones_place(tmp_path: Path) -> None:
    own = tmp_path / "mine.yml"
    own.write_text("pack: minecraft\nstop: halt\n")

    assert Packs(read_packs([own])[0]).by_name["minecraft"].stop == ("halt",)


def test_a_pack_that_the_settings_name_comes_before_any_match() -> None:
    class Everything:
        def covers(self, profile: Profile, tags: frozenset[str], pack: str) -> bool:
            return True

    assert Packs(SHIPPED, (("wings", Everything()),)).of(profile("Paper")) == "wings"


def test_the_name_of_a_pack_is_plain_text_that_an_expression_compares() -> None:
    packs = Packs(read_packs([])[0])

    assert type(packs.of(Profile(uuid="u", id="1", name="a", egg="Rust"))) is str


def engine(folder: Path, **files: str) -> tuple[dict[str, Pack], list[str]]:
    paths = []
    for name, text in files.items():
        paths.append(folder / f"{name}.yml")
        paths[-1].write_text(text)
    packs, problems = read_packs(paths)
    return dict(Packs(packs).games), [str(one) for one in problems]


def words(pack: Pack) -> set[str]:
    return {word for grammar in pack.grammars for word in grammar.commands}


def test_a_file_that_extends_a_pack_teaches_it_further_commands(tmp_path: Path) -> None:
    text = "extends: minecraft\ncommands: {alert: text, say: [own, text]}\ngrants: setrank\n"
    packs, problems = engine(tmp_path, plugins=text)

    (grammar,) = packs["minecraft"].grammars
    assert problems == []
    assert grammar.commands["alert"] == (ArgumentKind.TEXT,)
    assert grammar.commands["say"] == (ArgumentKind.OWN, ArgumentKind.TEXT)
    assert {"op", "setrank"} <= grammar.grants
    assert "alert" in words(packs["wings"])


GRANTING = ["op Eve", "execute as @a run op Eve", "lp user Eve parent set admin", "setadmin Eve"]
UNSEEN = ["function x:y", "c game.print()", "exec a.cfg", "schedule function x:y 1t", "alias a quit"]


@pytest.mark.parametrize("name", ["wings", "bare"])
def test_a_pack_of_no_known_game_that_is_taught_a_command_goes_on_to_read_as_all_games_do(
    tmp_path: Path, name: str
) -> None:
    packs, problems = engine(
        tmp_path, bare="pack: bare\n", plugins=f"extends: {name}\ncommands: {{announce: text, title: text}}\n"
    )
    pack = packs[name]

    assert problems == []
    assert refused(pack, *GRANTING, *UNSEEN) == [*GRANTING, *UNSEEN]
    for template in ("announce ${it.text}", "say ${it.text}", "title ${it.text}"):
        assert misplaced(parse_template(template), pack) is None
    for template in ("execute as @a run ${it.player}", "function ${it.player}", "unheard of ${it.text}"):
        assert misplaced(parse_template(template), pack) is not None
    assert packs["palworld"].grammars[0].commands.keys().isdisjoint({"announce"})


@pytest.mark.parametrize("name", ["minecraft", "source", "factorio", "palworld", "mine", "wings"])
def test_what_makes_operators_in_one_game_must_be_allowed_in_all(tmp_path: Path, name: str) -> None:
    packs, _ = engine(
        tmp_path,
        mine="pack: mine\ncommands: {announce: text}\n",
        plugins="extends: minecraft\ncommands: {}\ngrants: setrank\n",
    )

    granting = ["op Eve", "setadmin Eve", "oxide.grant user Eve all", "setrank Eve"]
    assert refused(packs[name], *granting) == granting


def test_a_pack_of_a_game_of_its_own_knows_what_runs_unseen_commands_in_others(tmp_path: Path) -> None:
    packs, _ = engine(tmp_path, a="pack: mine\ncommands: {announce: text, run: word}\n")

    assert refused(packs["mine"], *UNSEEN, "run 5") == UNSEEN
    assert misplaced(parse_template("exec ${it.player}"), packs["mine"]) is not None
    assert misplaced(parse_template("run ${it.n}"), packs["mine"]) is None


def refused(pack: Pack, *lines: str) -> list[str]:
    """Those of which something may not be typed where no `allow` is written."""
    allow = DefaultAllowance()
    return [line for line in lines if any(allow.lacks(line, one, pack) for one in invoked(line, pack))]


def test_a_file_that_extends_what_there_is_not_is_a_mistake(tmp_path: Path) -> None:
    _, (problem,) = engine(tmp_path, plugins="extends: minecaft\ncommands: {alert: text}\n")

    assert "unknown pack `minecaft`, did you mean `minecraft`?" in problem


def test_an_operators_pack_knows_the_commands_of_the_shipped_one_that_it_replaces(tmp_path: Path) -> None:
    packs, _ = engine(tmp_path, a="pack: source\nsay: {send: 'say ${text}'}\ncommands: {mine: text}\n")

    assert {"mine", "sm_kick", "alias"} <= words(packs["source"])
    assert packs["source"].separators == ";"


def test_an_operators_pack_knows_the_commands_of_its_filter(tmp_path: Path) -> None:
    packs, _ = engine(tmp_path, a="pack: modded\nsafe: minecraft\n")

    assert {"tellraw", "execute"} <= words(packs["modded"])
    assert packs["modded"].names is not None


def test_a_pack_that_teaches_nothing_reads_commands_as_all_games_and_knows_its_broadcast(
    tmp_path: Path,
) -> None:
    packs, _ = engine(tmp_path, a="pack: mine\nsay: {send: 'yell out ${text}'}\n")

    assert {"tellraw", "sm_kick", "mc", "yell"} <= words(packs["mine"])
    assert packs["mine"].grammars[0].commands["yell"] == (ArgumentKind.OWN, ArgumentKind.TEXT)


@pytest.mark.parametrize("name", ["minecraft", "bedrock", "source", "factorio", "rust", "ark", "palworld"])
def test_each_shipped_game_says_how_its_commands_are_read_and_types_its_broadcast(name: str) -> None:
    pack = Packs(read_packs([])[0]).games[name]

    assert len(pack.grammars) == 1
    assert pack.names is not None
    assert pack.say is not None
    assert misplaced(pack.say, pack) is None


@pytest.mark.parametrize("rest", ["pack: mine", "extends: minecraft\ncommands: {lp: text}"])
def test_a_pack_of_a_newer_version_is_refused_by_its_number_alone(tmp_path: Path, rest: str) -> None:
    newer, current = tmp_path / "newer.yml", tmp_path / "current.yml"
    newer.write_text(f"version: 2\n{rest}\nmeasures: [x]\n")
    current.write_text(f"version: 1\n{rest}\n")

    assert [one.code for one in read_packs([newer])[1]] == ["newer-version"]
    assert read_packs([current])[1] == []


def test_a_pack_that_waits_for_what_it_does_not_know_is_a_mistake_and_is_read_all_the_same(
    tmp_path: Path,
) -> None:
    own = tmp_path / "mine.yml"
    own.write_text("pack: mine\nsave: {send: save, wait: world_save, within: 30s}\n")
    packs, problems = read_packs([own])

    assert [one.code for one in problems] == ["unknown-pattern"]
    assert "mine" in Packs(packs).known_events.consoles


def test_what_is_known_of_consoles_is_kept_until_a_pack_is_another(tmp_path: Path) -> None:
    """A reload would else make each game's patterns ready anew, which takes a fifth of it."""
    own = tmp_path / "mine.yml"
    own.write_text("pack: mine\nextends: minecraft\nevents: {greeted: '^Hello'}\n")

    before = PACKS.known_events.consoles
    same = Packs(read_packs([])[0]).known_events.consoles
    changed = Packs(read_packs([own])[0]).known_events.consoles

    assert same is before
    assert {*changed} - {*before} == {"mine"}
    assert [name for name, _ in changed["mine"].hear("Hello").occurred] == ["greeted"]

    own.write_text("pack: mine\nextends: minecraft\nevents: {greeted: '^Hi'}\n")
    edited = Packs(read_packs([own])[0]).known_events.consoles

    assert [name for name, _ in edited["mine"].hear("Hi").occurred] == ["greeted"]
    assert edited["mine"].hear("Hello").occurred == ()
