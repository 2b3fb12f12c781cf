"""One target is told what is so by the time it is told, grouped, bounded, and through restarts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

from automaton.core.calls import Severity
from automaton.core.moment import Moment
from automaton.delivery.channel import Label
from automaton.delivery.digest import Digest
from automaton.delivery.outbox import MOST_WHOLE
from automaton.delivery.record import LONGEST_TEXT, REMINDED_TEXT
from automaton.delivery.records import MOST_KEPT, MOST_OVER, MOST_WAITING
from automaton.delivery.surroundings import IncidentStatus
from tests.delivery.desk import OPS, WALL, Desk, said

HOUR = 3600.0
CRITICAL, INFO = Severity.CRITICAL, Severity.INFO
DIGEST = Digest(9 * 3600, ZoneInfo("UTC"))
NINE = 38_800.0  # seconds from WALL to 09:00 UTC


def test_what_comes_within_the_wait_is_one_message() -> None:
    desk = Desk()
    desk.opens("a", 1)
    desk.until(20)
    desk.opens("b", 2)
    desk.until(100)

    assert desk.told() == [(30.0, ["a", "b"], [])]


def test_a_critical_goes_at_once_and_what_follows_joins_its_groups_next() -> None:
    desk = Desk()
    desk.opens("a", 1, CRITICAL)
    desk.until(10)
    desk.opens("b", 2, CRITICAL)
    desk.opens("c", 3)
    desk.until(1000)

    assert desk.told() == [(0.0, ["a"], []), (300.0, ["b", "c", "a"], [])]


def test_a_critical_does_not_wait_behind_something_quieter() -> None:
    desk = Desk()
    desk.opens("a", 1)
    desk.until(40)
    desk.opens("b", 2, CRITICAL)
    desk.until(299)

    assert desk.told() == [(30.0, ["a"], []), (40.0, ["b", "a"], [])]


def test_a_critical_does_not_wait_behind_the_end_of_another() -> None:
    desk = Desk()
    desk.opens("a", 1, CRITICAL)
    desk.until(600)
    desk.ends("a", 1)
    desk.until(640)
    desk.opens("b", 2, CRITICAL)
    desk.until(700)

    assert desk.told() == [(0.0, ["a"], []), (630.0, [], ["a"]), (640.0, ["b"], [])]


def test_a_critical_does_not_wait_behind_quieter_news_that_names_another_critical() -> None:
    desk = Desk()
    desk.opens("a", 1, CRITICAL)
    desk.until(400)
    desk.opens("b", 2)
    desk.until(450)
    desk.opens("c", 3, CRITICAL)
    desk.until(500)

    assert desk.told() == [(0.0, ["a"], []), (430.0, ["b", "a"], []), (450.0, ["c", "a", "b"], [])]


def test_nobody_is_reminded_of_an_incident_whose_server_is_not_listed_yet() -> None:
    desk = Desk()
    desk.opens()
    desk.until(60)
    desk.world.open["down/lobby/1"] = IncidentStatus(is_open=True, is_awaited=True)
    desk.restart(after=5 * HOUR)
    desk.until(5 * HOUR + 100)
    assert len(desk.got) == 1
    desk.world.open["down/lobby/1"] = IncidentStatus(is_open=True)
    desk.until(6 * HOUR)

    assert [one.is_reminder for _, one in desk.got] == [False, True]


def test_what_becomes_louder_says_so_once() -> None:
    desk = Desk()
    desk.opens("a", 1)
    desk.until(100)
    desk.say(said("a", "worse", severity=CRITICAL, number=1))
    desk.until(200)
    desk.say(said("a", "still bad", severity=CRITICAL, number=1))
    desk.until(1000)

    assert [one.notices[0].is_louder for _, one in desk.got] == [False, True, False]


def test_an_end_waits_for_the_interval_and_goes_where_its_opening_went() -> None:
    desk = Desk()
    desk.opens()
    desk.until(60)
    desk.ends()
    desk.until(10_000)

    assert desk.told() == [(30.0, ["lobby"], []), (330.0, [], ["lobby"])]
    assert len(desk.outbox.records) == 0


def test_what_opened_and_ended_unsent_is_one_message() -> None:
    desk = Desk()
    desk.opens()
    desk.until(10)
    desk.ends()
    desk.until(10_000)

    assert desk.told() == [(30.0, [], ["lobby"])]
    (notice,) = desk.got[0][1].notices
    assert notice.is_new
    assert [one.text for one in notice.texts] == ["lobby down", "lobby up"]


def test_other_rules_and_nodes_are_other_groups() -> None:
    desk = Desk()
    desk.say(said("a"), node="eu-1")
    desk.say(said("b", number=2), node="eu-2")
    desk.say(said("a", number=3, rule="mem-high"), node="eu-1")
    desk.until(100)

    assert [note.group for _, note in desk.got] == [
        (("rule", "down"), ("node", "eu-1")),
        (("rule", "down"), ("node", "eu-2")),
        (("rule", "mem-high"), ("node", "eu-1")),
    ]


def test_without_labels_all_of_a_channel_is_one_group() -> None:
    desk = Desk(replace(OPS, group_by=()))
    desk.say(said("a"), node="eu-1")
    desk.say(said("b", number=2, rule="mem-high"), node="eu-2")
    desk.until(100)

    assert desk.told() == [(30.0, ["a", "b"], [])]


def test_one_that_becomes_louder_moves_to_the_group_of_its_severity() -> None:
    desk = Desk(replace(OPS, group_by=(Label.SEVERITY,)))
    desk.opens("a", 1)
    desk.opens("b", 2)
    desk.until(40)
    desk.opens("a", 1, CRITICAL)
    desk.until(50)
    desk.ends("a", 1)
    desk.until(1000)

    assert desk.told() == [(30.0, ["a", "b"], []), (40.0, ["a"], []), (340.0, [], ["a"])]


def test_what_is_open_is_told_again_and_what_is_acknowledged_is_not() -> None:
    desk = Desk()
    desk.opens("a", 1)
    desk.opens("b", 2)
    desk.until(HOUR)
    desk.acks("a", 1)
    desk.until(9 * HOUR)

    assert desk.told() == [
        (30.0, ["a", "b"], []),
        (30.0 + 4 * HOUR, ["b"], []),
        (30.0 + 8 * HOUR, ["b"], []),
    ]
    assert [note.is_reminder for _, note in desk.got] == [False, True, True]
    assert len({note.id for _, note in desk.got}) == 3


def test_what_the_engine_does_not_know_as_open_is_never_reminded_of_and_is_forgotten() -> None:
    desk = Desk()
    desk.opens("a", 1)
    desk.until(HOUR)
    desk.world.open.clear()
    desk.until(24 * HOUR)

    assert desk.told() == [(30.0, ["a"], [])]
    assert desk.parts == {}


def test_a_report_is_told_once_and_what_follows_it_waits_for_the_interval() -> None:
    desk = Desk()
    desk.say(said("a", "held", number=0))
    desk.until(40)
    desk.say(said("a", "held again", number=0))
    desk.until(24 * HOUR)

    assert desk.told() == [(30.0, ["a"], []), (330.0, ["a"], [])]
    assert desk.parts == {}


def test_only_the_latest_texts_are_kept_and_the_others_counted() -> None:
    desk = Desk()
    for turn in range(5):
        desk.say(said(text=f"{turn}"))
    desk.until(100)

    (notice,) = desk.got[0][1].notices
    assert [one.text for one in notice.texts] == ["2", "3", "4"]
    assert notice.texts_left_out == 2


def test_an_outage_of_the_service_of_an_hour_is_one_message_of_what_is_so_then() -> None:
    desk = Desk(replace(OPS, max_age=2 * HOUR), is_up=False)
    for number in range(1, 51):
        desk.opens(f"s{number}", number)
    desk.until(600)
    for number in range(1, 41):
        desk.ends(f"s{number}", number)
    for number in range(41, 51):
        desk.say(said(f"s{number}", "still down", number=number))
    desk.until(HOUR)
    desk.is_up = True
    desk.until(HOUR + 400)

    ((second, going, over),) = desk.told()
    assert HOUR <= second <= HOUR + 60
    assert (going, len(over)) == ([f"s{number}" for number in range(41, 51)], 40)


def test_fifty_servers_that_crash_within_a_minute_are_two_messages_in_their_order() -> None:
    desk = Desk()
    for number in range(1, 51):
        desk.until(number)
        desk.opens(f"s{number}", number)
    desk.until(1000)

    assert [(second, len(going)) for second, going, _ in desk.told()] == [(31.0, 30), (331.0, 50)]
    assert desk.told()[0][1][:10] == [f"s{number}" for number in range(1, 11)]


def test_a_node_of_two_hundred_that_is_lost_and_returns_is_a_message_each() -> None:
    desk = Desk()
    for number in range(1, 201):
        desk.opens(f"s{number}", number)
    desk.until(HOUR)
    for number in range(1, 201):
        desk.second += 0.1
        desk.ends(f"s{number}", number)
    desk.until(2 * HOUR)

    assert [(len(going), len(over)) for _, going, over in desk.told()] == [(200, 0), (0, 200)]


def test_an_opening_that_is_too_old_is_not_told_nor_is_its_end() -> None:
    desk = Desk(is_up=False)
    desk.opens("a", 1)
    desk.until(HOUR + 100)
    desk.is_up = True
    desk.until(2 * HOUR)
    desk.ends("a", 1)
    desk.opens("b", 2)
    desk.until(3 * HOUR)

    assert [(going, over) for _, going, over in desk.told()] == [(["b"], [])]
    assert desk.got[0][1].left_out == 1
    assert [(one.ref, one.why) for one in desk.outbox.given_up] == [("down/a/1", "too old")]


def test_the_end_of_what_was_told_is_never_too_old() -> None:
    desk = Desk()
    desk.opens()
    desk.until(60)
    desk.is_up = False
    desk.ends()
    desk.until(10 * HOUR)
    desk.is_up = True
    desk.until(11 * HOUR)

    assert [(going, over) for _, going, over in desk.told()] == [(["lobby"], []), ([], ["lobby"])]


def test_a_full_outbox_drops_the_oldest_info_and_never_what_is_critical() -> None:
    desk = Desk(is_up=False)
    assert desk.say(said("loud", severity=CRITICAL, number=1))
    for number in range(2, MOST_WAITING + 12):
        assert desk.say(said(f"s{number}", severity=INFO, number=number))
    desk.is_up = True
    desk.until(1000)

    told = {server for _, going, _ in desk.told() for server in going}
    assert len(told) == MOST_WAITING
    assert {"loud", f"s{MOST_WAITING + 11}"} <= told
    assert not {"s2", "s12"} & told
    assert desk.got[0][1].left_out == 11


def test_of_many_that_wait_only_the_first_keep_whole_texts() -> None:
    desk = Desk(is_up=False)
    for number in range(1, MOST_WHOLE + 2):
        desk.say(said(f"s{number}", "x" * 20_000, number=number))

    lengths = [len(one.said[0].text.text) for one in desk.outbox.records]
    assert lengths == [LONGEST_TEXT] * MOST_WHOLE + [REMINDED_TEXT]


def test_criticals_have_room_for_all_that_may_be_open_and_the_next_is_not_taken() -> None:
    desk = Desk(is_up=False)
    taken = [
        desk.say(said(f"s{number}", severity=CRITICAL, number=number)) for number in range(1, MOST_KEPT + 2)
    ]

    assert taken == [True] * MOST_KEPT + [False]
    assert not desk.say(said("quiet", number=MOST_KEPT + 2))


def test_what_is_on_its_way_is_not_dropped_for_want_of_room_and_its_end_is_told() -> None:
    desk = Desk()
    desk.opens("first", 1, INFO)
    desk.until(29)
    desk.second = 30
    sending = desk.outbox.turn(desk.now)
    assert sending is not None
    for number in range(2, MOST_WAITING + 2):
        desk.opens(f"s{number}", number)
    desk.deliver(sending)
    desk.ends("first", 1)
    desk.until(1000)

    assert desk.told()[0] == (30.0, ["first"], [])
    assert any("first" in over for _, _, over in desk.told())
    assert [one.ref for one in desk.outbox.given_up] == ["down/s2/2"]


def test_what_failed_may_be_dropped_again() -> None:
    desk = Desk()
    desk.opens("first", 1, INFO)
    desk.second = 30
    assert desk.outbox.turn(desk.now) is not None
    desk.outbox.failed()
    for number in range(2, MOST_WAITING + 2):
        desk.opens(f"s{number}", number)

    assert [one.ref for one in desk.outbox.given_up] == ["down/first/1"]


def test_of_incidents_that_are_too_quiet_for_a_channel_not_more_are_kept_than_of_others() -> None:
    desk = Desk()
    desk.opens("told", 1)
    desk.until(60)
    desk.world.open["down/s2/2"] = IncidentStatus(is_open=True)
    for number in range(2, MOST_KEPT + 100):
        desk.outbox.note_untold(f"down/s{number}/{number}", "down", f"s{number}", desk.now)

    assert len(desk.outbox.records) == MOST_KEPT
    assert desk.outbox.records.find("down/told/1") is not None
    assert desk.outbox.records.find("down/s2/2") is not None
    assert desk.outbox.records.find("down/s3/3") is None


def test_a_reminder_that_is_refused_waits_as_long_as_other_messages_do() -> None:
    desk = Desk(replace(OPS, group_interval=1.0))
    desk.opens()
    desk.until(4 * HOUR)
    assert len(desk.got) == 1
    desk.until(4 * HOUR + 29)
    desk.second = 4 * HOUR + 30
    reminder = desk.outbox.turn(desk.now)
    assert reminder is not None
    desk.outbox.refused(reminder, 60.0, desk.now)
    wait = desk.outbox.wait(desk.now)

    assert wait == 60.0


def test_a_refused_message_costs_what_is_not_critical_and_holds_up_no_other_group() -> None:
    desk = Desk()
    desk.opens("a", 1, CRITICAL)
    desk.say(said("b", number=2))
    desk.say(said("c", number=3, rule="mem-high"))
    sending = desk.outbox.turn(desk.now)
    assert sending is not None
    desk.outbox.refused(sending, 60.0, desk.now)
    desk.until(100)
    desk.ends("b", 2)
    desk.until(1000)

    assert desk.told() == [(30.0, ["c"], []), (60.0, ["a"], [])]
    assert [one.why for one in desk.outbox.given_up] == ["refused"]


def test_info_waits_for_the_digest_and_what_is_louder_does_not() -> None:
    desk = Desk(replace(OPS, digest=DIGEST))
    desk.opens("a", 1, INFO)
    desk.opens("b", 2)
    desk.until(3 * HOUR)
    desk.opens("c", 3, INFO)
    desk.ends("c", 3)
    desk.until(NINE + 100)
    desk.opens("d", 4, INFO)
    desk.ends("a", 1)
    desk.until(NINE + 25 * HOUR)

    digests = [(second, going, over) for second, going, over in desk.told() if "b" not in going]
    assert digests == [(NINE, ["a"], ["c"]), (NINE + 24 * HOUR, ["d"], ["a"])]
    assert [note.is_digest for _, note in desk.got].count(True) == 2


def test_how_long_the_oldest_waits_does_not_count_the_digest() -> None:
    """A day's wait for the digest is as it should be; an alert on what waits long must not hear of it."""
    desk = Desk(replace(OPS, digest=DIGEST))
    desk.opens("a", 1, INFO)
    desk.until(HOUR)
    alone = desk.outbox.oldest
    desk.opens("b", 2)
    since = desk.now
    desk.second += 5.0
    desk.opens("c", 3)

    assert (alone, desk.outbox.oldest, desk.outbox.unsent) == (None, since, 2)


