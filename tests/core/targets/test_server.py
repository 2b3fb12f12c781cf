"""What an event changes in the facts of a server, and what happened with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.events import Profile, Source, State
from automaton.core.facts.table import OF_THE_LINK
from automaton.core.gates.limits import Limits
from automaton.core.happening import LINE, Seen
from automaton.core.moment import Moment
from automaton.core.outcome import Outcome, Result
from automaton.core.truth import UNKNOWN
from automaton.match.line_reader import LineReader
from tests.core.story import LOBBY, Story
from tests.core.told import UUID, Told, running
from tests.core.turmoil import EVERYTHING
from tests.packs.ear import SHIPPED

KILLS = Limits(arm=Arm.LIVE, allow=(EVERYTHING,))


def test_stats_from_before_a_lost_link_are_not_taken_for_fresh_ones() -> None:
    told = running()
    told.take(2.0, ev.LinkLost)
    told.take(3.0, ev.LinkUp)
    told.take(3.0, ev.StateReported, state=State.RUNNING)

    assert told.read("memory_pct", 3.0) == UNKNOWN


def test_a_repeated_status_is_no_change() -> None:
    told = running()

    assert told.take(5.0, ev.StateChanged, state=State.RUNNING) == Seen()


def test_a_snapshot_is_never_a_happening() -> None:
    told = running()
    told.take(5.0, ev.LinkLost)
    told.take(6.0, ev.LinkUp)
    seen = told.take(6.0, ev.StateReported, state=State.OFFLINE)

    assert seen.happened == ()
    assert "state" in seen.changed
    assert told.read("stopped_by", 7.0).plain == "unseen"


def test_a_change_happens_with_both_its_sides() -> None:
    told = running()
    (happening,) = told.take(5.0, ev.StateChanged, state=State.OFFLINE).happened

    assert (happening.was, happening.now) == (State.RUNNING, State.OFFLINE)


def test_a_change_seen_after_a_gap_happens_from_an_unknown_state_and_its_reason_was_not_seen() -> None:
    told = running()
    told.take(5.0, ev.Overflow, lines=1, only_lines=False)
    (happening,) = told.take(6.0, ev.StateChanged, state=State.OFFLINE).happened

    assert (happening.was, happening.now) == (None, State.OFFLINE)
    assert told.read("stopped_by", 20.0).plain == "unseen"


def test_a_fall_that_was_not_decided_before_a_gap_was_not_seen() -> None:
    """The line that would have explained it may be among what was lost."""
    told = running()
    told.take(5.0, ev.StateChanged, state=State.OFFLINE)
    assert told.read("stopped_by", 6.0).plain is None

    told.take(6.0, ev.Overflow, lines=1, only_lines=False)
    assert told.read("stopped_by", 20.0).plain == "unseen"


@pytest.mark.parametrize("source", [Source.DAEMON, Source.INSTALL])
def test_only_what_the_game_prints_is_a_sign_of_life(source: Source) -> None:
    told = running()
    told.take(10.0, ev.LinePrinted, text="Updating process configuration files...", source=source)

    assert told.read("console_age", 12.0).plain == 12.0


def test_links_that_come_and_go_are_happenings_only_when_something_changes() -> None:
    told = Told()

    assert told.take(0.0, ev.LinkLost, reason="refused").happened == ()  # the first try failed
    assert [one.name for one in told.take(1.0, ev.LinkUp).happened] == ["link.up"]
    assert [one.name for one in told.take(2.0, ev.LinkLost, reason="dropped").happened] == ["link.down"]
    assert told.take(3.0, ev.LinkLost).happened == ()


def test_a_link_that_comes_changes_only_what_is_known_without_a_report() -> None:
    told = Told()
    before = {name: told.read(name, 1.0) for name in OF_THE_LINK}

    changed = told.take(1.0, ev.LinkUp).changed

    assert changed == {"connected", "console_age"}
    assert changed == {name for name in OF_THE_LINK if told.read(name, 1.0) != before[name]}


def test_stats_change_only_the_facts_that_differ() -> None:
    told = running()

    assert told.stats(2.0, memory=60).changed == {"memory", "memory_pct", "uptime"}
    assert told.stats(3.0, memory=60, disk=200).changed == {"disk", "disk_pct", "uptime"}


def test_an_uptime_that_began_anew_is_another_boot() -> None:
    told = running()
    told.stats(100.0, uptime=100.0)
    before = told.server.facts.boot
    told.take(101.0, ev.LinkLost)
    told.take(200.0, ev.LinkUp)
    told.take(200.0, ev.StateReported, state=State.RUNNING)
    told.stats(201.0, uptime=30.0)

    assert told.server.facts.boot == before + 1


def test_install_events_tell_that_a_server_is_installing() -> None:
    told = running()
    told.take(1.0, ev.Occurred, name="install.started")
    assert told.read("installing", 1.0).plain is True
    told.take(2.0, ev.Occurred, name="install.completed")

    assert told.read("installing", 2.0).plain is False


def test_a_new_process_begins_its_silence_anew_and_that_is_told() -> None:
    told = running()

    assert "console_age" in told.take(5.0, ev.StateChanged, state=State.STARTING).changed


def test_a_refusal_that_comes_late_leaves_nothing_to_be_decided_in_the_past() -> None:
    story = Story("rules: [{id: a, when: {console: '^go'}, do: [{power: kill}]}]", KILLS)
    story.answer = lambda _: None
    story.line(10.0, "go").state(11.0, State.OFFLINE).until(30.0)
    story.ends(31.0, story.asked[0][1], Outcome(Result.REFUSED, "no"))

    assert story.engine.servers()[LOBBY.uuid].facts.intent.by == "exit"
    assert story.engine.next_deadline() is None


OTHER = replace(LOBBY, egg="Nobody's Game")
HEARS = "rules: [{id: a, when: {event: ready}, do: [{notify: ops, text: 'up'}]}]"


def starting(profile: Profile = OTHER) -> Story:
    return Story(HEARS, profile=profile, state=State.OFFLINE).state(1.0, State.STARTING)


def test_a_server_whose_game_nobody_knows_is_ready_when_wings_says_that_it_runs() -> None:
    """Each egg names the line by which Wings knows it."""
    assert starting().state(2.0, State.RUNNING).calls == ["2 notify ops: up"]


def test_a_game_that_says_itself_when_it_is_ready_is_not_ready_before() -> None:
    told = starting(LOBBY).state(2.0, State.RUNNING)
    assert told.calls == []

    assert told.line(3.0, "Done (1.0s)!").calls == ["3 notify ops: up"]


def test_it_is_ready_once_a_start() -> None:
    told = starting().state(2.0, State.RUNNING).state(3.0, State.STOPPING).state(4.0, State.RUNNING)
    assert told.calls == ["2 notify ops: up"]

    told.state(5.0, State.OFFLINE).state(6.0, State.STARTING).state(7.0, State.RUNNING)
    assert told.calls == ["2 notify ops: up", "7 notify ops: up"]


def test_a_server_that_is_found_running_was_ready_before() -> None:
    told = Story(HEARS, profile=OTHER, state=State.RUNNING)
    told.state(1.0, State.STOPPING).state(2.0, State.RUNNING)

    assert told.calls == []


def test_a_start_that_nobody_saw_to_its_end_is_no_event() -> None:
    told = starting().at(2.0, ev.LinkLost).at(3.0, ev.LinkUp).at(3.0, ev.StateReported, state=State.RUNNING)

    assert told.calls == []


def test_what_waits_for_a_game_to_be_ready_goes_on_when_wings_says_so() -> None:
    waits = "{wait: {event: ready}, within: 5m}, {notify: ops, text: up}"
    rules = f"rules: [{{id: a, when: {{event: crash}}, do: [{waits}]}}]"
    told = Story(rules, profile=OTHER, state=State.OFFLINE)
    told.happens(1.0, "crash", exit_code=1, oom=False).state(2.0, State.STARTING)

    assert told.state(60.0, State.RUNNING).calls == ["60 notify ops: up"]


def test_that_it_is_ready_can_be_looked_back_on() -> None:
    told = Story("rules: [{id: a, while: age(ready) > 10m, do: [{notify: ops, text: up}]}]", profile=OTHER)
    told.state(1.0, State.OFFLINE).state(2.0, State.STARTING).state(3.0, State.RUNNING)

    assert told.until(700.0).calls == ["603 notify ops: up"]


def test_one_who_is_called_like_the_time_of_the_log_forges_nothing_while_seen_to_be_here() -> None:
    """Source prints `Name: words`, and a name may be any text."""
    told, log = running(), "L 01/05/2026 - 12:00:00"
    joined = '"{}<2><[U:1:{}]><>" entered the game'
    source = LineReader([], {"source": SHIPPED["source"].console_format()})
    told.server.facts.pack = "source"

    def happened(mono: float, text: str) -> list[str]:
        line = ev.LinePrinted(server=UUID, at=Moment(mono, mono), text=text, source=Source.GAME)
        return [one.name for one in told.server.take(line, source, mono).happened if one.name != LINE]

    assert happened(2.0, f"L 01/05/2026 - 11:59:00: {joined.format(log, 7)}") == ["player.join"]
    assert happened(3.0, f"{log}: {joined.format('Bob', 8)}") == []
    assert happened(4.0, f"L 01/05/2026 - 12:00:01: {joined.format('Bob', 8)}") == ["player.join"]


ASKS = "rules: [{id: a, when: {console: '^Eve joined'}, do: [{notify: ops}]}]"
LINES = ("Saving chunks", "Eve joined the game", "list", "Saved")


@pytest.mark.parametrize("is_foreseen", [False, True])
def test_a_line_means_the_same_whether_it_was_foreseen_or_not(is_foreseen: bool) -> None:
    """What we typed is an echo, which is no line, and no age starts over with it."""
    story = Story(ASKS)
    lobby = story.engine.servers()[LOBBY.uuid]
    lobby.echoes.typed("list", 1.0)
    printed = [ev.LinePrinted(server=LOBBY.uuid, at=Moment(2.0, 2.0), text=text) for text in LINES]
    if is_foreseen:
        story.engine.foresee(printed)

    ages = []
    for mono, text in enumerate(LINES, 2):
        story.line(float(mono), text)
        ages.append(lobby.facts.read("console_age", 10.0).plain)

    assert story.calls == ["3 notify ops: lobby: a"]
    assert list(lobby.facts.lines) == ["Saving chunks", "Eve joined the game", "Saved"]
    assert ages == [8.0, 7.0, 7.0, 5.0]


def test_lines_of_a_server_that_is_gone_are_not_foreseen() -> None:
    story = Story(ASKS)

    story.engine.foresee([ev.LinePrinted(server="gone", at=Moment(2.0, 2.0), text="x")])

    assert story.line(3.0, "Eve joined").calls == ["3 notify ops: lobby: a"]
