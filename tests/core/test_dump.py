"""What an engine writes in a turn: what changed, in batches what readings and lines told, or everything."""

from __future__ import annotations

from typing import Any

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.dump import BATCHED_EVERY, LIVELY_FOR, REFRESHED_WITHIN
from automaton.core.events import Source, State
from automaton.core.moment import Moment
from automaton.core.parts import AGES, ARMED, BUDGET, HEAD, SERVER, SILENCES, STATE, join, split
from tests.core.fleet import find, profile
from tests.core.story import HIGH, LOBBY, Story

CRASH = "rules: [{id: a, when: {event: crash}, until: 1h, do: [{send: list}]}]"
STATE_OF_A = f"{STATE}{LOBBY.uuid}/a"


def taken(story: Story, mono: float, *, all_parts: bool = False) -> dict[str, Any]:
    return story.engine.take_changes(Moment(mono, mono), all_parts=all_parts)


def begun(rules: str = CRASH) -> Story:
    """A story of which everything was written at its first second."""
    story = Story(rules)
    story.until(1.0)
    taken(story, 1.0, all_parts=True)
    return story


def test_a_turn_that_decided_something_writes_what_it_changed_and_nothing_else() -> None:
    story = begun().happens(1.5, "crash")
    parts = taken(story, 1.5)

    assert parts.keys() >= {HEAD, STATE_OF_A}
    assert not any(name.startswith(AGES) for name in parts)
    assert {name for name in parts if name.startswith(STATE)} == {STATE_OF_A}
    assert taken(story, 1.5).keys() == {HEAD}


def test_the_head_says_up_to_when_the_engine_turned_and_where_its_numbers_go_on() -> None:
    story = begun().happens(1.5, "crash")
    head = taken(story, 1.5)[HEAD]

    assert head["at"] == 1.5
    assert head["next_number"] == story.engine.log.next_number
    assert head["hold"] is None


def test_what_a_person_did_is_written_in_its_own_turn() -> None:
    story = begun().at(1.5, ev.SilenceBegan, server="", id="s", rules=("*",), servers=("*",), until=99.0)
    silenced = taken(story, 1.5)
    story.at(1.6, ev.HoldBegan, server="", reason="a new world", by="root")
    held = taken(story, 1.6)[HEAD]
    story.at(1.7, ev.RuleArmed, server="", rule="a", arm=Arm.OFF, by="root")
    armed = taken(story, 1.7)
    after = taken(story, 1.8)

    assert len(silenced[SILENCES]) == 1
    assert held["hold"] is not None
    assert armed[ARMED].keys() == {"a"}
    assert ARMED not in after


def test_an_incident_that_is_over_is_written_as_what_it_left() -> None:
    story = begun("rules: [{id: a, when: {event: crash}, until: 10s, do: [{notify: ops}]}]")
    story.happens(1.5, "crash")
    opened = taken(story, 1.5)[STATE_OF_A]
    story.until(20.0)
    over = taken(story, 20.0)[STATE_OF_A]

    assert opened["incident"] is not None
    assert over["incident"] is None


def test_the_parts_of_a_server_that_is_gone_are_taken_away() -> None:
    story = begun().at(1.5, ev.ServerGone, reason="deleted")
    parts = taken(story, 1.5)

    assert parts[SERVER + LOBBY.uuid] is None
    assert any(name.startswith("engine/absent/") and part is not None for name, part in parts.items())


def test_what_is_gone_is_told_with_everything_too() -> None:
    """A daemon may end in the same second as a server leaves."""
    story = begun().happens(1.5, "crash")
    taken(story, 1.5)
    story.at(1.6, ev.ServerGone, reason="deleted")
    parts = taken(story, 1.7, all_parts=True)

    assert parts[SERVER + LOBBY.uuid] is None
    assert parts[STATE_OF_A] is None
    assert parts["engine/absent/" + LOBBY.uuid] is not None


def test_that_a_console_begins_to_print_is_written_with_the_next_turn_and_what_lines_told_in_batches() -> (
    None
):
    story = begun("rules: [{id: a, while: 'seen(world_saved, 1m)', do: [{notify: ops}]}]")
    taken(story, 1.0)  # a batch
    story.line(1.1, "hello")
    assert AGES + LOBBY.uuid in taken(story, 1.2)

    story.line(1.5, "[12:00:00] [Server thread/INFO]: Saved the game")
    assert not any(name.startswith(AGES) for name in taken(story, 1.0 + BATCHED_EVERY / 2))
    names = taken(story, 1.0 + BATCHED_EVERY)[AGES + LOBBY.uuid][3]
    assert names.keys() == {"world_saved"}


def test_each_server_is_written_anew_within_half_a_minute_a_share_of_them_at_a_time() -> None:
    story = begun()
    for number in range(1, 30):
        story.at(1.0, ev.ServerListed, profile=profile(number))
    find(story, 1.0, *range(1, 30))
    taken(story, 1.0, all_parts=True)
    written: list[int] = []
    names: set[str] = set()
    for turn in range(1, int(REFRESHED_WITHIN / BATCHED_EVERY) + 2):
        found = {name for name in taken(story, 1.0 + turn * BATCHED_EVERY) if name.startswith(SERVER)}
        written.append(len(found))
        names |= found

    assert len(names) == 30
    assert max(written) < 30


def test_everything_is_what_would_be_dumped_in_parts() -> None:
    story = begun().happens(1.5, "crash").memory(3.0, 95).line(4.0, "hello")
    parts = taken(story, 5.0, all_parts=True)
    here = {name: part for name, part in parts.items() if part is not None}

    assert here == split(story.engine.dump(Moment(5.0, 5.0)))
    assert join(here)[1] == 0
    assert taken(story, 5.0).keys() == {HEAD}


