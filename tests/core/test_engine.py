"""What rules make of events: opening, clearing, waiting, and the runs that follow."""

from __future__ import annotations

from dataclasses import replace

from automaton.core import events as ev
from automaton.core.decision import Verdict
from automaton.core.engine import CLOCK_JUMPED
from automaton.core.events import Source, State
from automaton.core.moment import Moment
from automaton.core.schedule.restless import MOST_LOOKS
from tests.core.hurried import Hurried
from tests.core.story import ARENA, CLEAN, HIGH, LOBBY, Story, suspended

LOGIN = "[/192.0.2.1:5] logged in with entity id 1 at (0, 64, 0)"


def test_a_line_that_matches_is_answered_by_the_rules_command() -> None:
    story = Story(CLEAN).line(10.0, "[12:00:00] [Server thread/INFO]: clean items")

    assert story.calls == ["10 send clear items"]
    assert story.verdicts == ["10 fired", "10 acting", "10 ended", "10 cleared"]


def test_a_player_who_types_the_line_in_chat_is_not_heard() -> None:
    story = Story(CLEAN)
    story.line(10.0, "[12:00:00] [Server thread/INFO]: <Eve> clean items")
    story.line(11.0, "clean items", source=Source.CONTINUATION)
    story.line(12.0, "clean items", source=Source.DAEMON)

    assert story.calls == []


def test_rules_do_not_concern_servers_that_they_do_not_name() -> None:
    story = Story("rules: [{id: a, servers: {name: lobby}, when: {console: '^x'}, do: [{notify: ops}]}]")
    story.at(1.0, ev.ServerListed, profile=ARENA).line(2.0, "x", server=ARENA.uuid)
    assert story.calls == []

    assert story.line(3.0, "x").calls == ["3 notify ops: lobby: a"]


def test_while_a_while_is_true_no_trigger_clears_it() -> None:
    story = Story("rules: [{id: a, while: memory_pct > 90, until: {console: '^ok'}, do: [{notify: ops}]}]")
    story.memory(0.0, 95).line(1.0, "ok")
    assert story.rule_state("a").phase == "open"

    story.memory(2.0, 50).line(3.0, "ok")
    assert story.rule_state("a").phase == "idle"


def test_a_snapshot_fires_no_trigger_and_while_rules_see_the_new_state() -> None:
    story = Story("""
        rules:
          - {id: change, when: {state: any -> offline}, do: [{notify: ops}]}
          - {id: is, while: state == "offline" and stopped_by == "unseen", do: [{notify: ops}]}
        """)
    story.at(10.0, ev.LinkLost).at(20.0, ev.LinkUp).at(20.0, ev.StateReported, state=State.OFFLINE)

    assert story.calls == ["20 notify ops: lobby: is"]


def test_a_change_seen_live_fires() -> None:
    story = Story("""
        rules:
          - {id: a, when: {state: starting|running -> offline}, do: [{notify: ops, text: "${it.from}"}]}
        """)

    assert story.state(1.0, State.OFFLINE).calls == ["1 notify ops: running"]


def test_where_narrows_a_trigger_by_its_match() -> None:
    story = Story(
        "rules: [{id: a, when: {console: '^lag (?P<ms>\\d+)', where: it.ms > 100}, do: [{notify: ops}]}]"
    )
    story.line(1.0, "lag 100").line(2.0, "lag 101")

    assert story.calls == ["2 notify ops: lobby: a"]


def test_a_packs_event_is_heard_and_a_forged_one_is_not() -> None:
    story = Story('rules: [{id: a, when: {event: player.join}, do: [{send: "tell ${it.player} hi"}]}]')
    story.line(1.0, f"[12:00:00] [Server thread/INFO]: Steve{LOGIN}")
    story.line(2.0, f"[12:00:00] [Server thread/INFO]: <Eve> Notch{LOGIN}")

    assert story.calls == ["1 send tell Steve hi"]


def test_a_rule_that_is_off_is_not_evaluated() -> None:
    story = Story("rules: [{id: a, arm: off, when: {event: crash}, do: [{notify: ops}]}]")

    assert story.happens(1.0, "crash").verdicts == []


def test_a_server_that_is_gone_closes_what_it_had_open() -> None:
    story = Story(HIGH).memory_from(0.0, 300.0, 95).at(310.0, ev.ServerGone, reason="deleted").until(1000.0)

    assert story.verdicts[-1] == "310 gone"
    assert story.engine.next_deadline() is None


def test_a_server_that_the_selector_no_longer_names_withdraws_the_incident() -> None:
    story = Story(
        "rules: [{id: a, servers: {name: lobby}, while: not suspended, do: [{wait: 1h}, {notify: ops}]}]"
    )
    story.at(5.0, ev.ServerListed, profile=ev.Profile(uuid=LOBBY.uuid, id="lobby", name="other")).until(
        9999.0
    )

    assert story.calls == []
    assert "5 withdrawn" in story.verdicts


def test_what_the_panel_says_changes_facts() -> None:
    story = Story("rules: [{id: a, while: suspended, do: [{notify: ops}]}]")

    assert story.at(5.0, ev.ServerListed, profile=suspended(LOBBY)).calls == ["5 notify ops: lobby: a"]


def test_a_reload_with_changed_texts_goes_on_with_the_old_state() -> None:
    story = Story(HIGH).memory_from(0.0, 300.0, 95)
    story.adopt(301.0, HIGH.replace("back after", "is back after")).memory(305.0, 50)

    assert story.calls[-1] == "305 notify ops: is back after 5s"