def test_an_info_that_becomes_louder_leaves_the_digest() -> None:
    desk = Desk(replace(OPS, digest=DIGEST))
    desk.opens("a", 1, INFO)
    desk.until(100)
    desk.opens("a", 1, CRITICAL)
    desk.until(HOUR)

    assert desk.told() == [(100.0, ["a"], [])]


def test_a_digest_that_was_missed_is_made_up_within_half_a_day() -> None:
    early, late = Desk(replace(OPS, digest=DIGEST)), Desk(replace(OPS, digest=DIGEST))
    for desk in (early, late):
        desk.opens("a", 1, INFO)
    early.restart(after=NINE + 11 * HOUR)
    early.until(NINE + 30 * HOUR)
    late.restart(after=NINE + 13 * HOUR)
    late.until(NINE + 30 * HOUR)

    assert early.told() == [(NINE + 11 * HOUR, ["a"], [])]
    assert late.told() == [(NINE + 24 * HOUR, ["a"], [])]


def test_an_id_is_that_of_the_content_through_tries_and_restarts() -> None:
    desk = Desk()
    desk.opens("a", 1)
    desk.second = 30.0
    first = desk.outbox.turn(desk.now)
    again = desk.outbox.turn(desk.now)
    desk.restart(after=5.0)
    by_the_next_process = desk.outbox.turn(desk.now)
    desk.opens("b", 2)
    with_news = desk.outbox.turn(desk.now)

    assert first
    assert again
    assert by_the_next_process
    assert with_news
    assert first.notification.id == again.notification.id == by_the_next_process.notification.id
    assert with_news.notification.id != first.notification.id


