"""Addresses, programs and servers answer as a test feeds it, until it feeds something else."""

from __future__ import annotations

from tests.ruletest.run_case import expecting, failures

TELLS = "else: [{notify: ops, text: '${result.reason}'}]"
RULES = f"rules: [{{id: a, when: {{event: ready}}, do: [{{%s, {TELLS}}}, {{notify: staff, text: '%s'}}]}}]"


def test_an_address_that_answers_no_fails_the_step_until_it_answers_otherwise() -> None:
    rules = RULES % ("http: page", "${result.status} ${result.body}")
    no, yes = "{at: 0s, http: {page: {status: 503}}}", "{at: 2s, http: {page: fine}}"
    fed = f"{no}, {{at: 1s, event: ready}}, {yes}, {{at: 3s, event: ready}}"

    told = "{at: 1s, notify: ops, text: '`page` answers HTTP 503'}"
    fine = "{at: 3s, notify: staff, text: 200 fine}"
    assert expecting(rules, fed, told, "{count: 1, notify: ops}", fine) == []


def test_a_program_that_ends_with_a_code_fails_the_step_and_says_what_it_printed() -> None:
    rules = RULES % ("exec: rotate", "${result.status}")
    fed = "{at: 0s, exec: {rotate: {code: 3, body: disk is full}}}, {at: 1s, event: ready}"

    told = "{notify: ops, text: '`rotate` ended with 3: disk is full'}"
    assert expecting(rules, fed, told, "{notify: staff, text: '3'}") == []
    fine = "{at: 0s, exec: {rotate: done}}, {at: 1s, event: ready}"
    assert expecting(rules, fine, "{notify: staff, text: '0'}", "{never: {notify: ops}}") == []


def test_what_the_world_refuses_fails_with_the_reason_until_it_refuses_nothing() -> None:
    rules = RULES % ("backup: nightly", "on")
    refused = "{at: 0s, refuses: {backup: the limit is reached}}"
    fed = f"{refused}, {{at: 1s, event: ready}}, {{at: 1m, refuses: []}}, {{at: 2m, event: ready}}"

    told = "{at: 1s, notify: ops, text: the limit is reached}"
    assert expecting(rules, fed, told, "{count: 1, notify: ops}", "{count: 2, notify: staff}") == []


def test_one_of_the_servers_may_be_refused() -> None:
    rules = RULES % ("files: {delete: world}", "on")
    servers = "servers: [{name: a}, {name: b}]"
    fed = "feed: [{at: 0s, server: a, refuses: files}, {at: 1s, server: '*', event: ready}]"
    told = "{notify: ops, server: a, text: 'refused, as the test feeds it'}"

    expect = f"expect: [{told}, {{never: {{notify: ops}}, server: b}}]"
    assert failures(rules, f"{servers}\n{fed}\n{expect}") == []


def test_what_nobody_feeds_is_done() -> None:
    rules = RULES % ("http: page", "on")

    assert expecting(rules, "{at: 1s, event: ready}", "{notify: staff}", "{never: {notify: ops}}") == []


def test_what_nobody_feeds_has_the_status_of_what_goes_well() -> None:
    answered = RULES % ("http: page", "${result.status}")
    ended = RULES % ("exec: rotate", "${result.status}")

    assert expecting(answered, "{at: 1s, event: ready}", "{notify: staff, text: '200'}") == []
    assert expecting(ended, "{at: 1s, event: ready}", "{notify: staff, text: '0'}") == []
