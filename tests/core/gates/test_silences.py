"""Which rules and servers a silence covers, for how long, and what becomes of what it held."""

from __future__ import annotations

import pytest

from automaton.core import events as ev
from automaton.core.events import SilenceBegan
from automaton.core.gates.silences import Silence, Silences
from automaton.core.moment import Moment
from automaton.core.schedule.wall_time import WallTime
from tests.core.story import Story

NOW = Moment(100.0, 5000.0)
NAMES = ("Lobby 1", "9f8e", "9f8e-1111")
CRASH = (
    "rules: [{id: a, when: {event: crash}, until: 1h, do: [{notify: ops, text: crashed}, {power: restart}]}]"
)


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


@pytest.mark.parametrize(
    ("servers", "covers"),
    [
        (("node:eu-1",), True),
        (("NODE:EU-*",), True),
        (("tag:prod",), True),
        (("node:eu-2", "tag:lab"), False),
        (("*prod*",), False),
        (("*",), True),
    ],
)
def test_a_node_or_tag_is_named_by_its_word_and_by_no_other_glob(
    servers: tuple[str, ...], covers: bool
) -> None:
    silence = Silence("s", (), servers, 200.0)

    assert silence.covers("mem-high", NAMES, ("node:eu-1", "tag:prod")) is covers


@pytest.mark.parametrize(
    ("glob", "text", "fits"),
    [
        ("a*b*c", "a1b2c", True),
        ("a*b*c", "abc", True),
        ("a*b*c", "axc", False),
        ("a*b*c", "axbc", True),
        ("a*x*c", "abbc", False),
        ("a*a", "aa", True),
        ("a*a", "a", False),
        ("xx*b*b*d", "xxbd", False),
        ("xx*b*b*d", "xxbbd", True),
        ("a*bb*b", "abb", False),
        ("*ab*ab*", "aab", False),
        ("*b?*c", "abxc", True),
        ("**", "", True),
    ],
)
def test_the_parts_of_a_glob_stand_in_their_order_and_share_no_letter(
    glob: str, text: str, fits: bool
) -> None:
    assert Silence("s", (glob,), (), 200.0).covers(text, ()) is fits


def test_ending_one_that_is_not_there_ends_nothing() -> None:
    assert Silences().end("s") is None


def test_it_ends_at_its_time() -> None:
    silences = Silences()
    silences.begin(begun(), WallTime(NOW))
    assert silences.find("mem-high", NAMES, 159.9) is not None
    assert silences.find("mem-high", NAMES, 160.0) is None

    assert [one.id for one in silences.over(160.0)] == ["s"]
    assert silences.active == {}


def test_whatever_begins_or_ends_is_a_change_to_be_written() -> None:
    silences = Silences()

    def is_changed() -> bool:
        changed, silences.changed = silences.changed, False
        return changed

    assert is_changed() is False
    silences.begin(begun(), WallTime(NOW))
    assert is_changed() is True
    assert silences.over(159.0) == []
    assert is_changed() is False
    silences.over(160.0)
    assert is_changed() is True
    silences.begin(begun(), WallTime(NOW))
    is_changed()
    silences.end("s")
    assert is_changed() is True


def test_one_of_the_same_id_takes_its_place() -> None:
    silences = Silences()
    silences.begin(begun(), WallTime(NOW))
    silences.begin(begun(until=9000.0, note="longer"), WallTime(NOW))

    assert [(one.until, one.note) for one in silences.active.values()] == [(4100.0, "longer")]


def test_it_is_read_back_as_it_was() -> None:
    silences, again = Silences(), Silences()
    begun_ = silences.begin(begun(note="the night shift"), WallTime(NOW))
    again.load(silences.dump(WallTime(NOW)), WallTime(NOW))

    assert again.active == {"s": begun_}


def test_a_glob_of_a_stranger_costs_no_time() -> None:
    silence = Silence("s", ("*a" * 30,), (), 200.0)

    assert not silence.covers("a" * 60 + "b", NAMES)


def silence(story: Story, mono: float, until: float, **fields: object) -> Story:
    given = {"id": "s1", "rules": ("*",), "servers": ("lobby",), **fields}
    return story.at(mono, ev.SilenceBegan, server="", until=until, **given)


class TestStories:
    def test_what_is_still_open_when_it_ends_is_told_then_and_power_is_not_made_up_for(self) -> None:
        story = silence(Story(CRASH), 1.0, 100.0).happens(10.0, "crash").until(200.0)

        assert story.calls == ["100 notify ops: crashed"]
        assert story.verdicts[:3] == ["10 fired", "10 silenced", "10 silenced"]

    def test_what_cleared_meanwhile_is_never_told(self) -> None:
        story = silence(Story(CRASH.replace("until: 1h", "until: 10s")), 1.0, 100.0)

        assert story.happens(10.0, "crash").until(200.0).calls == []

    def test_it_can_be_taken_back(self) -> None:
        story = silence(Story(CRASH), 1.0, 100.0).happens(10.0, "crash")

        assert story.at(20.0, ev.SilenceEnded, server="", id="s1").calls == ["20 notify ops: crashed"]

    def test_a_narrower_one_in_its_place_tells_what_it_no_longer_holds(self) -> None:
        story = silence(Story(CRASH), 1.0, 100.0).happens(10.0, "crash")

        assert silence(story, 20.0, 100.0, rules=("b*",)).calls == ["20 notify ops: crashed"]

    def test_it_covers_only_the_rules_and_servers_that_it_names(self) -> None:
        story = silence(Story(CRASH), 1.0, 100.0, rules=("b*",)).happens(10.0, "crash")
        assert story.calls[0] == "10 notify ops: crashed"

        other = silence(Story(CRASH), 1.0, 100.0, servers=("are?a",)).happens(10.0, "crash")
        assert other.calls[0] == "10 notify ops: crashed"

    @pytest.mark.parametrize(("node", "told"), [("node:eu", []), ("node:us", ["10 notify ops: crashed"])])
    def test_one_of_a_node_holds_what_rules_do_on_its_servers(self, node: str, told: list[str]) -> None:
        story = silence(Story(CRASH), 1.0, 100.0, servers=(node,)).happens(10.0, "crash")

        assert story.calls[:1] == told

    def test_a_rule_that_fires_after_it_acts_again(self) -> None:
        story = silence(Story(CRASH.replace("until: 1h", "until: 10s")), 1.0, 100.0)
        story.happens(10.0, "crash").until(150.0).happens(160.0, "crash")

        assert story.calls == ["160 notify ops: crashed", "160 power restart"]
