"""What `first` has seen: whom it greets, what it remembers, and what that costs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.gates.limits import Limits
from automaton.core.moment import Moment
from automaton.core.parts import SEEN, join
from automaton.core.schedule.wall_time import WallTime
from automaton.core.targets.first_seen import EACH, MOST_VALUES, FirstSeen, bucket_of
from automaton.core.targets.rule_state import RuleState
from tests.core.story import ARENA, LIVE, LOBBY, Story, book, target_of

WELCOME = """
    rules:
      - id: welcome
        when: {event: player.join}
        first: it.player
        do: [{say: "welcome ${it.player}"}]
    """


def joins(story: Story, mono: float, player: str, **fields: Any) -> Story:
    return story.happens(mono, "player.join", player=player, **fields)


def welcome(keys: str) -> str:
    return WELCOME.replace("first: it.player", f"first: it.player\n        {keys}")


def state_of(rules: str, profile: ev.Profile = LOBBY) -> RuleState:
    return RuleState(book(rules).rules[0], target_of(profile))


class TestWhatFires:
    def test_only_the_first_join_of_each_player_fires(self) -> None:
        story = Story(WELCOME)
        for mono, player in ((1.0, "Eve"), (2.0, "Bob"), (3.0, "Eve"), (400.0, "Bob")):
            joins(story, mono, player)

        assert story.calls == ["1 send say welcome Eve", "2 send say welcome Bob"]
        assert "3 seen_before" in story.verdicts

    def test_each_server_has_seen_its_own(self) -> None:
        story = joins(Story(WELCOME), 1.0, "Eve")
        story.at(2.0, ev.ServerListed, profile=replace(ARENA, egg="Paper"))
        story.at(2.0, ev.LinkUp, server=ARENA.uuid).at(
            2.0, ev.StateReported, server=ARENA.uuid, state=State.RUNNING
        )
        joins(story, 3.0, "Eve", server=ARENA.uuid)

        assert story.calls == ["1 send say welcome Eve", "3 send say welcome Eve"]

    def test_where_narrows_before_it_is_remembered(self) -> None:
        rule = WELCOME.replace("player.join}", 'player.join, where: it.level == "new"}')
        story = Story(rule)
        joins(story, 1.0, "Eve", level="old")
        joins(story, 2.0, "Eve", level="new")

        assert story.calls == ["2 send say welcome Eve"]

    def test_what_a_gate_held_back_was_seen_all_the_same(self) -> None:
        story = Story(welcome("if: memory_pct < 50"))
        joins(story, 1.0, "Eve").memory(2.0, 10)
        joins(story, 3.0, "Eve")

        assert story.calls == []

    def test_a_value_that_is_unknown_counts_for_nothing(self) -> None:
        story = Story(WELCOME)
        story.happens(1.0, "player.join")

        assert story.calls == []

    def test_in_shadow_it_remembers_too(self) -> None:
        story = joins(Story(welcome("arm: shadow")), 1.0, "Eve")
        story.adopt(2.0, WELCOME)
        joins(story, 3.0, "Eve")
        joins(story, 4.0, "Bob")

        assert story.calls == ["4 send say welcome Bob"]

    def test_within_forgets_who_did_not_come_for_so_long(self) -> None:
        story = Story(welcome("within: 1h"))
        for mono in (0.0, 3000.0, 6600.0, 10201.0):
            joins(story, mono, "Eve")

        assert story.calls == ["0 send say welcome Eve", "10201 send say welcome Eve"]

    def test_one_that_was_seen_before_pushes_no_quiet_time_back(self) -> None:
        story = Story(welcome("until: 10m"))
        for mono in (0.0, 300.0):
            joins(story, mono, "Eve")

        assert story.until(700.0).verdicts[-1] == "600 cleared"

    def test_while_the_incident_is_open_it_remembers_too(self) -> None:
        story = Story(welcome("until: 10m"))
        joins(story, 0.0, "Eve")
        joins(story, 100.0, "Bob")
        story.until(800.0)
        joins(story, 900.0, "Bob")

        assert story.calls == ["0 send say welcome Eve"]


class TestWhatIsRemembered:
    def test_what_was_seen_is_remembered_through_a_restart(self) -> None:
        story = joins(Story(WELCOME), 1.0, "Eve").restart(10.0, 86_400.0 * 30)
        joins(story, 86_400.0 * 30 + 20.0, "Eve")

        assert len(story.calls) == 1

    def test_a_server_that_was_missing_from_the_list_for_a_while_knows_whom_it_saw(self) -> None:
        story = joins(Story(WELCOME), 1.0, "Eve")
        story.at(10.0, ev.ServerGone, reason="unlisted").at(3600.0, ev.ServerListed, profile=LOBBY)
        story.at(3600.0, ev.LinkUp).at(3600.0, ev.StateReported, state=State.RUNNING)
        joins(story, 3700.0, "Eve")

        assert len(story.calls) == 1

    def test_a_reload_keeps_it_unless_it_asks_for_another_value(self) -> None:
        story = joins(Story(WELCOME), 1.0, "Eve")
        story.adopt(2.0, welcome("cooldown: 1s"))
        joins(story, 3.0, "Eve")
        assert len(story.calls) == 1
        story.adopt(4.0, WELCOME.replace("first: it.player", "first: lower(it.player)"))
        joins(story, 5.0, "Eve")

        assert len(story.calls) == 2

    def test_a_rule_that_is_gone_leaves_nothing(self) -> None:
        story = joins(Story(WELCOME), 1.0, "Eve")
        story.engine.take_changes(Moment(1.0, 1.0))
        story.adopt(2.0, "rules: []")
        changes = story.engine.take_changes(Moment(2.0, 2.0))

        assert [part for name, part in changes.items() if name.startswith(SEEN)] == [None]
        assert story.engine.dump(Moment(2.0, 2.0))["seen"] == {}

    def test_neither_a_name_nor_its_length_is_written(self) -> None:
        story = joins(Story(WELCOME), 1.0, "Eve" * 1000)
        (part,) = story.engine.dump(Moment(1.0, 1.0))["seen"].values()

        assert [len(token) for token in part["values"]] == [16]
        assert "Eve" not in json.dumps(part)

    def test_a_damaged_part_is_lost_by_itself(self) -> None:
        story = joins(joins(Story(WELCOME), 1.0, "Eve"), 2.0, "Bob")
        taken = story.engine.take_changes(Moment(2.0, 2.0), all_parts=True)
        parts = {name: part for name, part in taken.items() if part is not None}
        memory, damaged = join({**parts, SEEN + "u-lobby/other/000": {"home": "u-lobby"}})
        assert memory is not None
        assert not damaged
        seen = FirstSeen()

        assert seen.load(memory["seen"], WallTime(Moment(3.0, 3.0))) == 1
        assert len(seen.dump(WallTime(Moment(3.0, 3.0)))) == 1


class TestWhatItCosts:
    def test_a_join_writes_one_small_part_however_many_are_known(self) -> None:
        state, seen = state_of(WELCOME), FirstSeen()
        for number in range(MOST_VALUES):
            seen.meets(state, f"player{number}", float(number))
        wall_time = WallTime(Moment(2e5, 2e5))
        assert len(dict(seen.take_changes(wall_time))) == MOST_VALUES / EACH
        seen.meets(state, "player7", 2e5)
        (part,) = dict(seen.take_changes(wall_time)).values()

        assert part is not None
        assert len(json.dumps(part)) < 8_000

    def test_a_new_value_writes_two_parts_at_most_while_there_are_ever_more(self) -> None:
        state, seen = state_of(WELCOME), FirstSeen()
        wall_time, written = WallTime(Moment(0.0, 0.0)), dict[str, Any]()
        for number in range(5_000):
            assert seen.meets(state, number, float(number))
            changes = dict(seen.take_changes(wall_time))
            assert 1 <= len(changes) <= 3
            written |= changes

        assert {name: part for name, part in written.items() if part is not None} == seen.dump(wall_time)
        assert not any(seen.meets(state, number, 6e3) for number in range(5_000))

    def test_however_many_buckets_there_are_each_value_is_in_one_and_one_more_moves_few(self) -> None:
        digests = [number.to_bytes(4, "big") for number in range(0, 2**32, 2**32 // 997)]
        for width in range(1, 200):
            before = [bucket_of(digest, width) for digest in digests]
            after = [bucket_of(digest, width + 1) for digest in digests]
            assert all(0 <= number < width for number in before)
            assert {b for a, b in zip(before, after, strict=True) if a != b} <= {width}

    def test_who_came_longest_ago_is_forgotten_first(self) -> None:
        state, seen = state_of(WELCOME), FirstSeen(most_values=3)
        for mono, player in enumerate(("Eve", "Bob", "Zoe", "Eve", "Tom")):
            seen.meets(state, player, float(mono))

        assert seen.let_go == 1
        assert [seen.meets(state, player, 9.0) for player in ("Eve", "Zoe", "Tom", "Bob")] == [
            False, False, False, True,
        ]  # fmt: skip

    def test_of_all_keys_the_one_that_has_most_gives_way(self) -> None:
        lobby, arena, seen = state_of(WELCOME), state_of(WELCOME, ARENA), FirstSeen(most_in_all=4)
        seen.meets(arena, "Eve", 0.0)
        for number in range(4):
            seen.meets(lobby, number, float(number))

        assert (seen.number_of(arena), seen.number_of(lobby), seen.let_go) == (1, 3, 1)

    def test_what_within_forgets_takes_no_room(self) -> None:
        state, seen = state_of(welcome("within: 1m")), FirstSeen()
        for number in range(20_000):
            seen.meets(state, number, float(number))

        assert seen.number_of(state) < 500


def test_explain_says_that_the_last_match_was_seen_before() -> None:
    story = joins(joins(Story(WELCOME), 1.0, "Eve"), 2.0, "Eve")
    view = story.engine.explainer.reasons(story.rule_state("welcome"), Moment(3.0, 3.0))

    assert [(reason.verdict, reason.detail) for reason in view][:1] == [
        (Verdict.SEEN_BEFORE, "its last match")
    ]


def test_off_is_off() -> None:
    story = joins(Story(WELCOME, Limits(arm=Arm.OFF)), 1.0, "Eve")
    story.adopt(2.0, WELCOME, LIVE)
    joins(story, 3.0, "Eve")

    assert story.calls == ["3 send say welcome Eve"]
