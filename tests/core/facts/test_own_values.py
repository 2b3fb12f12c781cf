"""Facts of an operator's own: told by lines and by answers of the console, unknown, and remembered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from automaton.core import events as ev
from automaton.core.arm import Arm
from automaton.core.decision import Verdict
from automaton.core.engine import Engine
from automaton.core.events import Source, State
from automaton.core.gates.limits import Allowance, Limits
from automaton.core.moment import Moment
from automaton.core.rules.unknown import why_unknown
from tests.core.story import ARENA, LIVE, LOBBY, Story, book

LINE = """
    facts:
      tps: {servers: {pack: minecraft}, type: number, line: '^TPS: (?P<value>\\S+)'}
    rules:
      - {id: lag, while: tps < 15, do: [{notify: ops, text: "${tps}"}]}
      - {id: moved, when: {changes: tps}, do: [{notify: ops, text: "${it.old} > ${it.new}"}]}
    """

ASKED = """
    facts:
      seed: {type: text, send: seed, read: '^Seed: (?P<value>\\S+)', every: 5m}
    rules:
      - {id: moved, when: {changes: seed}, do: [{notify: ops, text: "${it.old} > ${it.new}"}]}
    """


def value(story: Story, name: str, mono: float, server: str = LOBBY.uuid) -> object:
    return story.engine.servers()[server].facts.read(name, mono).plain


def why(story: Story, name: str, mono: float, server: str = LOBBY.uuid) -> str:
    return why_unknown(name, story.engine.servers()[server].facts, None, mono)


def told(story: Story) -> list[str]:
    return [call for call in story.calls if "notify" in call]


def running(story: Story, mono: float, uptime: float) -> Story:
    return story.memory(mono, 10, uptime=uptime)


def test_the_last_line_that_matched_is_the_value_and_rules_look_again() -> None:
    story = Story(LINE).line(1.0, "TPS: 20").line(2.0, "TPS: 12").line(3.0, "hello")

    assert value(story, "tps", 3.0) == 12
    assert told(story) == ["2 notify ops: 12", "2 notify ops: 20 > 12"]


@pytest.mark.parametrize("source", [Source.DAEMON, Source.INSTALL, Source.CONTINUATION])
def test_only_the_game_itself_tells_it(source: Source) -> None:
    assert value(Story(LINE).line(1.0, "TPS: 12", source=source), "tps", 1.0) is None


def test_what_a_player_says_tells_nothing() -> None:
    rules = LINE.replace("'^TPS:", "'TPS:")
    assert value(Story(rules).line(1.0, "<Steve> TPS: 12"), "tps", 1.0) is None


def test_a_line_with_no_value_of_its_kind_makes_it_unknown_and_says_so() -> None:
    story = Story(LINE).line(1.0, "TPS: 20").line(2.0, "TPS: many")

    assert value(story, "tps", 2.0) is None
    assert why(story, "tps", 2.0) == "what came was no number: `many`"
    assert told(story.line(3.0, "TPS: 19")) == ["3 notify ops: 20 > 19"]


def test_it_is_unknown_again_when_the_server_starts_and_changes_compares_across_that() -> None:
    story = Story(LINE).line(1.0, "TPS: 20").state(2.0, State.STOPPING).state(3.0, State.OFFLINE)
    assert value(story, "tps", 3.0) == 20

    story.state(4.0, State.STARTING)
    assert value(story, "tps", 4.0) is None
    assert told(story.state(9.0, State.RUNNING).line(10.0, "TPS: 18")) == ["10 notify ops: 20 > 18"]


def test_without_a_link_it_is_unknown_and_after_it_the_same_process_still_holds() -> None:
    story = running(Story(LINE).line(1.0, "TPS: 12"), 2.0, uptime=100.0).at(3.0, ev.LinkLost)
    assert why(story, "tps", 4.0) == "the link is down"

    story.at(10.0, ev.LinkUp).at(10.0, ev.StateReported, state=State.RUNNING)
    assert "still the one that said it" in why(story, "tps", 10.0)

    assert value(running(story, 11.0, uptime=109.0), "tps", 11.0) == 12


def test_a_process_that_started_unseen_said_nothing_yet() -> None:
    story = running(Story(LINE).line(1.0, "TPS: 12"), 2.0, uptime=100.0).at(3.0, ev.LinkLost)
    story.at(500.0, ev.LinkUp).at(500.0, ev.StateReported, state=State.RUNNING)
    # Its uptime is longer than the last one known: that alone would not tell.
    running(story, 501.0, uptime=400.0)

    assert value(story, "tps", 501.0) is None
    assert why(story, "tps", 501.0).startswith("no line told it")


def test_a_server_that_its_servers_do_not_name_has_it_not() -> None:
    story = Story(LINE).at(0.5, ev.ServerListed, profile=ARENA).at(0.5, ev.LinkUp, server=ARENA.uuid)
    story.line(1.0, "TPS: 12", server=ARENA.uuid)

    assert value(story, "tps", 1.0, ARENA.uuid) is None
    why_not = "neither the pack of this server nor `facts` of a rule file tells it here"
    assert why(story, "tps", 1.0, ARENA.uuid) == why_not


def test_a_value_that_is_not_told_again_grows_stale() -> None:
    rules = LINE.replace("\\S+)'}", "\\S+)', stale: 1m}")
    story = Story(rules).line(1.0, "TPS: 12").until(62.0)

    assert value(story, "tps", 60.0) == 12
    assert value(story, "tps", 61.0) is None
    assert why(story, "tps", 70.0) == "last told 1m 9s ago"


def test_windows_look_back_on_it() -> None:
    rules = """
        facts: {tps: {type: number, line: '^TPS: (?P<value>\\S+)'}}
        rules: [{id: lag, while: "avg(tps, 1m) < 15", do: [{notify: ops, text: "${avg(tps, 1m)}"}]}]
        """
    story = Story(rules).line(0.0, "TPS: 10").until(90.0)

    assert told(story)[0].endswith("notify ops: 10")


def test_servers_are_counted_by_it() -> None:
    rules = LINE.replace(
        "{id: lag, while: tps < 15", "{id: lag, by: fleet, while: count(tps < 15) > 0"
    ).replace('"${tps}"', '"${names(tps < 15)}"')
    assert told(Story(rules).line(1.0, "TPS: 10")) == ["1 notify ops: lobby"]


def test_the_console_is_asked_where_a_live_rule_reads_it_and_only_while_the_server_runs() -> None:
    story = Story(ASKED).until(700.0)
    assert story.calls == ["0 send seed", "300 send seed", "600 send seed"]

    story.state(701.0, State.STOPPING).state(702.0, State.OFFLINE).until(2000.0)
    assert len(story.calls) == 3


def test_in_shadow_it_is_not_asked_and_says_so() -> None:
    story = Story(ASKED, Limits(arm=Arm.SHADOW)).line(1.0, "Seed: 5")

    assert story.calls == []
    assert why(story, "seed", 2.0) == (
        "it was not asked yet: it is asked only where a rule that is live reads it"
    )


def test_what_may_not_be_typed_is_not_asked_and_says_so() -> None:
    story = Story(ASKED, Limits(arm=Arm.LIVE, allow=(Allowance(),))).until(20.0)

    assert story.calls == []
    assert "does not name the command `seed`" in why(story, "seed", 20.0)


def test_only_an_answer_to_our_question_is_one() -> None:
    story = Story(ASKED).line(1.0, "Seed: 5").line(100.0, "Seed: 6")
    assert value(story, "seed", 100.0) == "5"

    assert told(story.until(300.0).line(301.0, "Seed: 7")) == ["301 notify ops: 5 > 7"]


def test_three_missed_turns_make_it_unknown() -> None:
    story = Story(ASKED).line(1.0, "Seed: 5").until(930.0)
    assert value(story, "seed", 930.0) == "5"

    story.until(932.0)
    assert value(story, "seed", 932.0) is None
    assert [one for one in story.decisions if one.verdict is Verdict.UNANSWERED] == []

    story.until(1200.0)
    (told_once,) = [one for one in story.decisions if one.verdict is Verdict.UNANSWERED]
    assert told_once.detail == "`seed`: no line of its game was the answer"
    assert why(story, "seed", 932.0) == "last told 15m 31s ago"


def test_many_servers_are_not_asked_in_the_same_second() -> None:
    story = Story(ASKED)
    for number in range(200):
        one = replace(LOBBY, uuid=f"u-{number}", name=f"s{number}")
        story.at(0.0, ev.ServerListed, profile=one).at(0.0, ev.LinkUp, server=one.uuid)
    for number in range(200):
        story.at(0.0, ev.StateReported, server=f"u-{number}", state=State.RUNNING)
    assert len(story.calls) < 5

    story.until(10.0)
    assert len(story.calls) == 201


def test_what_it_was_outlives_automaton() -> None:
    before = running(Story(LINE).line(1.0, "TPS: 20"), 2.0, uptime=100.0)
    after = Story("rules: []", state=None)
    after.engine = Engine(book(LINE), LIVE, Moment(50.0, 50.0), before.engine.dump(Moment(40.0, 40.0)))
    after.at(50.0, ev.ServerListed, profile=LOBBY).at(50.0, ev.LinkUp)
    after.at(50.0, ev.StateReported, state=State.RUNNING)
    assert value(after, "tps", 50.0) is None
    assert value(running(after, 51.0, uptime=149.0), "tps", 51.0) == 20

    assert told(after.line(52.0, "TPS: 19")) == ["52 notify ops: 20 > 19"]


def test_a_reload_keeps_the_value_of_a_name_whose_source_is_the_same() -> None:
    story = Story(LINE).line(1.0, "TPS: 12").adopt(2.0, LINE.replace("{servers: {pack: minecraft}, ", "{"))

    assert value(story, "tps", 2.0) == 12


def test_another_kind_is_another_fact() -> None:
    story = Story(LINE).line(1.0, "TPS: 12").adopt(2.0, LINE.replace("type: number", "type: percent"))

    assert value(story, "tps", 2.0) is None
    assert told(story.line(3.0, "TPS: 11")) == ["1 notify ops: 12"]


def test_a_value_that_a_game_printed_is_made_safe_in_a_command() -> None:
    rules = """
        facts: {map: {type: text, line: '^Map: (?P<value>.*)'}}
        rules: [{id: a, when: {changes: map}, do: [{send: "title ${map}"}]}]
        """
    story = Story(rules).line(1.0, "Map: one").line(2.0, "Map: two; stop")

    assert [call for call in story.calls if "send" in call] == []


def test_a_number_is_read_in_the_form_of_the_servers_pack() -> None:
    assert value(Story(LINE).line(1.0, "TPS: 1,234.5"), "tps", 1.0) == 1234.5
