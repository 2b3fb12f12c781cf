"""Which servers: a list is OR, keys are AND, names are globs."""

from __future__ import annotations

from itertools import product

import pytest

from automaton.core import ports
from automaton.core.events import Profile
from automaton.problem import Problem
from automaton.schema.base import Strict
from automaton.schema.nodes import read_all
from automaton.schema.selector import ScopedSelector, ServerSelector, find_group_cycle
from automaton.schema.validate import fit

RUST = Profile(
    uuid="9f8e7d6c-0000-4000-8000-000000000001",
    id="9f8e7d6c",
    name="Rust-1 [EU]",
    node="eu-1",
    egg="Rust",
    image="ghcr.io/games:rust",
)


class Holder(Strict):
    servers: ServerSelector = ServerSelector.EVERYTHING


class Groups(Strict):
    groups: dict[str, ServerSelector]


def load(text: str) -> tuple[ServerSelector | None, list[Problem]]:
    node, problems = read_all(f"servers: {text}", "f")
    assert node is not None
    holder, more = fit(node, Holder)
    return holder.servers if holder else None, problems + more


def groups(text: str) -> dict[str, ServerSelector]:
    node, _ = read_all(f"groups: {text}", "f")
    assert node is not None
    found, problems = fit(node, Groups)
    assert problems == []
    assert found is not None
    return found.groups


@pytest.mark.parametrize(
    ("text", "covers"),
    [
        ("{}", True),
        ("{name: 'rust-*'}", True),
        ("{name: 'Rust-1 [EU]'}", True),
        ("{name: rust}", False),
        ("{id: 9f8e7d6c}", True),
        ("{id: '9f8e7d6c-*'}", True),
        ("{node: [us-1, eu-?]}", True),
        ("{node: eu-1, egg: paper}", False),
        ("[{egg: paper}, {egg: RUST}]", True),
        ("{image: '*:rust'}", True),
        ("{tag: prod}", True),
        ("{tag: [lab, 'pr*']}", True),
        ("{tag: lab}", False),
        ("{pack: rust}", True),
        ("{not: {tag: lab}}", True),
        ("{not: {tag: prod}}", False),
        ("{not: [{tag: lab}, {node: eu-1}]}", False),
        ("{tag: prod, not: mc}", True),
        ("eu", True),
        ("mc", False),
        ("nobody", False),
        ("[mc, eu]", True),
        ("{group: eu, tag: prod}", True),
        ("{group: [mc, eu]}", True),
        ("{not: eu}", False),
        ("ring", False),
    ],
)
def test_a_server_is_covered(text: str, covers: bool) -> None:
    selector, problems = load(text)
    known = groups("{mc: {pack: minecraft}, eu: {node: 'eu-*'}, ring: {group: gnir}, gnir: {group: ring}}")

    assert problems == []
    assert selector is not None
    assert selector.covers(RUST, frozenset({"prod", "eu"}), "rust", known) is covers


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[]", "empty-list"),
        ("", "no-value"),
        ("{tga: prod}", "unknown-key"),
        ("{not: {tga: prod}}", "unknown-key"),
        ("[mc, {tag: []}]", "empty-list"),
        ("{group: 'a b'}", "name"),
        ("[[mc]]", "wrong-shape"),
    ],
)
def test_one_mistake_is_one_problem(text: str, code: str) -> None:
    selector, problems = load(text)

    assert selector is None
    assert [problem.code for problem in problems] == [code]


def test_the_groups_that_it_names_are_known() -> None:
    selector, _ = load("[a, {group: [b, c], not: {not: d}}]")
    assert selector is not None

    assert selector.groups_named == {"a", "b", "c", "d"}


def test_a_ring_of_groups_is_found() -> None:
    assert find_group_cycle(groups("{a: b, b: {not: c}, c: [{tag: x}, a]}")) == ("a", "b", "c", "a")
    assert find_group_cycle(groups("{a: a}")) == ("a", "a")
    assert find_group_cycle(groups("{a: [b, c], b: d, c: d, d: {tag: x}}")) == ()


@pytest.mark.parametrize(
    ("text", "is_of_a_kind"),
    [
        ("{pack: rust}", True),
        ("{not: {pack: minecraft}, image: '*java*'}", True),
        ("a", True),
        ("{pack: rust, node: eu}", False),
        ("[{egg: Rust}, {name: lobby}]", False),
        ("{not: b}", False),
    ],
)
def test_a_selector_by_what_servers_run_is_told_from_one_that_names_servers(
    text: str, is_of_a_kind: bool
) -> None:
    """Also through groups, those of groups, and a ring of them."""
    selector, _ = load(text)
    assert selector is not None
    known = groups("{a: [{pack: ark}, a], b: c, c: [{id: '1*'}, b]}")

    assert ScopedSelector(selector, known).is_of_a_kind is is_of_a_kind


def test_it_is_what_the_core_asks_for() -> None:
    selector: ports.Selector = ServerSelector.EVERYTHING

    assert selector.covers(RUST, frozenset(), "rust")


@pytest.mark.parametrize(
    "text", ["minecraft", "{pack: rust}", "{not: {name: lobby}}", "{not: b}", "[a, {egg: Rust, tag: x}]"]
)
def test_what_is_kept_of_a_selector_answers_as_the_selector_does(text: str) -> None:
    """Servers of one kind share an answer, unless who or where they are is asked for as well."""
    selector, _ = load(text)
    assert selector is not None
    known = groups("{minecraft: {pack: minecraft}, a: [{pack: ark}, b], b: {not: {id: 'u1*'}}}")
    scoped = ScopedSelector(selector, known)

    for pack, egg, name, tags in product(
        ("minecraft", "rust", "ark"), ("Rust", "Paper"), ("lobby", "arena"), ((), ("x",))
    ):
        for uuid in ("u1", "u2"):
            server = Profile(uuid=uuid, id=uuid, name=name, node="n", egg=egg)
            alone = selector.covers(server, frozenset(tags), pack, known)
            assert scoped.covers(server, frozenset(tags), pack) is alone


def test_a_ring_of_groups_may_cover_a_pack_that_nobody_else_names_and_comes_to_an_end() -> None:
    known = groups("{ring: [{group: gnir}, {pack: rust}], gnir: {group: ring}, self: {group: self}}")

    assert ScopedSelector(known["gnir"], known).may_cover_pack("rust")
    assert ScopedSelector(known["gnir"], known).names_pack("rust")
    assert not ScopedSelector(known["gnir"], known).may_cover_pack("minecraft")
    assert not ScopedSelector(known["self"], known).may_cover_pack("rust")


def test_groups_that_each_name_all_later_ones_are_asked_once_each() -> None:
    """Each way through them would be 2 to the 30th."""
    later = [
        f"g{number}: [{', '.join(f'{{group: g{one}}}' for one in range(number + 1, 31))}]"
        for number in range(30)
    ]
    known = groups("{" + ", ".join([*later, "g30: {pack: rust}"]) + "}")

    assert ScopedSelector(known["g0"], known).may_cover_pack("rust")
    assert not ScopedSelector(known["g0"], known).may_cover_pack("minecraft")
    assert not ScopedSelector(known["g0"], known).names_pack("minecraft")
