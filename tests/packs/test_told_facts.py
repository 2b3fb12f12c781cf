"""Facts that a game tells, as a pack writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.core.facts.kind import Kind
from automaton.core.facts.own import FromConsole, FromLine
from automaton.core.number_form import NumberForm
from automaton.core.pack import Poll
from automaton.core.truth import Plain
from automaton.packs.load import Packs, read_packs
from automaton.packs.model import PackFile

NUMBERS = NumberForm(",", ".")

GAME = """\
pack: mine
facts:
  players: {send: list, read: '^There are (?P<n>\\d+)', every: 1m}
  speed: {send: stats, read: '^Speed: (?P<value>[\\d.]+)', every: 30s}
  map: {send: stats, read: '^Map: (?P<value>.+)$', type: text}
  free: {read: '^(?P<n>\\d+)% free', type: percent}
"""


def read(folder: Path, text: str, name: str = "mine.yml") -> tuple[dict[str, PackFile], list[str]]:
    path = folder / name
    path.write_text(text)
    packs, problems = read_packs([path])
    return packs, [str(one).removeprefix(f"{folder}/") for one in problems]


def test_each_has_a_type_and_one_place_where_it_comes_from(tmp_path: Path) -> None:
    packs, problems = read(tmp_path, GAME)
    facts = packs["mine"].own_facts

    assert problems == []
    assert {name: one.kind for name, one in facts.items()} == {
        "speed": Kind.NUMBER, "map": Kind.TEXT, "free": Kind.PERCENT,
    }  # fmt: skip
    origins = {name: one.origin for name, one in facts.items()}
    assert isinstance(origins["speed"], FromConsole)
    assert isinstance(origins["free"], FromLine)


def test_what_is_asked_is_unknown_after_three_turns_and_what_is_printed_never(tmp_path: Path) -> None:
    facts = read(tmp_path, GAME)[0]["mine"].own_facts

    assert (facts["speed"].stale, facts["map"].stale, facts["free"].stale) == (120.0, 930.0, float("inf"))


def test_the_engine_knows_what_is_typed_for_each(tmp_path: Path) -> None:
    pack = read(tmp_path, GAME)[0]["mine"].for_engine()

    assert pack.facts == {"speed", "map", "free"}
    assert pack.polls == {
        "players": Poll("list", 60.0), "speed": Poll("stats", 30.0), "map": Poll("stats", 300.0),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("speed:", "state:", "4:3: error: `state` is a fact that every server has: choose another name"),
        ("speed:", "avg:", "4:3: error: `avg` is a function: choose another name"),
        ("speed:", "not:", "4:3: error: `not` is a word of the language: choose another name"),
        ("speed:", "my-speed:", "4:3: error: a name that expressions read has letters, digits and `_`"),
        ("every: 30s", "every: 5s", "4:66: error: a fact is asked for every 10s at most"),
        ("(?P<value>[\\d.]+)", "[\\d.]+", "4:30: error: the value is read from the group `value`, or `n`"),
        ("type: text", "type: truths", "5:"),
        ("(?P<n>\\d+)', every: 1m", "(?P<value>\\d+)', every: 1m",
         "3:3: error: `players` sets the count of players right: a number, read from the group `n`"),
        ("send: stats, read: '^Speed", 'send: "a\\nb", read: \'^Speed',
         "4:17: error: what is typed at a console is one line, without control characters"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place(tmp_path: Path, before: str, after: str, message: str) -> None:
    _, problems = read(tmp_path, GAME.replace(before, after, 1))

    assert any(one.startswith(f"mine.yml:{message}") for one in problems), problems


def test_two_games_tell_one_fact_in_one_type(tmp_path: Path) -> None:
    """A rule may look at servers of both."""
    _, problems = read(tmp_path, GAME.replace("speed:", "tps:").replace("[\\d.]+)'", "\\S+)', type: text"))

    assert problems == [
        "mine.yml:4:3: error: the fact `tps` is a text here, and a number in the pack `minecraft`"
    ]


def test_rules_may_read_the_facts_of_all_games(tmp_path: Path) -> None:
    known = Packs(read(tmp_path, GAME)[0]).known_events

    assert {"speed", "map", "free", "tps", "version"} <= known.facts.keys()
    assert "players" not in known.facts


@pytest.mark.parametrize(
    ("name", "line", "value"),
    [
        ("tps", "TPS from last 1m, 5m, 15m: *20.0, *20.0, *20.0", 20.0),
        ("tps", "TPS from last 5s, 1m, 5m, 15m: 20.0, 19.98, 20.0, 20.0", 19.98),
        ("tps", "Eve: TPS from last 1m, 5m, 15m: 1.0, 1.0, 1.0", None),
        ("mspt", "◴ 12.5/1.2/62.8, 11.2/1.0/30.0, 10.9/0.9/62.8", 10.9),
        ("players_max", "There are 3 of a max of 20 players online: Eve, Alex, Steve", 20),
        ("players_max", "There are 3 of a max 20 players online: Eve, Alex, Steve", 20),
        ("players_max", "There are 3/20 players online:", 20),
        ("players_max", "There are 3 out of maximum 20 players online.", 20),
        ("version", "Starting minecraft server version 1.21.4", "1.21.4"),
    ],
)
def test_what_minecraft_tells(name: str, line: str, value: Plain) -> None:
    fact = read_packs([])[0]["minecraft"].own_facts[name]
    origin = fact.origin
    assert isinstance(origin, FromConsole | FromLine)
    found = (origin.read if isinstance(origin, FromConsole) else origin.pattern).find(line)

    assert (fact.read(str(found["value"]), NUMBERS) if found else None) == value
