"""What is remembered of servers that are not listed any more."""

from __future__ import annotations

import tracemalloc
from typing import Any

from automaton.core.absent_servers import ABSENT_AT_MOST, MOST_ABSENT, AbsentServers, is_absent


def place(node: str = "eu", at: float = 0.0) -> dict[str, Any]:
    return {"node": node, "at": at, "absent": True}


def test_one_is_taken_once() -> None:
    absent = AbsentServers()
    absent.keep("u1", place())
    assert absent.find("u1") == place()

    assert [absent.take("u1"), absent.take("u1"), absent.find("u1")] == [place(), None, None]
    assert (len(absent), absent.dump(0.0)) == (0, {})


def test_what_comes_back_is_what_was_kept() -> None:
    data = {**place(at=1.8e9 + 0.1), "lines": ["Zoë \ud83d §c\x00"], "steps": [[0, 1e308, -0.5, None, True]]}
    absent = AbsentServers()
    absent.keep("u1", data)

    assert absent.dump(1.8e9) == {"u1": data}
    assert absent.find("u1") == absent.take("u1") == data


def test_what_is_kept_is_small() -> None:
    """A fleet whose servers come and go has thousands of them."""
    standing = {"more": [], "hold": [0.0, False], "runs": {"starts": [], "tripped_at": None}, "queued": []}
    absent, many = AbsentServers(), 100
    tracemalloc.start()
    for number in range(many):
        rules = [{**standing, "rule": f"rule-{rule}", "last_verdict": "not_true"} for rule in range(30)]
        absent.keep(f"u{number}", {**place(), "standings": rules})
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(absent) == many
    assert taken / many < 2000, "bytes of each"


def test_each_is_forgotten_when_its_day_is_over_and_none_is_dumped_then() -> None:
    absent = AbsentServers()
    absent.keep("u1", place(at=0.0))
    absent.keep("u2", place(at=10.0))
    assert list(absent.dump(ABSENT_AT_MOST)) == ["u2"]

    assert absent.forget(ABSENT_AT_MOST) == ["u1"]
    assert absent.forget(ABSENT_AT_MOST) == []
    assert absent.forget(ABSENT_AT_MOST + 10.0) == ["u2"]
    assert absent.let_go == 0


def test_who_was_there_in_between_counts_from_when_it_left_again() -> None:
    absent = AbsentServers()
    absent.keep("u1", place(at=0.0))
    absent.keep("u2", place(at=5.0))
    absent.keep("u1", place(at=10.0))

    assert absent.forget(ABSENT_AT_MOST + 5.0) == ["u2"]


def test_of_a_node_with_too_many_the_oldest_go_and_of_no_other() -> None:
    absent = AbsentServers()
    absent.keep("real", place("good"))
    for number in range(MOST_ABSENT + 2):
        absent.keep(f"u{number}", place("evil"))

    assert absent.forget(0.0) == ["u0", "u1"]
    assert (absent.let_go, len(absent), absent.find("real")) == (2, MOST_ABSENT + 1, place("good"))


def test_what_an_earlier_engine_left_is_brought_into_order() -> None:
    absent = AbsentServers()
    absent.load({"u1": place(at=20.0), "u2": place(at=10.0), "u3": {"at": 30.0, "absent": True}})

    assert absent.forget(ABSENT_AT_MOST + 10.0) == ["u2"]
    assert absent.forget(ABSENT_AT_MOST + 30.0) == ["u1", "u3"]


def test_what_is_damaged_is_no_absent_server() -> None:
    assert [is_absent(one) for one in (7, {}, {"absent": True}, {"absent": True, "at": "x"})] == [False] * 4
    assert is_absent(place())
