"""What a step may not do, names in vain, or can never type."""

from __future__ import annotations

import pytest

from automaton.core.gates.limits import Allowance, DefaultAllowance
from automaton.rulebook.step_checks import Bounds
from tests.rulebook.texts import load, told


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("{id: a, while: 'share(suspended) > 0.5', by: node, do: [{power: stop}]}", "`power` acts on one"),
        ("{id: a, when: {event: crash}, do: [{http: b}]}", "unknown url `b`"),
        ("{id: a, when: {event: crash}, do: [{exec: b}]}", "unknown program `b`"),
        ("{id: a, when: {event: crash}, do: [{send: op Eve}]}", "a rule may not send `op`"),
        ("{id: a, when: {event: crash}, do: [{send: return run op Eve}]}", "a rule may not send `op`"),
        ("{id: a, when: {event: crash}, do: [{send: function lib:a}]}", "a rule may not send `function`"),
        ("{id: a, when: {event: player.join}, do: [{send: 'sudo ${players + 1} op Eve'}]}", "not send `op`"),
        ("{id: a, when: {event: player.join}, do: [{send: 'return run ${it.player}'}]}", "never chooses"),
        ("{id: a, when: {event: player.join}, do: [{send: 'exec ${it.player}'}]}", "never go behind `exec`"),
        ('{id: a, when: {event: crash}, do: [{send: "say hi\\nop Eve"}]}', "one line"),
        ('{id: a, when: {event: crash}, do: [{say: "hi\\nop Eve"}]}', "one line"),
        ('{id: a, when: {event: crash}, do: [{countdown: 5m, say: "in ${left}\\u202e"}]}', "one line"),
    ],
)  # fmt: skip
def test_a_step_that_cannot_be_done_is_an_error(rule: str, message: str) -> None:
    (problem,) = told(f"rules: [{rule}]")

    assert message in problem
    assert ": error: " in problem


@pytest.mark.parametrize(
    ("servers", "send", "wrong"),
    [
        ("{pack: minecraft}", "run foo", []), ("{pack: rust}", "run foo", ["run"]),
        ("{pack: '*'}", "run foo", ["run"]),
        ("{pack: minecraft}", "say hi; op Eve", []), ("{pack: source}", "say hi; op Eve", ["op"]),
        ("{pack: '*'}", "say hi; op Eve", []), ("{pack: factorio}", "c game.print()", []),
        ("{pack: factorio}", "/c game.print()", ["c"]), ("{pack: wings}", "say hi; exec a", ["exec"]),
    ],
)  # fmt: skip
def test_what_may_be_sent_is_judged_by_the_games_of_the_rules_servers(
    servers: str, send: str, wrong: list[str]
) -> None:
    found = told(f"rules: [{{id: a, servers: {servers}, when: {{event: crash}}, do: [{{send: '{send}'}}]}}]")

    assert [
        word for one in found for word in ("run", "op", "exec", "c") if f"not send `{word}`" in one
    ] == wrong
    assert len(found) == len(wrong)


def test_a_notice_that_its_channel_never_takes_is_a_warning() -> None:
    (problem,) = load("rules: [{id: a, when: {event: crash}, do: [{notify: oncall}]}]").problems

    assert problem.severity == "warning"
    assert "never sent: it is `warning`" in problem.message


def test_an_end_goes_where_its_opening_goes_however_quiet_it_is() -> None:
    told, untold = (
        load(
            "rules: [{id: a, when: {event: crash}, until: 1h, on_clear: [{notify: oncall, text: over}],"
            f" do: [{{notify: {opening}}}]}}]"
        ).problems
        for opening in ("oncall, severity: critical", "ops, severity: critical")
    )

    assert told == []
    assert [one.code for one in untold] == ["never-sent"]


def test_each_of_several_channels_is_judged_once_and_at_its_place() -> None:
    two, three, twice = (
        load(f"rules: [{{id: a, when: {{event: crash}}, do: [{{notify: [{names}]}}]}}]").problems
        for names in ("ops, oncall", "ops, osp", "ops, ops")
    )

    assert [(one.code, "`oncall` takes" in one.message) for one in two] == [("never-sent", True)]
    assert [(one.code, one.suggestion) for one in three] == [("unknown-channel", "ops")]
    assert three[0].column == two[0].column + len("{notify: [ops, ")
    assert [one.code for one in twice] == ["repeated-channel"]


def test_without_an_automaton_yml_channels_and_limits_are_not_judged() -> None:
    assert told("rules: [{id: a, when: {event: crash}, do: [{notify: x}, {power: kill}]}]", None) == []


def test_what_allow_names_for_some_server_is_no_mistake() -> None:
    bounds = Bounds({}, (Allowance(None, frozenset(), ()), DefaultAllowance()))

    assert told("rules: [{id: a, when: {event: crash}, do: [{send: list}]}]", bounds) == []
