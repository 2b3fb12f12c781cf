"""What stands behind a command's word is plain data, and what is wrong with it has its place."""

from __future__ import annotations

import pytest

from automaton.core.command_grammar import ArgumentKind as Kind
from automaton.core.command_grammar import Choice
from automaton.packs.model import PackFile
from automaton.schema.nodes import read_all
from automaton.schema.validate import fit


def commands(text: str) -> tuple[object, list[str]]:
    node, found = read_all(f"pack: mine\ncommands: {text}\n", "p.yml")
    assert node is not None
    pack, more = fit(node, PackFile)
    return (pack.commands if pack is not None else None), [str(one) for one in (*found, *more)]


def test_a_form_is_a_kind_or_a_list_of_them_and_a_key_may_name_several_words() -> None:
    read, told = commands("{'say /Me': text, kick: [player, text], list: []}")

    assert told == []
    assert read == {"say": (Kind.TEXT,), "me": (Kind.TEXT,), "kick": (Kind.PLAYER, Kind.TEXT), "list": ()}


def test_a_mapping_goes_on_by_the_word_that_stands_there() -> None:
    read, told = commands("{a: [player, {'b c': text, '*': [], '...': {run: command}}]}")

    forms = {"b": (Kind.TEXT,), "c": (Kind.TEXT,)}
    assert told == []
    assert read == {"a": (Kind.PLAYER, Choice(forms, (), {"run": (Kind.COMMAND,)}))}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{kick: playr}", "`playr` is no kind of argument, did you mean `player`?"),
        ("{kick: [text, player]}", "nothing comes after `text`"),
        ("{kick: [{a: text}, player]}", "nothing comes after a mapping"),
        ("{'kick ban kick': text}", "the command `kick` stands twice"),
        ("[kick]", "a mapping is expected here"),
        ("{'/': text}", "the word of a command is expected here"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, message: str) -> None:
    _, (problem,) = commands(text)

    assert message in problem
    assert problem.startswith("p.yml:2:")