def test_what_is_heard_while_a_message_is_on_its_way_is_news_still() -> None:
    desk = Desk()
    desk.opens("a", 1)
    desk.second = 30.0
    sending = desk.outbox.turn(desk.now)
    assert sending is not None
    desk.second = 32.0
    desk.ends("a", 1)
    desk.outbox.sent(sending, desk.now)
    desk.until(1000)

    assert desk.told() == [(332.0, [], ["a"])]
    assert not desk.got[0][1].notices[0].is_new


def test_a_restart_in_any_phase_changes_nothing_of_what_is_told() -> None:
    def played(restarts: float | None) -> list[tuple[float, list[str], list[str]]]:
        desk = Desk()
        acts: tuple[tuple[float, Callable[[], None]], ...] = (
            (0, lambda: desk.opens("a", 1)),
            (50, lambda: desk.opens("b", 2, CRITICAL)),
            (100, lambda: desk.ends("a", 1)),
            (900, lambda: desk.ends("b", 2)),
        )
        for second, act in acts:
            if restarts is not None and desk.second < restarts <= second:
                desk.until(restarts)
                desk.restart()
            desk.until(second)
            act()
        desk.until(2000)
        return desk.told()

    expected = played(None)
    assert expected == [(30.0, ["a"], []), (50.0, ["b", "a"], []), (350.0, ["b"], ["a"]), (930.0, [], ["b"])]
    for moment in (0.5, 29, 31, 49, 51, 99, 101, 300, 351, 899):
        assert played(moment) == expected


