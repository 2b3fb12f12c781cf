"""What no single key shows: names, references, authority; one mistake is one error."""

from __future__ import annotations

import pytest

from tests.rulebook.texts import load, told


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("{id: a, when: {event: crash}, breaker: {max: 3}}", "the key `within` is missing"),
        ("{id: a, when: {event: crash}, breaker: {max: 3, within: 1h, reset: never}}", "a duration is"),
        ("{id: a, when: {event: crash}, breaker: {max: 3, within: 0s}}", "`within` is longer than `0s`"),
        ("{id: a, when: {event: crash}, count: 3, within: 0m}", "`within` is longer than `0s`"),
        ("{id: a, while: suspended, by: nodes}", "`nodes` is not possible here"),
        ("{id: a, when: {event: crash}, by: [it.player]}", "the match has no field `player`"),
        ("{id: a, while: suspended, by: node}", "suspended"),
        ("{id: a, while: suspended, escalate: [{after: 5m, unless: akced, do: [end]}]}", "`acked`"),
        ("{id: a, when: {event: crash}, breaker: {max: 1, within: 1h, then: [{wait: acked}]}}", "acked"),
        ("{id: a, while: suspended, overlap: wait}", "`wait` is not possible here"),
        ("{id: a, when: {rule: a}}", "rules set each other off in a ring: a → a"),
        ("{id: a, when: {rule: b}}", "unknown rule `b`"),
        ("{id: a, when: {hook: b}}", "unknown hook `b`"),
        ("{id: a, when: {any: [{event: crash, where: suspended}]}}", "a `where` inside `any`"),
        ("{id: a, when: {event: crash}, do: [{call: b}]}", "unknown macro `b`"),
        ("{id: a, when: {event: crash}, do: [{notify: ops, text: '${left}'}]}", "`left`"),
        ("{id: a, while: 'window(\"quiet\")'}", "quiet"),
        ("{id: a, while: 'firing(\"b\")'}", "`b`"),
        ("{id: a, while: it.x > 3}", "`it.x`"),
        ("{id: a, while: open_for > 3m}", "the fact `open_for` cannot be read here"),
        ("{id: a, when: {event: crash, console: '^x'}}", "`console` are two triggers"),
        ("{id: a, when: crash}", "a trigger is a mapping"),
        ("{id: a, when: {event: crash}, do: [power]}", "`power` needs a value"),
        ("{id: a, when: {event: crash, where: it.exit > 0}}", "it.exit"),
        ("{id: a, when: {event: crash}, do: [{power: reboot}]}", "`reboot` is not possible here"),
        ("{id: a, when: {event: crash}, do: [{wait: 5}]}", "a duration needs a unit"),
        (f"{{id: a, servers: {{name: '{'a*' * 2001}'}}, when: {{event: crash}}}}", "a glob is at most 4000"),
        ("{id: a, while: suspended, do: [{power: reinstall}]}",
         "`reinstall` is not possible here: it is an action of its own; write `reinstall: 30m`"),
        ("{id: a, while: lag < 15}", "`lag`: no such figure is known by itself: `facts:` makes one"),
        ("{id: a, while: suspended, do: [{power: start, force_after: 1m}]}", "`force_after` does nothing"),
        ("{id: a, while: suspended, do: [{power: stop, override: operator}]}", "`override` does nothing"),
        ("{id: a, while: suspended, do: [{wait: 5m, within: 3m}]}", "a time always passes"),
        ("{id: a, while: suspended, do: [{wait: connected, else: [end]}]}", "there is no `within`"),
        ("{id: a b, when: {event: crash}}", "a name of letters, digits"),
    ],
)  # fmt: skip
def test_one_mistake_is_one_error_that_says_what_is_wrong(rule: str, message: str) -> None:
    (problem,) = told(f"rules: [{rule}]")

    assert message in problem
    assert ": error: " in problem


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            "{id: a, when: {console: 'oom'}, do: [{send: list}]}",
            "begins with `^` and what the game itself",
        ),
        ("{id: a, when: {event: crash}, do: [end, {notify: ops}]}", "never reached"),
        ("{id: a, while: suspended, mutes: {rules: '*'}}", "none is narrower than `server`"),
        ("{id: a, while: suspended, mutes: {rules: [b]}}", "`mutes` names `b`, and no other rule has"),
    ],
)
def test_what_is_probably_not_meant_is_a_warning_and_loads(rule: str, message: str) -> None:
    loaded = load(f"rules: [{rule}]")

    assert [problem.severity for problem in loaded.problems] == ["warning"]
    assert message in str(loaded.problems[0])
    assert len(loaded.rules) == 1
