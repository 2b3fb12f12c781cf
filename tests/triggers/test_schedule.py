"""Times of the clock: when they come, spread how, and over the hours that clocks skip and repeat."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from automaton.core import events as ev
from automaton.core.happening import TIME, Happening
from automaton.rulebook.load import load_texts
from automaton.triggers.schedule import ScheduleTrigger
from tests.core.story import ARENA, Story
from tests.rulebook.texts import KNOWN, told

BERLIN = ZoneInfo("Europe/Berlin")


def schedule(keys: str) -> ScheduleTrigger:
    loaded = load_texts([("r.yml", f"rules: [{{id: a, when: {{{keys}}}, do: [end]}}]")], KNOWN)
    assert [str(one) for one in loaded.problems] == []
    assert isinstance(loaded.rules[0].when, ScheduleTrigger)
    return loaded.rules[0].when


def wall(text: str, zone: ZoneInfo = BERLIN) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


def times(trigger: ScheduleTrigger, after: float, many: int, seed: str = "") -> list[str]:
    found = []
    for _ in range(many):
        after = trigger.next_time(after, seed) or 0.0
        found.append(datetime.fromtimestamp(after, BERLIN).isoformat(timespec="minutes"))
    return found


def test_it_comes_later_than_the_moment_and_never_at_it() -> None:
    five = schedule('schedule: "0 5 * * *", tz: Europe/Berlin')

    assert times(five, wall("2026-01-05T05:00"), 2) == ["2026-01-06T05:00+01:00", "2026-01-07T05:00+01:00"]
    assert times(five, wall("2026-01-05T04:59:59"), 1) == ["2026-01-05T05:00+01:00"]


def test_an_hour_that_the_clocks_skip_is_made_up_at_once() -> None:
    half_past_two = schedule('schedule: "30 2 * * *", tz: Europe/Berlin')

    assert times(half_past_two, wall("2026-03-28T12:00"), 2) == [
        "2026-03-29T03:00+02:00",
        "2026-03-30T02:30+02:00",
    ]


def test_an_hour_that_comes_twice_runs_once() -> None:
    half_past_two = schedule('schedule: "30 2 * * *", tz: Europe/Berlin')

    assert times(half_past_two, wall("2026-10-24T12:00"), 2) == [
        "2026-10-25T02:30+02:00",
        "2026-10-26T02:30+01:00",
    ]


def test_every_time_lies_behind_the_one_before_through_the_hour_that_comes_twice() -> None:
    for cron in ("30 2 * * *", "*/20 * * * *", "15 1,2,3 * * *", "0 */2 * * *"):
        trigger = schedule(f'schedule: "{cron}", tz: Europe/Berlin')
        begin = wall("2026-10-24T23:00")
        for minute in range(0, 6 * 60, 7):
            after = begin + minute * 60
            found = trigger.next_time(after, "")
            assert found is not None
            assert found > after


def test_jitter_spreads_the_keys_and_is_the_same_each_day() -> None:
    trigger = schedule('schedule: "0 5 * * *", tz: UTC, jitter: 20m')
    five = datetime(2026, 1, 5, 5, tzinfo=UTC).timestamp()
    late = {seed: (trigger.next_time(five - 3600, seed) or 0.0) - five for seed in map(str, range(50))}

    assert all(0.0 <= one < 1200.0 for one in late.values())
    assert len(set(late.values())) == 50
    assert max(late.values()) - min(late.values()) > 900.0
    for seed, one in late.items():
        assert trigger.next_time(five + one, seed) == pytest.approx(five + 86_400.0 + one)


def test_with_jitter_no_time_is_lost_and_none_comes_twice() -> None:
    trigger = schedule('schedule: "*/5 * * * *", tz: UTC, jitter: 1h')
    after, found = 1_700_000_000.0, []
    for _ in range(30):
        after = trigger.next_time(after, "a/b") or 0.0
        found.append(after)

    assert all(later - sooner == pytest.approx(300.0) for sooner, later in pairwise(found))


def test_missed_run_makes_up() -> None:
    assert schedule('schedule: "0 5 * * *", missed: run').makes_up
    assert not schedule('schedule: "0 5 * * *"').makes_up


def test_it_matches_a_moment_of_the_clock_and_nothing_else() -> None:
    trigger = schedule('schedule: "0 5 * * *"')

    assert trigger.match(Happening(TIME)) == {}
    assert trigger.match(Happening("crash")) is None


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ('schedule: "0 5 * *"', "a cron line has five fields"),
        ('schedule: "0 0 5 * * *"', "a cron line has five fields"),
        ('schedule: "0 25 * * *"', "the hour `25` does not exist: 0 to 23"),
        ('schedule: "0 5 * * mun"', "the day of the week `mun` does not exist: 0 to 7"),
        ('schedule: "5-75 5 * * *"', "the minute `75` does not exist: 0 to 59"),
        ('schedule: "0 5 9-3 * *"', "the day of the month `9-3` does not exist: 1 to 31"),
        ('schedule: "0 5 1 jan,13 *"', "the month `13` does not exist: 1 to 12"),
        ('schedule: "@daily"', 'write `"0 0 * * *"`'),
        ('schedule: "0 0 31 2 *"', "this day never comes"),
        ('schedule: "0 5 * * *", tz: Europe/Berln', "did you mean `Europe/Berlin`?"),
        ('schedule: "0 5 * * *", tz: somewhere else', "unknown time zone"),
        ('schedule: "0 5 * * *", tz: "../etc/passwd"', "unknown time zone"),
        ('schedule: "0 5 * * *", missed: yes', "`yes` is not possible here"),
        ("schedule: [5]", "a cron line"),
    ],
)
def test_what_is_no_time_is_told(keys: str, message: str) -> None:
    (problem,) = told(f"rules: [{{id: a, when: {{{keys}}}, do: [end]}}]")

    assert message in problem


def test_it_fires_for_each_server_at_its_time() -> None:
    story = Story(
        'rules: [{id: a, when: {schedule: "5 0 * * *", tz: UTC}, do: [{notify: ops, text: "${name}"}]}]'
    ).at(0.0, ev.ServerListed, profile=ARENA)

    assert story.until(200_000.0).calls == [
        f"{day * 86_400 + 300} notify ops: {name}" for day in range(3) for name in ("lobby", "arena")
    ]


def test_with_jitter_each_server_has_a_moment_of_its_own() -> None:
    story = Story(
        "rules: [{id: a, when: {schedule: '5 0 * * *', tz: UTC, jitter: 1m}, do: [{notify: ops, text: x}]}]"
    ).at(0.0, ev.ServerListed, profile=ARENA)
    moments = [mono for mono, _, _ in story.until(400.0).asked]

    assert len(set(moments)) == 2
    assert all(300.0 <= mono < 360.0 for mono in moments)
