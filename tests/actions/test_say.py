"""The pack's broadcast, where there is one."""

from __future__ import annotations

from automaton.core import events as ev
from automaton.core.events import State
from automaton.core.outcome import Outcome, Result
from tests.core.story import Story, on_crash


def test_a_broadcast_is_the_packs() -> None:
    assert on_crash('{say: "bye ${name}"}').happens(1.0, "crash").calls == ["1 send say bye lobby"]


def test_where_the_game_has_no_broadcast_it_is_skipped() -> None:
    told = on_crash("{say: hi}, {notify: ops, text: on}")
    told.at(0.5, ev.ServerListed, profile=ev.Profile(uuid="u-lobby", id="lobby", name="lobby", egg="Toy"))

    assert told.happens(1.0, "crash").calls == ["1 notify ops: on"]


TIPS = "{say: {next: [one, two, 'three ${name}']}}"


def crashes(told: Story, *at: float) -> Story:
    for mono in at:
        told.happens(mono, "crash")
    return told


def test_of_a_list_the_next_is_said_each_time() -> None:
    told = crashes(on_crash(TIPS), 1.0, 2.0, 3.0, 4.0)

    assert told.calls == ["1 send say one", "2 send say two", "3 send say three lobby", "4 send say one"]


def test_shuffled_each_is_said_once_before_any_is_said_twice() -> None:
    rule = "{say: {next: [a, b, c, d, e], order: random}}"
    minutes = [60.0 * minute for minute in range(1, 11)]
    said, again = ([call.split()[-1] for call in crashes(on_crash(rule), *minutes).calls] for _ in range(2))

    assert sorted(said[:5]) == sorted(said[5:]) == [*"abcde"]
    assert said == again


def test_each_key_has_a_turn_of_its_own() -> None:
    told = Story(
        "rules: [{id: a, by: [it.p], when: {console: '^(?P<p>\\w+) came'}, do: [{say: {next: [one, two]}}]}]"
    )
    for mono, who in ((1.0, "Eve"), (2.0, "Bob"), (3.0, "Eve")):
        told.line(mono, f"{who} came")

    assert told.calls == ["1 send say one", "2 send say one", "3 send say two"]


def test_it_is_anothers_turn_only_once_something_was_said() -> None:
    told = on_crash(TIPS)
    told.answer = lambda _: Outcome(Result.FAILED, "no route")
    told.happens(1.0, "crash").state(2.0, State.STOPPING).happens(3.0, "crash")
    told.answer = lambda _: Outcome(Result.DONE)
    told.state(4.0, State.RUNNING).happens(5.0, "crash")

    assert told.calls == ["1 send say one", "5 send say one"]


def test_in_shadow_it_stays_the_firsts_turn() -> None:
    told = Story(f"rules: [{{id: a, arm: shadow, when: {{event: crash}}, do: [{TIPS}]}}]")
    crashes(told, 1.0, 2.0)

    held = [call for one in told.decisions for call in one.held]
    assert [call.argument for call in held] == ["say one", "say one"]


def test_after_a_restart_it_goes_on_where_it_was() -> None:
    told = crashes(on_crash(TIPS), 1.0).restart(10.0, 5.0)

    assert crashes(told, 20.0).calls == ["1 send say one", "20 send say two"]


def test_what_was_typed_before_a_restart_and_not_answered_was_said() -> None:
    told = on_crash(TIPS)
    told.answer = lambda _: None
    told.happens(1.0, "crash")
    told.answer = lambda _: Outcome(Result.DONE)
    told.restart(2.0, 5.0).until(20.0)

    assert crashes(told, 30.0).calls == ["1 send say one", "30 send say two"]


def test_another_list_begins_at_its_own_first() -> None:
    told = crashes(on_crash(TIPS), 1.0)
    told.adopt(2.0, "rules: [{id: a, when: {event: crash}, do: [{say: {next: [uno, due]}}]}]")

    assert crashes(told, 3.0, 4.0).calls[1:] == ["3 send say uno", "4 send say due"]