def test_what_is_new_in_the_settings_holds_for_what_is_remembered() -> None:
    desk = Desk()
    desk.opens("a", 1)
    desk.until(40)
    desk.opens("b", 2)
    wider = replace(OPS, group_by=(), group_interval=600.0)
    desk.restart(channel=wider)
    desk.outbox.change(wider, desk.now)
    desk.until(HOUR)

    assert desk.told() == [(30.0, ["a"], []), (630.0, ["b", "a"], [])]


def test_a_reload_regroups_without_speaking_sooner() -> None:
    desk = Desk()
    desk.opens("a", 1)
    desk.until(40)
    desk.opens("b", 2)
    desk.outbox.change(replace(OPS, group_by=(Label.NODE,)), desk.now)
    desk.until(HOUR)

    assert desk.told() == [(30.0, ["a"], []), (330.0, ["b", "a"], [])]


def test_damaged_parts_are_dropped_by_themselves() -> None:
    desk = Desk()
    desk.opens("a", 1)
    desk.opens("b", 2)
    desk.until(40)
    broken = {
        **desk.parts,
        "delivery/ops.1/notice/1": {"ref": "x"},
        "delivery/ops.1/notice/9": None,
        "delivery/ops.1/group/zzz": [1, 2],
        "delivery/ops.1/self": "no",
        "delivery/ops.1/what/1": {},
    }
    outbox = desk.load(broken)

    assert [record.server for record in outbox.records] == ["b"]
    gone = outbox.take_changes()
    assert {name for name, data in gone.items() if data is None} >= broken.keys() - desk.parts.keys()


