"""Servers are spread evenly over accounts, and stay where they are."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from automaton.wings.account_assignment import assign_accounts


def test_what_all_see_is_spread_evenly() -> None:
    seen = {str(number): ["a", "b", "c"] for number in range(90)}

    assert Counter(assign_accounts(seen, {}).values()) == {"a": 30, "b": 30, "c": 30}


def test_what_one_alone_sees_is_counted_before_the_rest_is_spread() -> None:
    seen = {**{f"only-{n}": ["a"] for n in range(4)}, **{f"both-{n}": ["a", "b"] for n in range(6)}}

    owners = assign_accounts(seen, {})

    assert Counter(owners.values()) == {"a": 5, "b": 5}
    assert all(owners[f"only-{n}"] == "a" for n in range(4))


def test_a_server_stays_with_the_account_that_has_it() -> None:
    kept = {str(number): "a" for number in range(10)}
    seen = {str(number): ["a", "b"] for number in range(14)}

    owners = assign_accounts(seen, kept)

    assert all(owners[server] == "a" for server in kept)
    assert Counter(owners.values()) == {"a": 10, "b": 4}


def test_a_server_moves_when_its_account_sees_it_no_more() -> None:
    assert assign_accounts({"x": ["b"]}, {"x": "a"}) == {"x": "b"}


@given(st.dictionaries(st.text(), st.lists(st.sampled_from("abc"), min_size=1, unique=True)))
def test_each_server_has_an_account_that_sees_it(seen: dict[str, list[str]]) -> None:
    owners = assign_accounts(seen, {})

    assert owners.keys() == seen.keys()
    assert all(owners[server] in seers for server, seers in seen.items())
