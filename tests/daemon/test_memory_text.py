"""A memory as the text of its file."""

from __future__ import annotations

import json
from typing import Any

import pytest

from automaton.daemon.memory_text import encode


def state(rule: str, *more: str, size: int = 10) -> dict[str, Any]:
    return {"rule": rule, "more": list(more), "text": "x" * size}


def memory(**places: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "version": 1, "at": 5.0,
        "places": {home: {"at": 5.0, "server": None, "standings": states} for home, states in places.items()},
    }  # fmt: skip


def read(told: dict[str, Any], most: int) -> tuple[dict[str, Any], int, str]:
    text = encode(told, most)
    assert text.size <= most
    return json.loads(b"".join(text.parts)), text.left_out, text.most_of


def test_what_fits_is_written_whole() -> None:
    told = memory(u1=[state("a"), state("b", "Eve", "😀")], u2=[])

    assert read(told, 10_000) == (told, 0, "")


def test_of_what_is_too_much_the_oldest_states_of_the_rule_with_most_values_go_first() -> None:
    crowd = [state("crowd", f"player {number}", size=100) for number in range(100)]
    told = memory(u1=[state("own", size=500), *crowd], u2=[state("few", "Eve", size=500)])
    found, left_out, most_of = read(told, 8_000)

    assert found["cut"]
    assert most_of == "crowd"
    assert found["places"]["u2"] == told["places"]["u2"]
    kept = found["places"]["u1"]["standings"]
    assert kept == [state("own", size=500), *crowd[left_out:]]
    assert 0 < left_out < 100


def test_then_whole_servers_go_the_largest_first() -> None:
    told = memory(u1=[state("a", size=50)], u2=[state("a", size=5_000)])
    found, left_out, most_of = read(told, 2_000)

    assert list(found["places"]) == ["u1"]
    assert (left_out, most_of) == (1, "u2")


def test_servers_that_a_node_may_have_invented_go_before_those_that_are_there_however_large() -> None:
    told = memory(u1=[state("a", size=5_000)], **{f"x{number}": [] for number in range(100)})
    for number in range(100):
        told["places"][f"x{number}"]["absent"] = True
    found, left_out, _ = read(told, 10_000)

    assert found["places"]["u1"] == told["places"]["u1"]
    assert 0 < left_out < 100


def test_a_server_that_json_cannot_say_is_left_out_by_itself() -> None:
    told = memory(u1=[state("a")], u2=[{**state("a"), "at": float("nan")}])

    assert list(read(told, 10_000)[0]["places"]) == ["u1"]


def test_half_a_pair_of_surrogates_is_replaced() -> None:
    found, left_out, _ = read(memory(u1=[state("a", "\ud83d")]), 10_000)

    assert (found["places"]["u1"]["standings"][0]["more"], left_out) == (["?"], 0)


def test_what_belongs_to_no_server_is_never_cut() -> None:
    with pytest.raises(ValueError, match="more than 1000 bytes"):
        encode({**memory(), "silences": ["x" * 2_000]}, 1_000)