def test_a_reload_with_another_while_leaves_the_incident_open_and_starts_its_for_anew() -> None:
    story = Story(HIGH).memory_from(0.0, 200.0, 95)
    story.adopt(201.0, HIGH.replace("> 90", "> 85")).memory_from(205.0, 495.0, 95)
    assert story.calls == []

    assert story.memory_from(500.0, 505.0, 95).calls == ["501 notify ops: high"]


def test_a_rule_that_a_reload_removed_is_withdrawn() -> None:
    story = Story(HIGH).memory_from(0.0, 300.0, 95).adopt(301.0, CLEAN)

    assert story.verdicts[-1] == "301 withdrawn"


def test_an_active_run_goes_on_by_what_it_waits_for_though_a_reload_removed_its_rule() -> None:
    story = Story("""
        rules:
          - {id: a, when: {event: crash}, do: [{power: stop}, {wait: {console: '^saved'}}, {send: on}]}
        """)
    story.happens(1.0, "crash").state(2.0, State.STOPPING).state(3.0, State.OFFLINE)
    story.adopt(4.0, CLEAN).state(5.0, State.RUNNING).line(6.0, "saved")

    assert story.calls == ["1 power stop", "6 send on"]


def test_lines_lost_on_the_way_are_no_news_of_any_rule() -> None:
    story = Story(CLEAN).at(1.0, ev.Overflow, lines=7)

    assert story.decisions == []


SILENT = 'rules: [{id: a, while: state == "running" and console_age > 10m, do: [{notify: ops}]}]'


def test_a_silence_in_which_lines_were_lost_is_none_and_begins_anew_after_them() -> None:
    story = Story(SILENT).line(1.0, "x").at(500.0, ev.Overflow, lines=7).until(1099.0)
    assert story.calls == []

    assert story.until(1101.0).calls == ["1100 notify ops: lobby: a"]


def test_an_unknown_state_neither_opens_nor_clears_and_its_time_does_not_count() -> None:
    rule = 'rules: [{id: a, while: state == "running", for: 3m, do: [{notify: ops}]}]'
    story = Story(rule).at(100.0, ev.Overflow, lines=1, only_lines=False)
    story.at(160.0, ev.StateReported, state=State.RUNNING).until(239.0)
    assert story.calls == []

    story.until(300.0)
    assert story.calls == ["240 notify ops: lobby: a"]
    story.at(310.0, ev.Overflow, lines=1, only_lines=False).until(400.0)
    assert "cleared" not in " ".join(story.verdicts)


QUIET = "rules: [{id: a, when: {console: '^x'}, until: 60m, do: [{notify: ops}]}]"


def test_an_open_incident_is_judged_by_the_new_until() -> None:
    story = Story(QUIET).line(10.0, "x").adopt(20.0, QUIET.replace("60m", "1m")).until(100.0)

    assert "70 cleared" in story.verdicts


def test_a_new_until_that_holds_already_clears_at_once() -> None:
    story = Story(QUIET).line(10.0, "x").adopt(20.0, QUIET.replace("60m", 'state == "running"'))

    assert story.verdicts[-1] == "20 cleared"


def test_an_incident_that_lost_its_until_is_not_open_for_ever() -> None:
    story = Story(QUIET).line(10.0, "x").adopt(20.0, QUIET.replace("until: 60m, ", ""))
    assert story.verdicts[-1] == "20 cleared"

    assert story.line(30.0, "x").calls[-1] == "30 notify ops: lobby: a"


def test_a_rule_that_keeps_the_engine_looking_is_told_once_and_starves_nobody() -> None:
    told = Story("""
        rules:
          - {id: hurried, while: memory_pct > 90, do: [{notify: ops}]}
          - {id: calm, while: state_age > 30s, do: [{notify: ops, text: old}]}
        """).memory(1.0, 10)
    hurried = told.rule_state("hurried")
    hurried.rule = replace(hurried.rule, holds=Hurried())
    told.memory(2.0, 20).until(100.0)

    assert [one.verdict for one in told.decisions].count(Verdict.RESTLESS) == 1
    assert told.calls == ["30 notify ops: old"]
    (one,) = told.engine.restless()
    assert one[:2] == ("hurried", "u-lobby")
    assert one[2] > MOST_LOOKS
    hurried.rule = replace(hurried.rule, holds=None)
    assert told.until(200.0).engine.restless() == []


def test_a_schedule_whose_clock_is_stopped_strikes_no_more() -> None:
    story = Story("rules: [{id: a, when: {schedule: '* * * * *', tz: UTC}, do: [{notify: ops}]}]")
    struck = len(story.at(130.0, ev.PanelBack).calls)
    story.engine.stop_clocks()

    assert struck > 0
    assert len(story.at(600.0, ev.PanelBack).calls) == struck


def test_a_wall_clock_that_is_set_a_little_again_and_again_makes_no_schedule_late() -> None:
    story = Story("rules: [{id: a, when: {schedule: '0 3 * * *', tz: UTC}, do: [{notify: ops}]}]")
    fired: list[float] = []
    for minute in range(1, 190):
        mono, ahead = 60.0 * minute, 0.5 * minute
        at = Moment(mono, mono + ahead)
        fired += [
            one.at.wall
            for one in story.engine.handle(ev.LinePrinted(server=LOBBY.uuid, at=at, text="x"))
            if one.calls
        ]

    assert len(fired) == 1
    assert 0.0 <= fired[0] - 3 * 3_600.0 <= CLOCK_JUMPED
