"""One wrong `${…}` hides no other."""

from __future__ import annotations

import pytest

from automaton.schema.wrong_placeholders import without_wrong_placeholders
from tests.rulebook.texts import told


@pytest.mark.parametrize(
    ("text", "kept", "offsets"),
    [
        ("no value", "no value", []),
        ("${name} is ${state}", "${name} is ${state}", []),
        ("a ${b && c}, ${name} ${d", "a          , ${name}    ", [6, 21]),
        ("$${x ${=}", "$${x     ", [7]),
    ],
)
def test_what_cannot_be_read_is_blank_and_told_at_its_place(text: str, kept: str, offsets: list[int]) -> None:
    found, problems = without_wrong_placeholders(text)

    assert (found, [one.offset for one in problems]) == (kept, offsets)
    assert len(found) == len(text)


def test_all_mistakes_of_a_text_are_told_in_one_pass() -> None:
    rule = 'rules: [{id: a, while: suspended, do: [{notify: ops, text: "${nme} ${a && b} {name} ${stat"}]}]'

    assert [one.split(": ", 2)[2].split(";")[0] for one in told(rule)] == [
        "unknown name `nme`, did you mean `name`?",
        "`&&` is not a word of this language",
        "`{name}` is sent as it stands: a value is filled where `${…}` stands around it",
        "`${` is not closed",
    ]
