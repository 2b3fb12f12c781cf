"""Servers that obey do what they are asked to, and their games answer a second later."""

from __future__ import annotations

import pytest

from tests.ruletest.run_case import SERVER, deeds, expecting, record_of

RULES = "rules: [{id: a, when: {event: ready}, do: [%s, {notify: ops, text: done}]}]"
READY = "feed: [{at: 10s, event: ready}]"


def done_at(action: str, more: str = "") -> str:
    told = deeds(RULES % action, f"{SERVER}\n{READY}\n{more}")
    return next(one.split(" ")[0] for one in told if one.endswith("notify ops: done"))


def test_questions_and_backups_are_answered_after_a_second() -> None:
    assert [done_at(one) for one in ("{save: 60s}", "{probe: 30s}", "{backup: b}")] == ["11s"] * 3


def test_what_needs_no_answer_is_done_at_once() -> None:
    assert [done_at(one) for one in ("{say: hi}", "{send: list}", "{http: page, json: {}}")] == ["10s"] * 3


def test_what_the_panel_does_takes_a_second() -> None:
    told = [done_at(one) for one in ("{files: {delete: a}}", "{startup: {A: b}}", "reinstall")]

    assert told == ["11s"] * 3


def test_a_reinstall_takes_the_server_down() -> None:
    told = deeds(RULES % "reinstall, {wait: 'state == \"offline\"'}", f"{SERVER}\n{READY}")

    assert told == ["10s reinstall server", "11s notify ops: done"]


@pytest.mark.parametrize("action", ["{files: {delete: a}}", "{startup: {A: b}}"])
def test_an_answer_that_does_not_come_goes_into_the_else(action: str) -> None:
    step = f'{action[:-1]}, else: [{{notify: ops, text: "${{result.reason}}"}}]}}'
    told = deeds(RULES % step, f"{SERVER}\n{READY}\nobeys: false")

    assert [one.partition(": ")[2].partition(",")[0] for one in told if "notify" in one] == [
        "nothing tells whether it was done",
        "done",
    ]


@pytest.mark.parametrize("action", ["{files: {delete: a}}", "{startup: {A: b}}"])
def test_a_panel_that_is_down_does_nothing(action: str) -> None:
    step = f"{action[:-1]}, else: [{{notify: ops, text: no}}]}}"
    fed = "feed: [{at: 5s, panel: down}, {at: 10s, event: ready}]"

    assert any(one.endswith("notify ops: no") for one in deeds(RULES % step, f"{SERVER}\n{fed}"))


def test_the_oldest_backups_are_gone_after_each() -> None:
    fed = "feed: [{at: 10s, event: ready, times: 3, every: 1m}]"
    told = deeds(RULES % "{backup: b, keep: 1}", f"{SERVER}\n{fed}")

    assert [one for one in told if "rotate" in one] == [
        f"{at} rotate keep 1" for at in ("11s", "1m11s", "2m11s")
    ]


def test_what_a_test_does_not_allow_is_refused() -> None:
    limits = "limits: {allow: {power: [stop]}}"

    assert deeds(RULES % "{files: {delete: a}}", f"{SERVER}\n{READY}\n{limits}") == []


def test_what_does_not_obey_answers_nothing() -> None:
    assert done_at("{save: 60s, else: []}", "obeys: false") == "1m10s"


def test_a_game_that_is_not_up_answers_nothing() -> None:
    fed = "feed: [{at: 10s, event: ready}, {at: 10s, state: offline}]"

    came = record_of(RULES % "{probe: 30s, else: []}", f"{SERVER}\n{fed}").got
    assert "done" not in [got.text for got in came if got.at < 12.0]


FAILED = "{backup: b, within: 5m, else: [{notify: ops, text: done}]}"


def test_a_backup_of_somebody_else_that_is_fed_is_not_the_one_that_was_asked_for() -> None:
    for fed in ("event: backup.completed, ok: true", "event: backup.completed, ok: true, uuid: others"):
        feed = f"feed: [{{at: 10s, event: ready}}, {{at: 1m, {fed}}}]"
        told = deeds(RULES % FAILED, f"{SERVER}\n{feed}\nobeys: false")
        assert told[1] == "5m10s notify ops: done"


@pytest.mark.parametrize(("ok", "said"), [("true", 1), ("false", 2)])
def test_the_end_of_a_backup_is_fed_by_its_number(ok: str, said: int) -> None:
    first, second = "{backup: a, else: []}", FAILED
    ends = "{at: 20s, event: backup.completed, ok: true, uuid: backup-1}"
    fed = f"{ends}, {{at: 1m, event: backup.completed, ok: {ok}, uuid: backup-2}}"
    feed = f"feed: [{{at: 10s, event: ready}}, {fed}]"
    told = deeds(RULES % f"{first}, {second}", f"{SERVER}\n{feed}\nobeys: false")

    assert told == ["10s backup a", "20s backup b", *["1m notify ops: done"] * said]


WIPE = """
    rules:
      - id: wipe
        when: {event: ready}
        do:
          - {power: stop}
          - {files: {delete: "world*"}, else: [{notify: ops, text: "files: ${result.reason}"}]}
          - {startup: {SEED: "42"}, else: []}
          - {reinstall: 30m}
          - {notify: ops, text: "done"}
    """


def test_what_the_panel_is_asked_is_done_after_a_second_and_expected_by_its_verb() -> None:
    expect = (
        "{at: 11s, files: 'delete world*'}",
        "{at: 12s, startup: 'SEED=*'}",
        "{at: 13s, reinstall: server}",
        "{at: 14s, notify: ops, text: done}",
        "{count: 1, power: stop}",
    )

    assert expecting(WIPE, "{at: 10s, event: ready}", *expect) == []


def test_without_a_panel_nothing_of_it_is_done() -> None:
    fed = "{at: 0s, panel: down}, {at: 10s, event: ready}"
    why = "{notify: ops, text: 'files: the Panel cannot be reached'}"

    assert expecting(WIPE, fed, why, "{never: {notify: ops, text: done}}") == []
