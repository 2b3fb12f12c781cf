"""The small steps: notify, send, say, if and end."""

from __future__ import annotations

from automaton.core import events as ev
from automaton.core.calls import Notify, Severity
from automaton.core.decision import Verdict
from automaton.core.events import State
from automaton.core.outcome import Outcome, Result
from tests.core.story import DONE, Story


def story(do: str, rest: str = "") -> Story:
    return Story(f"rules: [{{id: a, when: {{event: crash}}, do: [{do}]{rest}}}]")


def notices(told: Story) -> list[Notify]:
    return [call for _, _, call in told.asked if isinstance(call, Notify)]


def test_a_notification_says_which_part_of_it_a_console_printed() -> None:
    told = story('{notify: ops, title: "${name}", text: "it said:\\n${lines}\\nand fell"}')
    told.line(1.0, "one").line(2.0, "two").happens(3.0, "crash")

    (notice,) = notices(told)
    assert (notice.title, notice.text) == ("lobby", "it said:\none\ntwo\nand fell")
    assert [notice.text[begin:end] for begin, end in notice.excerpts] == ["one\ntwo"]


def test_a_notification_without_text_says_the_rules_note() -> None:
    (notice,) = notices(
        story("{notify: ops}", ", note: it crashed, severity: critical").happens(1.0, "crash")
    )

    assert (notice.text, notice.severity) == ("it crashed", Severity.CRITICAL)


def test_a_notification_may_be_louder_than_its_rule() -> None:
    (notice,) = notices(story("{notify: ops, severity: critical}").happens(1.0, "crash"))

    assert notice.severity is Severity.CRITICAL


def test_the_notices_of_one_incident_belong_together_and_the_last_resolves_it() -> None:
    told = story("{notify: ops, text: a}", ", on_clear: [{notify: ops, text: b}]").happens(1.0, "crash")
    first, last = notices(told)

    assert first.ref == last.ref
    assert (first.resolves, last.resolves) == (False, True)


def test_an_end_is_not_told_where_its_opening_was_not() -> None:
    told = story("{wait: 1h}, {notify: ops, text: a}", ", until: 1m, on_clear: [{notify: ops, text: b}]")

    assert told.happens(1.0, "crash").until(200.0).calls == []


def test_an_end_is_told_where_the_rule_names_no_opening() -> None:
    told = story("{wait: 1s}", ", on_clear: [{notify: ops, text: b}]").happens(1.0, "crash").until(9.0)

    assert told.calls == ["2 notify ops: b"]


def test_a_notification_that_was_not_taken_does_not_fail_the_run() -> None:
    told = story("{notify: ops, text: a}, {send: list}")
    told.answer = lambda call: Outcome(Result.FAILED, "full") if call.verb == "notify" else DONE

    assert told.happens(1.0, "crash").calls == ["1 notify ops: a", "1 send list"]


def test_commands_are_sent_in_order_each_after_the_outcome_of_the_one_before() -> None:
    told = story("{send: [one, two]}")
    told.answer = lambda _: None
    told.happens(1.0, "crash")
    assert told.calls == ["1 send one"]

    assert told.ends(2.0, told.asked[0][1]).calls == ["1 send one", "2 send two"]


def test_a_command_that_failed_fails_the_run() -> None:
    told = story("{send: [one, two]}, {notify: ops}")
    told.answer = lambda _: Outcome(Result.FAILED, "nobody answers")

    assert told.happens(1.0, "crash").calls == ["1 send one"]
    assert told.details(Verdict.FAILED) == ["send: nobody answers"]


def test_a_command_whose_outcome_is_unknown_is_said_to_be_and_the_run_goes_on() -> None:
    told = story("{send: one}, {notify: ops, text: on}")
    told.answer = lambda call: Outcome(Result.UNKNOWN, "silence") if call.verb == "send" else DONE
    told.happens(1.0, "crash")

    assert told.calls == ["1 send one", "1 notify ops: on"]
    assert told.details(Verdict.UNCERTAIN) == ["send: silence"]


def test_where_the_server_is_not_running_a_command_is_skipped_and_the_run_goes_on() -> None:
    told = story("{send: one}, {say: hi}, {notify: ops, text: on}").state(0.5, State.OFFLINE)
    told.happens(1.0, "crash")

    assert told.calls == ["1 notify ops: on"]
    assert told.details(Verdict.NOT_POSSIBLE) == ["send: the server is offline", "say: the server is offline"]


def test_a_broadcast_is_the_packs() -> None:
    assert story('{say: "bye ${name}"}').happens(1.0, "crash").calls == ["1 send say bye lobby"]


def test_where_the_game_has_no_broadcast_it_is_skipped() -> None:
    told = story("{say: hi}, {notify: ops, text: on}")
    told.at(0.5, ev.ServerListed, profile=ev.Profile(uuid="u-lobby", id="lobby", name="lobby", egg="Rust"))

    assert told.happens(1.0, "crash").calls == ["1 notify ops: on"]


def test_if_goes_one_way_or_the_other_and_unknown_is_false() -> None:
    told = story("{if: memory_pct > 50, do: [{send: high}], else: [{send: low}]}, {send: after}")
    told.happens(1.0, "crash").memory(2.0, 80).happens(3.0, "crash")

    assert told.calls == ["1 send low", "1 send after", "3 send high", "3 send after"]


def test_end_ends_the_run() -> None:
    assert story("{send: one}, end, {send: two}").happens(1.0, "crash").calls == ["1 send one"]
