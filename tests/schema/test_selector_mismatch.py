"""A selector that does not cover a server says which of its keys does not fit."""

from __future__ import annotations

import pytest

from automaton.core.events import Profile
from automaton.schema.selector import ServerSelector
from automaton.schema.selector_mismatch import mismatch
from tests.schema.test_selector import RUST, groups, load


def why(text: str, known: str = "{}", profile: Profile = RUST, tags: frozenset[str] = frozenset()) -> str:
    selector, problems = load(text)
    assert selector is not None, problems
    return mismatch(selector, groups(known), profile, tags, "rust")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{}", ""),
        ("{name: 'rust-*'}", ""),
        ("{pack: minecraft}", "`pack: minecraft` does not fit: its pack is `rust`"),
        ("{node: eu-1, egg: [paper, forge]}", "`egg: [paper, forge]` does not fit: its egg is `Rust`"),
        ("{tag: prod}", "`tag: prod` does not fit: it has no tags"),
        ("{not: {node: 'eu-*'}}", "its `not` names this server"),
        (
            "[{id: a}, {name: b}]",
            "`id: a` does not fit: its id is `9f8e7d6c`; `name: b` does not fit: its name is `Rust-1 [EU]`",
        ),
    ],
)
def test_the_key_that_does_not_fit_is_named_with_what_the_server_has(text: str, reason: str) -> None:
    assert why(text) == reason


def test_a_server_that_has_other_tags_is_told_with_them() -> None:
    assert why("{tag: prod}", tags=frozenset({"b", "a"})) == "`tag: prod` does not fit: its tags are a, b"


def test_what_nobody_said_of_a_server_is_not_known() -> None:
    assert why("{egg: paper}", profile=Profile(uuid="u", id="u", name="n")) == (
        "`egg: paper` does not fit: its egg is not known"
    )


def test_a_group_says_why_it_does_not_have_the_server() -> None:
    assert why("mc", "{mc: {pack: minecraft}}") == (
        "it is not in the group `mc` (`pack: minecraft` does not fit: its pack is `rust`)"
    )
    assert why("mc") == "it is not in the group `mc` (there is no such group)"


def test_a_ring_of_groups_ends() -> None:
    assert why("a", "{a: b, b: a}") == (
        "it is not in the group `a` (it is not in the group `b`"
        " (it is not in the group `a` (there is no such group)))"
    )


def test_a_selector_of_nothing_has_no_reason() -> None:
    assert mismatch(ServerSelector(any_of=()), {}, RUST, frozenset(), "") == ""