def test_what_is_restored_is_written_anew_under_its_name_or_as_gone() -> None:
    """The rule `a` is no more after the restart: nobody shall take its state up again later."""
    story = Story(CRASH).happens(1.5, "crash").restart(5.0, 5.0, rules="rules: []")

    assert taken(story, 10.0)[STATE_OF_A] is None


def test_a_budget_is_written_when_something_is_spent_of_it() -> None:
    story = begun().happens(1.5, "crash")

    assert not any(name.startswith(BUDGET) for name in taken(story, 1.5))
    assert story.engine.limits.send_server is None


def test_a_state_that_a_link_changed_is_written_in_its_turn() -> None:
    story = begun().state(1.5, State.OFFLINE)

    assert SERVER + LOBBY.uuid in taken(story, 1.5)


def test_a_console_that_prints_now_and_then_is_written_when_that_begins_and_when_it_ends() -> None:
    story = begun()
    first = taken(story.line(1.5, "a"), 4.0)[AGES + LOBBY.uuid]
    told = [taken(story.line(5.0 + 20.0 * turn, "b"), 6.0 + 20.0 * turn) for turn in range(10)]
    told += [taken(story, 190.0), taken(story, 185.0 + LIVELY_FOR - 0.1)]
    last = taken(story, 185.0 + LIVELY_FOR + BATCHED_EVERY)[AGES + LOBBY.uuid]

    assert first[-1] is True
    assert not any(AGES + LOBBY.uuid in parts for parts in told)
    assert (last[1], last[-1]) == (185.0, False)


def test_of_a_journal_that_begins_anew_a_console_that_prints_is_told_again() -> None:
    story = begun()
    taken(story.line(1.5, "a"), 4.0)
    taken(story, 5.0, all_parts=True)

    assert taken(story.line(6.0, "b"), 8.0)[AGES + LOBBY.uuid][-1] is True


def killed(parts: dict[str, Any]) -> float:
    """The age of the console as the next process knows it."""
    memory, _ = join({name: part for name, part in parts.items() if part is not None})
    assert memory is not None
    server = memory["places"][LOBBY.uuid]["server"]
    since, _ = server["console_since"]
    return float(server["seen"] - since)


@pytest.mark.parametrize("source", [Source.DAEMON, Source.GAME], ids=["the daemon", "an echo"])
def test_what_resets_no_age_makes_no_console_lively(source: Source) -> None:
    story = begun()
    story.line(1.5, "a line")
    parts = taken(story, 2.0, all_parts=True)
    for turn in range(1, 40):
        mono = 20.0 * turn
        story.engine.servers()[LOBBY.uuid].echoes.typed("list", mono)
        story.line(mono, "list" if source is Source.GAME else "a word of Wings", source=source)
        parts |= taken(story, mono + 0.1)

        short = mono + 0.1 - 1.5 - killed(parts)
        assert -BATCHED_EVERY <= short <= (LIVELY_FOR if mono < 40.0 else BATCHED_EVERY)


def test_a_line_behind_a_long_silence_is_known_as_soon_as_anything_is_written() -> None:
    story = begun()
    parts = taken(story, 1.0, all_parts=True)
    for second in range(10, 590, 10):
        parts |= taken(story, float(second))
    story.line(590.5, "at last")
    story.at(590.6, ev.HoldBegan, server="", reason="", by="")
    parts |= taken(story, 590.6)

    assert killed(parts) < 0.2


def test_ages_by_another_clock_are_taken_away_with_it() -> None:
    story = begun()
    parts = taken(story, 1.0, all_parts=True)
    parts |= taken(story.line(500.0, "before"), 502.0)
    moment = Moment(560.0, 560.0 - 3600.0)
    story.engine.advance(moment)  # somebody sets the clock an hour back
    parts |= story.engine.take_changes(moment)

    assert parts[AGES + LOBBY.uuid] is None
    assert abs(killed(parts) - 60.0) < 1e-6


def test_after_a_kill_a_console_is_silent_for_no_longer_than_it_is_and_not_by_far_for_less() -> None:
    """A minute of a line a second, then forty seconds of silence: killed at each second of it."""
    story, parts = begun(), dict[str, Any]()
    parts |= taken(story, 1.0, all_parts=True)
    for second in range(2, 101):
        if second <= 60:
            story.line(float(second), f"line {second}")
        parts |= taken(story, float(second))
        memory, _ = join({name: part for name, part in parts.items() if part is not None})
        assert memory is not None
        server = memory["places"][LOBBY.uuid]["server"]
        age = server["seen"] - server["console_since"][0]

        short = max(0, second - 60) - age
        assert -BATCHED_EVERY <= short <= LIVELY_FOR + BATCHED_EVERY
        if second > 60 + LIVELY_FOR + BATCHED_EVERY:
            assert abs(short) <= BATCHED_EVERY


def test_a_rule_that_nothing_befell_is_no_part_and_is_none_again_once_that_is_over() -> None:
    high = f"{STATE}{LOBBY.uuid}/high"
    story = begun(HIGH).memory(2.0, 10)
    dull = taken(story, 2.0, all_parts=True)
    pending = taken(story.memory(3.0, 95), 3.0)
    over = taken(story.memory(4.0, 10), 4.0)

    assert high not in dull
    assert pending[high]["hold"] == [0.0, True]
    assert over[high] is None
    assert high not in taken(story, 5.0, all_parts=True)
