"""Servers and rules come and go: what stood stays, or is withdrawn."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.engine import Engine
from automaton.core.events import State
from automaton.core.gates.limits import Budget, Limits
from automaton.core.moment import Moment
from tests.core.fleet import fleet, lose, profile
from tests.core.story import LIVE, LOBBY, Story, book

NODE = "rules: [{id: a, by: node, while: share(not connected) > 0.5 and total > 2, do: [{notify: ops}]}]"
CRASH = "rules: [{{id: a, {0} when: {{event: crash}}, until: 1h, do: [{{notify: ops}}]}}]"


def test_a_reload_never_judges_by_a_part_of_the_servers() -> None:
    told = lose(fleet(NODE), 1.0, 0, 1, 2)
    told.adopt(10.0, NODE.replace("ops", "boss"))

    assert told.rule_state("a", "node:eu").phase == "open"
    assert told.calls == ["1 notify ops: eu: a"]


@pytest.mark.parametrize("anew", [False, True])
@pytest.mark.parametrize("share", ["0.5", "0.6"])
def test_a_reload_soon_after_a_start_waits_for_the_other_servers_as_long_as_without_it(
    anew: bool, share: str
) -> None:
    rule = "rules: [{id: a, by: node, while: share(not connected) > 0.5, do: [{notify: ops}]}]"
    told = fleet(rule)
    told.engine = Engine(book(rule), LIVE, Moment(100.0, 100.0), told.engine.dump(Moment(90.0, 90.0)))
    told.at(100.0, ev.ServerListed, profile=profile(0)).at(101.0, ev.LinkLost, server="u0")
    told.engine.adopt(book(rule.replace("0.5", share)), LIVE, Moment(110.0, 110.0), anew=anew)

    assert told.until(219.0).calls == []
    assert told.until(221.0).calls == ["220 notify ops: eu: a"]


def test_a_reload_that_changes_no_rule_changes_no_state() -> None:
    rules = """
        rules:
          - {id: node, by: node, while: share(not connected) > 0.5, do: [{notify: ops}]}
          - {id: hourly, when: {schedule: "0 * * * *", tz: UTC}, do: [{notify: ops}]}
          - {id: high, while: memory_pct > 90, for: 1m, do: [{notify: ops}]}
        """
    told = fleet(rules).memory(1.0, 95, server="u1")
    told.engine.take_changes(told.engine.now)
    before = [(one, one.rule, one.look_again) for one in told.engine.rule_states()]
    told.adopt(2.0, rules)

    assert [(one, one.rule, one.look_again) for one in told.engine.rule_states()] == before
    assert [name for name in told.engine.take_changes(told.engine.now) if name.startswith("state")] == []


def test_another_width_closes_what_was_open() -> None:
    told = Story(CRASH.format("")).happens(1.0, "crash").adopt(2.0, CRASH.format("by: node,"))

    assert told.verdicts[-1] == "2 withdrawn"
    assert told.happens(3.0, "crash").calls[-1] == "3 notify ops: eu: a"


def test_another_list_of_values_closes_what_was_open() -> None:
    told = Story(CRASH.format("by: [it.exit_code],")).happens(1.0, "crash", exit_code=1)
    told.adopt(2.0, CRASH.format("by: [it.oom],"))

    assert "2 withdrawn" in told.verdicts


def test_a_rule_that_no_longer_looks_at_any_server_of_a_node_is_withdrawn() -> None:
    told = lose(fleet(NODE), 1.0, 0, 1, 2)
    told.adopt(2.0, NODE.replace("by: node,", "by: node, servers: {name: nobody},"))

    assert told.verdicts[-1] in ("2 withdrawn", "2 gone")
    assert list(told.engine.rule_states()) == []


def test_counts_of_the_old_rules_are_no_longer_fed() -> None:
    rule = "rules: [{id: a, by: node, while: count(console_age > 1m) > 9, do: []}]"
    told = fleet(rule, 2)
    before = told.engine.next_deadline()
    for number in range(50):
        told.adopt(1.0 + number / 100, rule)

    assert before is not None
    assert len(told.engine._deadlines) < 150
    told.until(200.0)
    assert len(told.engine._deadlines) < 20


def test_a_server_that_goes_leaves_nothing_behind() -> None:
    told = fleet(NODE, 3)
    told.at(1.0, ev.ServerListed, profile=profile(9)).at(2.0, ev.ServerGone, server="u9", reason="deleted")

    assert sorted(told.engine.servers()) == ["u0", "u1", "u2"]
    assert {target.home for target in told.engine.targets()} == {"fleet", "node:eu", "u0", "u1", "u2"}


def test_a_key_that_no_longer_fits_by_is_withdrawn_and_never_fires_again() -> None:
    told = Story("rules: [{id: a, by: [it.exit_code], when: {event: crash}, until: 1h, do: []}]")
    told.happens(1.0, "crash", exit_code=1).happens(1.5, "crash", exit_code=2)
    plain = "rules: [{id: a, while: memory_pct > 90, do: [{notify: ops}]}]"
    told.adopt(2.0, plain).adopt(3.0, plain).memory(4.0, 95)

    assert told.calls == ["4 notify ops: lobby: a"]
    assert [one.key for one in told.engine.rule_states()] == ["u-lobby"]


def test_a_rule_that_stayed_for_its_run_only_is_forgotten_with_it() -> None:
    told = Story("rules: [{id: a, when: {event: crash}, do: [{power: restart}]}]").happens(1.0, "crash")
    told.adopt(2.0, "rules: []")
    assert len(list(told.engine.rule_states())) == 1

    told.until(700.0)
    assert list(told.engine.rule_states()) == []


def test_a_reload_that_no_longer_reads_players_stops_asking() -> None:
    asks = "rules: [{id: a, while: players == 0, for: 1h, do: [{power: stop}]}]"
    told = Story(asks).adopt(10.0, "rules: []").until(1000.0)
    assert told.calls == ["0 send list"]

    assert told.adopt(1001.0, asks).calls[1:] == ["1001 send list"]


def test_what_happens_to_a_gone_servers_rules_is_heard_by_wider_rules_only() -> None:
    told = fleet("""
        rules:
          - {id: a, when: {event: crash}, until: 1h, do: []}
          - {id: own, when: {rule: a, is: cleared}, do: [{power: start}]}
          - {id: all, by: fleet, when: {rule: a, is: cleared}, do: [{notify: ops}]}
        """, 2)  # fmt: skip
    told.happens(1.0, "crash", server="u1").at(2.0, ev.ServerGone, server="u1", reason="deleted")

    assert told.calls == ["2 notify ops: the fleet: all"]


def test_more_room_by_a_reload_lets_those_go_on_that_wait() -> None:
    rules = "rules: [{id: a, when: {event: crash}, do: [{send: list}]}]"
    told = Story(rules, Limits(arm=Arm.LIVE, send_server=Budget(1, 3600.0)))
    told.happens(1.0, "crash").happens(2.0, "crash")
    assert told.calls == ["1 send list"]

    assert told.adopt(10.0, rules, Limits(arm=Arm.LIVE)).until(11.0).calls == ["1 send list", "10 send list"]


MUTING = """
    rules:
      - {{id: node, by: node, while: count(not connected) > 0, {0} do: []}}
      - {{id: single, when: {{event: crash}}, until: 1h, do: [{{notify: ops}}]}}
    """


def test_mutes_that_a_reload_takes_away_or_brings_hold_at_once() -> None:
    muting, free = MUTING.format('mutes: {rules: ["*"]},'), MUTING.format("")
    told = lose(fleet(muting, 2), 1.0, 0).happens(2.0, "crash", server="u1")
    assert told.calls == []
    assert told.adopt(10.0, free).calls == ["10 notify ops: s1: single"]

    other = lose(fleet(free, 2), 1.0, 0).adopt(2.0, muting).happens(3.0, "crash", server="u1")
    assert other.calls == []


def test_a_server_that_moves_away_is_no_longer_muted() -> None:
    muting = MUTING.format('mutes: {rules: ["*"]},')
    told = lose(fleet(muting, 4, nodes=2), 1.0, 0).happens(2.0, "crash", server="u2")
    assert told.calls == []

    assert told.at(10.0, ev.ServerListed, profile=profile(2, "eu1")).calls == ["10 notify ops: s2: single"]


def test_owners_that_are_no_more_do_not_lie_in_the_heap() -> None:
    told = fleet("rules: [{id: a, when: {schedule: '0 0 1 1 *', tz: UTC}, do: []}]", 1)
    for number in range(10, 3010):
        told.at(1.0, ev.ServerListed, profile=profile(number))
        told.at(1.0, ev.ServerGone, server=f"u{number}", reason="deleted")

    assert len(told.engine._deadlines) < 1100


TRIP = "rules: [{{id: a, when: {{event: crash}}, {0} do: [{{notify: ops}}]}}]"


def test_a_breaker_is_judged_by_its_new_numbers_and_one_that_is_no_more_has_not_tripped() -> None:
    breaker = "breaker: {{max: 1, within: 1h{0}}},"
    told = Story(TRIP.format(breaker.format(""))).happens(1.0, "crash").happens(2.0, "crash")
    told.adopt(3.0, TRIP.format(breaker.format(", reset: 5s"))).until(8.0)
    assert told.rule_state("a").phase == "idle"

    other = Story(TRIP.format(breaker.format(""))).happens(1.0, "crash").happens(2.0, "crash")
    assert other.adopt(3.0, TRIP.format("")).happens(4.0, "crash").calls[-1] == "4 notify ops: lobby: a"


def test_a_shorter_cooldown_holds_from_the_end_of_the_run() -> None:
    told = Story(TRIP.format("cooldown: 1h,")).happens(1.0, "crash").adopt(2.0, TRIP.format("cooldown: 5s,"))

    assert told.happens(5.0, "crash").happens(6.0, "crash").calls == [
        "1 notify ops: lobby: a", "6 notify ops: lobby: a",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("waits", "by", "happens"),
    [
        ('firing("m")', "server", lambda told: told.happens(20.0, "ready")),
        ("{rule: m}", "server", lambda told: told.happens(20.0, "ready")),
        ("avg(memory_pct, 1m) > 50", "server", lambda told: told.memory_from(11.0, 90.0, 80, 1.0)),
        ("count(not connected) > 0", "node", lambda told: told.at(20.0, ev.LinkLost)),
    ],
)
def test_an_active_run_waits_on_though_the_new_rules_look_at_something_else(
    waits: str, by: str, happens: Callable[[Story], Story]
) -> None:
    other = "{id: m, when: {event: ready}, until: 1h, do: []}"
    rule = (
        f"{{id: a, by: {by}, when: {{event: crash}}, do: [{{wait: '{waits}'}}, {{notify: ops, text: on}}]}}"
    )
    if waits.startswith("{"):
        rule = rule.replace(f"'{waits}'", waits)
    told = Story(f"rules: [{rule}, {other}]").happens(1.0, "crash")
    new = f"{{id: a, by: {by}, when: {{event: crash}}, do: [{{notify: ops, text: new}}]}}"
    told.adopt(10.0, f"rules: [{new}, {other}]")

    assert [call.split(" ", 1)[1] for call in happens(told).until(100.0).calls] == ["notify ops: on"]


def test_a_rule_that_is_removed_in_a_countdown_takes_back_what_it_said() -> None:
    told = (
        Story("""
        rules:
          - id: a
            when: {event: crash}
            do: [{countdown: 5m, say: "Restart soon", else: [{say: "No restart"}]}, {power: restart}]
        """)
        .happens(1.0, "crash")
        .adopt(10.0, "rules: []")
        .until(1000.0)
    )

    assert told.calls == ["1 send say Restart soon", "10 send say No restart"]


def test_who_writes_shadow_holds_the_active_runs_as_well() -> None:
    rules = "rules: [{id: a, when: {event: crash}, do: [{wait: 10s}, {power: restart}]}]"
    told = Story(rules).happens(1.0, "crash").adopt(5.0, rules, Limits(arm=Arm.SHADOW)).until(20.0)
    assert told.calls == []

    own = (
        Story(rules)
        .happens(1.0, "crash")
        .adopt(5.0, rules.replace("{id: a,", "{id: a, arm: shadow,"))
        .until(20.0)
    )
    assert own.calls == []


def test_silences_that_are_over_leave_nothing_behind() -> None:
    told = Story("rules: []")
    for number in range(1500):
        told.at(1.0, ev.SilenceBegan, server="", id=f"s{number}", rules=("*",), servers=(), until=9000.0)
        told.at(1.0, ev.SilenceEnded, server="", id=f"s{number}")

    assert len(told.engine._deadlines) < 1100


HOURLY = "rules: [{id: a, when: {schedule: '*/10 * * * *', tz: UTC}, until: 1h, do: [{notify: ops}]}]"


def test_a_rule_that_the_clock_no_longer_sets_off_is_looked_at_by_no_clock() -> None:
    told = Story(HOURLY).adopt(10.0, "rules: [{id: a, while: memory_pct > 90, do: [{notify: ops}]}]")

    assert told.until(2000.0).calls == []
    assert told.engine.next_deadline() is None


DOWN = 'rules: [{id: a, while: state == "offline", until: {event: crash}, do: []}]'
CLOCK = "{schedule: '*/10 * * * *', tz: UTC}"


def test_an_incident_that_the_clock_no_longer_ends_is_looked_at_by_no_clock() -> None:
    told = Story(DOWN.replace("{event: crash}", CLOCK), state=State.OFFLINE).at(5.0, ev.LinkLost)
    told.adopt(10.0, DOWN).until(2000.0)

    assert told.rule_state("a").phase == "open"
    assert told.engine.next_deadline() is None


def test_an_incident_that_the_clock_is_to_end_from_now_on_ends_by_it() -> None:
    told = Story(DOWN, state=State.OFFLINE).at(5.0, ev.LinkLost)
    told.adopt(10.0, DOWN.replace("{event: crash}", CLOCK))

    assert told.until(700.0).verdicts[-1] == "600 cleared"


class TestAnIncompleteList:
    """What a rule remembers of a server outlives its absence, for a day."""

    RESTARTS = "rules: [{{id: a, {0} while: memory_pct > 90, do: [{{power: restart}}, {{notify: ops}}]}}]"

    def restarted(self, keys: str, limits: Limits, away: float) -> list[str]:
        """What is asked of a server that is at its limit, before and after so long an absence."""
        told = Story(self.RESTARTS.format(keys), limits).memory(10.0, 95)
        told.state(11.0, State.STOPPING).state(12.0, State.OFFLINE)
        told.state(13.0, State.STARTING).state(14.0, State.RUNNING).memory(15.0, 10)
        told.at(20.0, ev.ServerGone, reason="missing from the list").until(20.0 + away)
        back = 20.0 + away
        told.at(back, ev.ServerListed, profile=LOBBY).at(back, ev.LinkUp)
        told.at(back, ev.StateReported, state=State.RUNNING).memory(back + 1.0, 95).until(back + 2.0)
        return [call for call in told.calls if "power" in call]

    def test_a_budget_is_as_spent_as_it_was(self) -> None:
        hour = Limits(arm=Arm.LIVE, power_server=Budget(1, 3600.0))

        assert self.restarted("", hour, 30.0) == ["10 power restart"]
        assert self.restarted("", hour, 3600.0) == ["10 power restart", "3621 power restart"]

    @pytest.mark.parametrize("keys", ["cooldown: 1h,", "breaker: {max: 1, within: 1h},"])
    def test_a_cooldown_and_a_breaker_go_on(self, keys: str) -> None:
        assert self.restarted(keys, LIVE, 30.0) == ["10 power restart"]
        assert len(self.restarted(keys, LIVE, 3700.0)) == 2

    def test_a_run_that_was_active_leaves_its_cooldown(self) -> None:
        told = Story("rules: [{id: a, when: {event: crash}, cooldown: 1h, do: [{notify: ops}, {wait: 1h}]}]")
        told.happens(10.0, "crash").at(20.0, ev.ServerGone, reason="missing from the list")
        told.at(30.0, ev.ServerListed, profile=LOBBY).at(30.0, ev.LinkUp).happens(31.0, "crash")

        assert told.calls == ["10 notify ops: lobby: a"]
        assert told.verdicts[-1] == "31 cooling"

    def test_who_stopped_it_is_not_forgotten(self) -> None:
        told = Story("rules: [{id: a, when: {event: crash.unhandled}, do: [{power: start}]}]")
        told.state(10.0, State.STOPPING).state(11.0, State.OFFLINE)
        told.at(20.0, ev.ServerGone, reason="missing from the list").at(30.0, ev.ServerListed, profile=LOBBY)
        told.at(30.0, ev.LinkUp).at(30.0, ev.StateReported, state=State.OFFLINE)

        assert told.happens(40.0, "crash.unhandled").until(60.0).calls == []
        assert told.verdicts[-2] == "40 refused"

    def test_after_a_day_nothing_of_it_is_kept(self) -> None:
        told = fleet("rules: [{id: a, when: {event: crash}, cooldown: 7d, do: [{notify: ops}]}]", 2)
        told.happens(10.0, "crash", server="u0").at(20.0, ev.ServerGone, server="u0", reason="deleted")
        told.at(90_000.0, ev.ServerGone, server="u1", reason="deleted")

        assert list(told.engine.dump(told.engine.now)["places"]) == ["u1"]

    def test_after_a_day_its_budgets_are_forgotten_too(self) -> None:
        rules = "rules: [{id: a, when: {event: crash}, do: [{power: restart}]}]"
        told = fleet(rules, 2, Limits(arm=Arm.LIVE, power_server=Budget(1, 3600.0)))
        told.happens(10.0, "crash", server="u0").at(20.0, ev.ServerGone, server="u0", reason="deleted")
        assert told.engine.dump(told.engine.now)["spent"] != []

        told.at(90_000.0, ev.ServerGone, server="u1", reason="deleted")
        assert told.engine.dump(told.engine.now)["spent"] == []

    def test_who_comes_back_after_days_finds_nothing(self) -> None:
        told = Story(CRASH.format("breaker: {max: 1, within: 7d},")).happens(10.0, "crash")
        told.at(20.0, ev.ServerGone, reason="missing from the list").until(5 * 86_400.0)
        told.at(5 * 86_400.0, ev.ServerListed, profile=LOBBY).at(5 * 86_400.0, ev.LinkUp)

        assert told.happens(5 * 86_400.0 + 1.0, "crash").calls[-1] == "432001 notify ops: lobby: a"

    def test_it_outlives_a_restart_of_automaton_too(self) -> None:
        told = Story(CRASH.format("cooldown: 1h,").replace("until: 1h, ", "")).happens(10.0, "crash")
        told.at(20.0, ev.ServerGone, reason="missing from the list").restart(30.0, 5.0)
        told.at(40.0, ev.ServerListed, profile=LOBBY).at(40.0, ev.LinkUp).happens(41.0, "crash")

        assert told.calls == ["10 notify ops: lobby: a"]