def test_a_clock_that_was_turned_back_keeps_nothing_waiting() -> None:
    desk = Desk()
    desk.opens("a", 1)
    desk.until(10)
    desk.begun = Moment(desk.begun.mono, WALL - 10 * 86_400)
    desk.restart()
    desk.until(100)

    assert [going for _, going, _ in desk.told()] == [["a"]]


def test_a_drill_is_told_at_once_and_by_itself_step_by_step() -> None:
    desk = Desk()
    desk.opens("a", 1)
    for second in (0, 5):
        desk.until(second)
        desk.say(replace(said("a"), ref="drill/down/a/1"))
    desk.until(10)

    assert [second for second, _ in desk.got] == [0.0, 5.0]
    assert [one.is_drill for _, note in desk.got for one in note.notices] == [True, True]


def test_a_rule_that_is_called_drill_is_told_as_every_other() -> None:
    desk = Desk()
    desk.say(said("a", rule="drill"))
    desk.until(60)
    desk.say(said("a", "up", rule="drill", resolves=True))
    desk.until(HOUR)

    assert desk.told() == [(30.0, ["a"], []), (330.0, [], ["a"])]
    assert [one.is_drill for _, note in desk.got for one in note.notices] == [False, False]


def test_hurried_it_waits_for_nothing_but_the_digest() -> None:
    desk = Desk(replace(OPS, digest=DIGEST))
    desk.opens("a", 1)
    desk.opens("b", 2, INFO)
    desk.outbox.hurry()
    desk.until(1)

    assert desk.told() == [(0.0, ["a"], [])]


