"""Of each game's evening the parts are found that its console tells, and no other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from automaton.match.pattern import compile_pattern
from automaton.workbench.console_log import LogLine
from automaton.workbench.pack_draft.draft import Draft, study
from automaton.workbench.pack_draft.egg import ExportedEgg
from automaton.workbench.pack_draft.roles import Sureness
from tests.workbench.pack_draft.consoles import GAMES, PEOPLE, evening


def draft_of(lines: Iterable[str], egg: ExportedEgg | None = None) -> Draft:
    kept = list(lines)

    def read() -> Iterator[LogLine]:
        return (LogLine(number, line) for number, line in enumerate(kept, 1))

    found = study([read], again=[True])
    return found.draft(egg) if egg is not None else found.draft()


def heard(draft: Draft, key: str, lines: Iterable[str]) -> list[str]:
    """The names in the lines that the pattern of a part matches, behind the prefix."""
    (part,) = draft.of(key)
    pattern = compile_pattern(part.source)
    prefix = compile_pattern(draft.prefix.source) if draft.prefix else None
    names = []
    for line in lines:
        body = (prefix.cut(line) or (line, {}))[0] if prefix else line
        if (groups := pattern.find(body)) is not None:
            names.append(str(groups.get("player")))
    return names


WITH_PEOPLE = sorted(set(GAMES) - {"valheim"})
WITH_CHAT = sorted({"paper", "terraria", "palworld", "seven_days", "factorio", "source", "pocketmine"})


@pytest.mark.parametrize("name", WITH_PEOPLE)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_joins_and_leaves_are_those_that_there_were(name: str, seed: int) -> None:
    """Whoever a line of joining is printed of came; the pattern hears each of them once."""
    game = GAMES[name]
    came = evening(game, seed=seed)
    draft = draft_of(came)
    joins, leaves = heard(draft, "player.join", came), heard(draft, "player.leave", came)

    here: list[str] = []
    for who, comes in _in_order(draft, came):
        assert (who in here) is not comes
        here = [*here, who] if comes else [one for one in here if one != who]
    assert set(joins) <= set(PEOPLE)
    assert len(joins) - len(leaves) == len(here)
    assert len(joins) > 5


@pytest.mark.parametrize("name", WITH_CHAT)
def test_chat_is_what_was_said_and_no_more(name: str) -> None:
    lines = evening(GAMES[name])
    spoken = [text.partition("{said}")[0].partition("{name}")[0] for text in GAMES[name].chat[:1]]
    draft = draft_of(lines)

    assert set(heard(draft, "chat", lines)) <= set(PEOPLE)
    assert len(heard(draft, "chat", lines)) > 10
    assert spoken


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("paper", 'Done (9.1s)! For help, type "help"'),
        ("bedrock", "Server started."),
        ("terraria", ": Server started"),
        ("valheim", "Game server connected"),
        ("velocity", "Done (2.5s)!"),
    ],
)
def test_the_line_of_a_start_is_found(name: str, line: str) -> None:
    (part,) = draft_of(evening(GAMES[name])).of("ready")

    assert compile_pattern(part.source).find(line) is not None


def test_what_no_line_tells_is_left_out() -> None:
    assert draft_of(["Loading world", "Loading mods", "Loaded 5 mods", "Eve: 5", "Time: 7"] * 9).parts == ()
    assert [part.key for part in draft_of(evening(GAMES["valheim"])).parts] == ["ready"]


def test_a_line_that_could_be_a_start_and_a_joining_is_taken_for_no_start() -> None:
    lines = [
        f"{name} {word}" for name in ("Eve", "Bob", "Ann") for word in ("server started, joined", "has left")
    ]

    assert draft_of(lines).of("ready") == []


def test_a_name_of_several_words_is_taken_whole() -> None:
    lines = [f"{name} has {word}." for name in ("Eve", "Bob", "Big Eve") for word in ("joined", "left")]

    assert heard(draft_of(lines), "player.join", lines) == ["Eve", "Bob", "Big Eve"]


def test_no_name_address_or_account_of_the_log_is_in_a_sample() -> None:
    for game in GAMES.values():
        lines = [line.replace("Eve", "Zelda") for line in evening(game)]
        told = str(draft_of(lines))

        assert [name for name in ("Zelda", *PEOPLE[3:]) if name in told] == []


def test_an_account_that_differs_between_the_two_lines_is_no_account() -> None:
    draft = draft_of(evening(GAMES["zomboid"]))

    assert [part.key for part in draft.parts if "(?P<account>" in part.source] == []


def test_the_egg_names_the_line_of_a_start() -> None:
    (part,) = draft_of(evening(GAMES["terraria"]), ExportedEgg("Terraria", ("Type 'help'",), "exit")).of(
        "ready"
    )

    assert part.source == "^Type 'help'"


def test_what_was_not_looked_at_is_told() -> None:
    assert draft_of(["x" * 1000, "y"]).left_out == ("1 lines longer than any join or chat",)


PILOTS = ("Eve", "Alex", "Bob the Great")
SAYS = (
    "hello",
    "hi there",
    "who has seen my ship?",
    "lol",
    "what: no",
    "ok",
    "bye all",
    "ore for fuel",
    "brb",
)


def station(head: str, join: str, leave: str, chat: str = "{n}: {said}") -> list[str]:
    """A short log of a game whose lines name a level and a part: `head` has `{time}`, `{level}`, `{part}`."""
    printed = [("core", "I", f"loading module {number}") for number in range(5)]
    printed += [("core", "W", "value missing: taking another"), ("core", "I", "Server started in 4.2 s")]
    for number, name in enumerate(PILOTS):
        printed.append(("net", "I", join.format(n=name, id=40012 + number)))
        printed += [("chat", "I", chat.format(n=name, said=said)) for said in SAYS[number * 3 :][:3]]
    printed.append(("core", "E", "autosave failed: disk busy"))
    printed += [("net", "I", leave.format(n=name, id=40012 + number)) for number, name in enumerate(PILOTS)]
    return [
        head.format(time=f"19:{number:02}:10", level=level, part=part) + text
        for number, (part, level, text) in enumerate(printed)
    ]


HEADS = (
    "2026.11.28 {time} |{level}| [{part}] ",
    "2026.11.28 {time} [{level}] [{part}] ",
    "2026.11.28 {time} [{part}] ",
    "[2026-11-28 {time}] {part}: ",
    "[2026-11-28 {time}] [INFO] [{part}] ",
)


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize(
    ("join", "leave"),
    [("Pilot '{n}' (id {id}) joined", "Pilot '{n}' (id {id}) left"), ("{n} joined", "{n} left")],
)
def test_a_level_and_a_part_that_change_hide_nobody(head: str, join: str, leave: str) -> None:
    lines = station(head, join, leave)
    draft = draft_of(lines)

    assert heard(draft, "player.join", lines) == [*PILOTS]
    assert heard(draft, "player.leave", lines) == [*PILOTS]
    assert heard(draft, "chat", lines) == [name for name in PILOTS for _ in range(3)]


def test_where_no_word_says_that_people_come_what_they_do_by_turns_is_proposed_and_not_taken() -> None:
    lines = station(HEADS[0], "Pilot '{n}' (id {id}) docked", "Pilot '{n}' (id {id}) undocked")
    draft = draft_of(lines)

    (join,), (chat,) = draft.of("player.join"), draft.of("chat")
    assert (join.sureness, chat.sureness) == (Sureness.UNSURE, Sureness.LIKELY)
    assert heard(draft, "player.join", lines) == [*PILOTS]
    assert heard(draft, "player.leave", lines) == [*PILOTS]
    assert heard(draft, "chat", lines) == [name for name in PILOTS for _ in range(3)]


def test_a_name_with_blanks_that_would_take_lines_of_the_game_along_is_told() -> None:
    lines = station("[2026-11-28 {time}] [INFO] ", "{n} joined", "{n} left")
    draft = draft_of(lines)

    assert heard(draft, "chat", lines) == ["Eve"] * 3 + ["Alex"] * 3
    assert draft.left_out[0].startswith("what people with a blank in their name say, on 3 kinds of lines")
    assert "Great" not in str(draft)


def _in_order(draft: Draft, lines: Iterable[str]) -> Iterator[tuple[str, bool]]:
    for line in lines:
        for key in ("player.join", "player.leave"):
            for who in heard(draft, key, [line]):
                yield who, key == "player.join"
