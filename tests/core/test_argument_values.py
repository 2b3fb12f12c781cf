"""A text is an argument as it is, or not at all."""

from __future__ import annotations

import pytest

from automaton.core.argument_values import fits, is_name, is_number, is_word
from automaton.core.command_grammar import ArgumentKind as Kind
from automaton.core.pack import Pack
from tests.core.games import ANY_GAME, BEDROCK, FACTORIO, MINECRAFT, SOURCE


@pytest.mark.parametrize("name", ["Eve", ".Eve_1", "7", "E" * 16])
def test_a_name_of_minecraft(name: str) -> None:
    assert is_name(name, MINECRAFT)


@pytest.mark.parametrize("name", ["", "@a", "E" * 17, "a b", "Zo\u00eb", "Eve\n", "*", "#1", "a;b", '"a"'])
def test_no_name_of_minecraft(name: str) -> None:
    assert not is_name(name, MINECRAFT)


def test_each_game_has_names_of_its_own() -> None:
    assert is_name("Eve Ning #12", BEDROCK)
    assert is_name("[clan] Dave's <3", SOURCE)
    assert is_name("STEAM_1:0:77", SOURCE)
    assert is_name("eve-n.1", FACTORIO)
    assert is_name("Zo\u00eb K", ANY_GAME)


@pytest.mark.parametrize(
    "name", ["@all", "#1", " Eve", "Eve ", "a\u00a0b", "a\u2028b", "a\\b", "a`b", 'a"b', "a;b", "\ud800"]
)
def test_nowhere_is_this_a_name(name: str) -> None:
    assert not any(is_name(name, pack) for pack in (ANY_GAME, SOURCE, BEDROCK, FACTORIO))


def test_numbers_are_plain_and_bounded() -> None:
    assert all(map(is_number, ["0", "-7", "1.5", "999999999"]))
    assert not any(map(is_number, ["", "1e9", "1234567890", "NaN", "\u0661", "1.", "+1", "5 %"]))


def test_words_are_plain_and_lead_nowhere_else() -> None:
    assert all(map(is_word, ["de_dust2", "minecraft:stone", "workshop/1/a", "1"]))
    assert not any(map(is_word, ["", "../x", "a/../b", "-x", "@a", "a b", '"a"', "a;b", "x" * 65]))


@pytest.mark.parametrize(
    ("kind", "text", "pack", "may_be"),
    [
        (Kind.PLAYER, "Eve", MINECRAFT, True), (Kind.PLAYER, '"Eve Ning"', BEDROCK, True),
        (Kind.PLAYER, "@a", MINECRAFT, False), (Kind.PLAYER, '"@a"', BEDROCK, False),
        (Kind.PLAYER, "Eve Ning", MINECRAFT, False), (Kind.PLAYER, '""', ANY_GAME, False),
        (Kind.NUMBER, "5", MINECRAFT, True), (Kind.NUMBER, '"5"', MINECRAFT, False),
        (Kind.WORD, "a/b", MINECRAFT, True), (Kind.WORD, '"a/b"', MINECRAFT, True),
        (Kind.WORD, "a b", MINECRAFT, False), (Kind.PLAYER, "X", MINECRAFT, True),
        (Kind.WORD, "X", MINECRAFT, True),
        (Kind.TEXT, "anything; at all", MINECRAFT, True), (Kind.OWN, "@a", MINECRAFT, True),
    ],
)  # fmt: skip
def test_a_text_fits_a_kind_or_not(kind: Kind, text: str, pack: Pack, may_be: bool) -> None:
    assert fits(kind, text, pack) is may_be


def test_a_name_is_as_long_as_the_longest_that_a_known_game_gives() -> None:
    pack = Pack("x", names=FACTORIO.names)

    assert is_name("E" * 60, pack)
    assert not is_name("E" * 61, pack)
    assert is_name("E" * 64, SOURCE)
    assert not is_name("E" * 65, SOURCE)
    assert is_name("E" * 32, ANY_GAME)
    assert not is_name("E" * 33, ANY_GAME)


class AnyText:
    """Names as a pack of an operator may have them."""

    def find(self, text: str) -> dict[str, str | None]:
        return {}


def test_whatever_a_pack_takes_for_a_name_it_is_bounded_and_selects_nobody() -> None:
    pack = Pack("x", names=AnyText())

    assert all(is_name(name, pack) for name in ("E" * 64, "a b", "-", "E@a"))
    assert not any(is_name(name, pack) for name in ("E" * 65, "@a", "#1", " a", "a;b", "a\u2003b", ""))


def test_where_nobody_described_names_a_few_signs_and_single_spaces_stand_inside() -> None:
    assert all(is_name(name, ANY_GAME) for name in ("E", "a b", "a.b'c-d", "a_", "E."))
    assert not any(is_name(name, ANY_GAME) for name in ("a  b", "-a", "a-", "'a", "a/b", ".a"))
    assert not any(is_name(name, SOURCE) for name in ("a\tb", "a\u2003b", "a\u3000b", "a\x85b"))