def test_an_opening_of_which_nobody_was_told_is_remembered_for_its_end() -> None:
    desk = Desk()
    desk.outbox.note_untold("down/a/1", "down", "a", desk.now)
    desk.save()
    desk.restart()
    desk.ends("a", 1)
    desk.until(HOUR)

    assert desk.told() == []


def test_a_second_word_of_the_end_of_what_was_not_told_is_not_told_either() -> None:
    """An `on_clear` may tell twice, with a `wait` between; automaton may be started anew meanwhile."""
    desk = Desk()
    desk.outbox.note_untold("down/a/1", "down", "a", desk.now)
    desk.is_up = False
    desk.opens("b", 2)
    desk.until(2 * HOUR)
    desk.is_up = True
    for server, number in (("a", 1), ("b", 2)):
        desk.ends(server, number)
    desk.until(3 * HOUR)
    desk.restart()
    for server, number in (("a", 1), ("b", 2)):
        desk.ends(server, number)
    desk.until(4 * HOUR)

    assert desk.told() == []


def test_a_second_word_of_the_end_of_what_was_told_is_told() -> None:
    desk = Desk()
    desk.opens()
    desk.until(60)
    desk.ends()
    desk.until(HOUR)
    desk.ends()
    desk.until(2 * HOUR)

    assert desk.told() == [(30.0, ["lobby"], []), (330.0, [], ["lobby"]), (3630.0, [], ["lobby"])]
    assert desk.parts == {}


def test_of_what_was_not_told_and_is_over_the_latest_are_known() -> None:
    desk = Desk()
    for number in range(1, MOST_OVER + 11):
        desk.outbox.note_untold(f"down/a/{number}", "down", "a", desk.now)
        desk.ends("a", number)

    assert [one.ref for one in desk.outbox.records][:2] == ["down/a/11", "down/a/12"]
    assert len(desk.outbox.records) == len(desk.parts) == MOST_OVER


def test_an_incident_that_is_over_without_a_word_is_told_once_all_the_same() -> None:
    desk = Desk()
    desk.opens("a", 1)
    desk.world.open["down/a/1"] = IncidentStatus(is_open=False)
    desk.until(24 * HOUR)

    assert desk.told() == [(30.0, ["a"], [])]
    assert desk.parts == {}
