"""Which rules and servers a silence covers, and for how long."""

from __future__ import annotations

import pytest

from automaton.core.events import SilenceBegan
from automaton.core.gates.silences import Silence, Silences
from automaton.core.moment import Moment
from automaton.core.schedule.wall_time import WallTime

NOW = Moment(100.0, 5000.0)
NAMES = ("Lobby 1", "9f8e", "9f8e-1111")


def begun(**fields: object) -> SilenceBegan:
    given = {"id": "s", "rules": ("mem-*",), "servers": ("lobby ?",), "until": 5060.0, **fields}
    return SilenceBegan(server="", at=NOW, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rules", "servers", "covers"),
    [
        (("mem-*",), ("lobby ?",), True),
        (("MEM-HIGH",), ("9f8e",), True),
        ((), (), True),
        (("mem",), ("lobby ?",), False),
        (("mem-*",), ("lobby",), False),
        (("other", "*high"), ("arena", "9f8e-*"), True),
        (("mem.*",), (), False),
    ],
)
def test_globs_name_whole_words_whatever_their_case(
    rules: tuple[str, ...], servers: tuple[str, ...], covers: bool
) -> None:
    assert Silence("s", rules, servers, 200.0).covers("mem-high", NAMES) is covers


def test_it_ends_at_its_time() -> None:
    silences = Silences()
    silences.begin(begun(), WallTime(NOW))
    assert silences.find("mem-high", NAMES, 159.9) is not None
    assert silences.find("mem-high", NAMES, 160.0) is None

    assert [one.id for one in silences.over(160.0)] == ["s"]
    assert silences.active == {}


def test_one_of_the_same_id_takes_its_place() -> None:
    silences = Silences()
    silences.begin(begun(), WallTime(NOW))
    silences.begin(begun(until=9000.0, note="longer"), WallTime(NOW))

    assert [(one.until, one.note) for one in silences.active.values()] == [(4100.0, "longer")]


def test_it_is_read_back_as_it_was() -> None:
    silences, again = Silences(), Silences()
    begun_ = silences.begin(begun(), WallTime(NOW))
    again.load(silences.dump(WallTime(NOW)), WallTime(NOW))

    assert again.active == {"s": begun_}


def test_a_glob_of_a_stranger_costs_no_time() -> None:
    silence = Silence("s", ("*a" * 30,), (), 200.0)

    assert not silence.covers("a" * 60 + "b", NAMES)
