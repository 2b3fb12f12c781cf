"""Messages are handed to a channel, with what belongs to them."""

from __future__ import annotations

from automaton.core.calls import SendMessage, Severity
from automaton.core.outcome import Outcome, Result
from tests.core.story import DONE, Story, on_crash


def notices(told: Story) -> list[SendMessage]:
    return [call for _, _, call in told.asked if isinstance(call, SendMessage)]


def test_a_notification_says_which_part_of_it_a_console_printed() -> None:
    told = on_crash('{notify: ops, title: "${name}", text: "it said:\\n${lines}\\nand fell"}')
    told.line(1.0, "one").line(2.0, "two").happens(3.0, "crash")

    (notice,) = notices(told)
    assert (notice.title, notice.text) == ("lobby", "it said:\none\ntwo\nand fell")
    assert [notice.text[begin:end] for begin, end in notice.excerpts] == ["one\ntwo"]


def test_a_notification_without_text_says_the_rules_note() -> None:
    (notice,) = notices(
        on_crash("{notify: ops}", ", note: it crashed, severity: critical").happens(1.0, "crash")
    )

    assert (notice.text, notice.severity) == ("it crashed", Severity.CRITICAL)


def test_a_notification_may_be_louder_than_its_rule() -> None:
    (notice,) = notices(on_crash("{notify: ops, severity: critical}").happens(1.0, "crash"))

    assert notice.severity is Severity.CRITICAL


def test_the_notices_of_one_incident_belong_together_and_the_last_resolves_it() -> None:
    told = on_crash("{notify: ops, text: a}", ", on_clear: [{notify: ops, text: b}]").happens(1.0, "crash")
    first, last = notices(told)

    assert first.ref == last.ref
    assert (first.resolves, last.resolves) == (False, True)


def test_an_end_is_not_told_where_its_opening_was_not() -> None:
    told = on_crash("{wait: 1h}, {notify: ops, text: a}", ", until: 1m, on_clear: [{notify: ops, text: b}]")

    assert told.happens(1.0, "crash").until(200.0).calls == []


def test_an_end_is_told_where_the_rule_names_no_opening() -> None:
    told = on_crash("{wait: 1s}", ", on_clear: [{notify: ops, text: b}]").happens(1.0, "crash").until(9.0)

    assert told.calls == ["2 notify ops: b"]


def test_a_notification_that_was_not_taken_does_not_fail_the_run() -> None:
    told = on_crash("{notify: ops, text: a}, {send: list}")
    told.answer = lambda call: Outcome(Result.FAILED, "full") if call.verb == "notify" else DONE

    assert told.happens(1.0, "crash").calls == ["1 notify ops: a", "1 send list"]


def test_a_notification_to_several_channels_goes_to_each_of_them() -> None:
    told = on_crash("{notify: [ops, staff], text: a}, {send: list}").happens(1.0, "crash")

    assert told.calls == ["1 notify ops: a", "1 notify staff: a", "1 send list"]
    assert len({one.ref for one in notices(told)}) == 1


def test_a_channel_of_several_that_does_not_take_it_keeps_it_from_no_other() -> None:
    told = on_crash("{notify: [ops, staff], text: a}, {send: list}")
    told.answer = lambda call: Outcome(Result.FAILED, "full") if call.argument == "ops" else DONE

    assert told.happens(1.0, "crash").calls == ["1 notify ops: a", "1 notify staff: a", "1 send list"]


def test_an_end_is_told_to_those_of_several_channels_that_heard_of_the_opening() -> None:
    told = on_crash(
        "{notify: ops, text: a}, {wait: 1h}, {notify: staff, text: a}",
        ", until: 1m, on_clear: [{notify: [ops, staff], text: b}]",
    )

    assert told.happens(1.0, "crash").until(200.0).calls == ["1 notify ops: a", "61 notify ops: b"]


def test_in_shadow_each_of_several_channels_would_have_been_told() -> None:
    told = on_crash("{notify: [ops, staff], text: a}", ", arm: shadow").happens(1.0, "crash")

    held = [call.argument for decision in told.decisions for call in decision.held]
    assert (told.calls, held) == ([], ["ops", "staff"])
