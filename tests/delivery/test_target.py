"""A target is found again after a restart, and its name on disk gives no URL away."""

from __future__ import annotations

from automaton.delivery.channel import Channel
from automaton.delivery.target import channel_of, key_of, targets_of
from automaton.secret import Secret

A, B = Secret("discord://1/token-a"), Secret("discord://1/token-b")


def test_each_url_is_a_target_named_by_its_place() -> None:
    targets = targets_of(Channel(name="ops", urls=(A, B)))

    assert [target.name for target in targets] == ["ops/1", "ops/2"]
    assert len({target.key for target in targets}) == 2


def test_a_url_that_stands_there_twice_is_told_once() -> None:
    assert [target.name for target in targets_of(Channel(name="ops", urls=(A, B, A)))] == ["ops/1", "ops/2"]


def test_a_key_is_that_of_channel_and_url_wherever_it_stands() -> None:
    first, second = targets_of(Channel(name="ops", urls=(A, B)))
    swapped = targets_of(Channel(name="ops", urls=(B, A)))

    assert {one.key for one in swapped} == {first.key, second.key}
    assert key_of("staff", A) != first.key


def test_a_key_holds_the_channel_and_nothing_of_the_url() -> None:
    key = key_of("my.ops", A)

    assert channel_of(key) == "my.ops"
    assert "token" not in key
