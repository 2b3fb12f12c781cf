"""Constants, macros and windows: known in every file, and wrong ones reported at their place."""

from __future__ import annotations

import pytest

from automaton.actions.countdown import Countdown
from automaton.actions.say import Say
from automaton.core.rules.action import walk
from automaton.core.rules.rule import Rule
from automaton.expr.template import Template
from automaton.rulebook.load import load_texts
from tests.rulebook.texts import KNOWN, told


def rules(*texts: str) -> tuple[Rule, ...]:
    loaded = load_texts([(f"{number}.yml", text) for number, text in enumerate(texts)], KNOWN)
    assert [str(one) for one in loaded.problems] == []
    return loaded.rules


def rule(text: str) -> Rule:
    return rules(text)[0]


VARS = """
vars: {limit: 90%, hold: 5m, many: 3, space: 8GiB, really: true, shout: "Careful, ${name}!", least: -5}
rules:
  - id: a
    while: memory_pct > limit and memory > space and (really or cpu_pct < least)
    for: ${hold}
    until: ${hold}
    do:
      - {say: "${shout} Above ${limit} for ${hold}"}
      - {wait: "${hold}"}
  - {id: b, when: {event: crash}, count: "${many}", within: "${hold}", do: [end]}
"""


def test_a_constant_stands_in_expressions_in_texts_and_as_a_whole_value() -> None:
    a, b = rules(VARS)
    assert a.holds is not None

    assert a.holds.source == "memory_pct > 90% and memory > 8GiB and (true or cpu_pct < (-5))"
    assert (a.hold_for, a.quiet, b.count, b.within) == (300.0, 300.0, 3, 300.0)
    say = a.do[0]
    assert isinstance(say, Say)
    assert isinstance(say.say, Template)
    assert say.say.source == "Careful, ${name}! Above ${90%} for ${5m}"


def test_a_rule_with_another_constant_is_another_rule() -> None:
    one, other = rule(VARS), rule(VARS.replace("90%", "95%"))

    assert one.holds != other.holds
    assert one.holds == rule(VARS).holds


def test_a_mistake_behind_a_constant_keeps_its_place() -> None:
    text = "vars: {limit: 90%}\nrules:\n - {id: a, while: memory_pct > limit and memry > 3}\n"

    assert told(text) == ["r.yml:3:42: error: unknown name `memry`, did you mean `memory`?; expected a fact"]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("{id: a, while: suspended, for: '${hld}'}", "3:35: error: unknown name `hld`, did you mean `hold`?"),
        ("{id: a, while: suspended, for: '${limit}'}", "`90%` is a percent: a duration is written like"),
        ("{id: a, while: suspended, for: '${many}'}", "`3` is a bare number: a duration needs a unit"),
        ("{id: a, while: state_age > limit}", "3:31: error: a duration is compared with a percent"),
        ("{id: a, while: memory_pct > limt}", "unknown name `limt`, did you mean `limit`?"),
        ("{id: a, while: name == shout}", "`shout` cannot stand in an expression"),
        ("{id: a, while: suspended, do: [{notify: ops, text: '${limt}'}]}", "did you mean `limit`?"),
    ],
)
def test_a_wrong_use_of_a_constant_is_told_where_it_stands(rule: str, message: str) -> None:
    text = f"vars: {{limit: 90%, hold: 5m, many: 3, shout: '${{name}}!'}}\nrules:\n - {rule}"

    (problem,) = told(text)
    assert message in problem


@pytest.mark.parametrize(
    ("vars_", "message"),
    [
        ("{players: 3}", "`players` is a word of the language"),
        ("{max-players: 3}", "letters, digits and `_`; found `max-players`; write `max_players`"),
        ("{limit: [3]}", "`limit` is one value"),
        ("{limit: }", "`limit` is one value"),
    ],
)
def test_a_constant_that_cannot_be_is_told(vars_: str, message: str) -> None:
    (problem,) = told(f"vars: {vars_}\nrules: []")

    assert message in problem


def test_what_is_written_in_quotes_is_text_and_all_else_is_what_it_looks_like() -> None:
    text = "vars: {a: '5m'}\nrules: [{id: a, while: state_age > a}]"

    (problem,) = told(text)
    assert "a duration is compared with a text" in problem


def test_a_file_knows_its_own_constants_first_and_those_of_the_others() -> None:
    own = "vars: {limit: 90%}\nrules: [{id: a, while: cpu_pct > limit and disk_pct > wide}]"
    other = "vars: {limit: 80%, wide: 70%}\nrules: [{id: b, while: cpu_pct > limit}]"
    a, b = rules(own, other)
    assert a.holds is not None
    assert b.holds is not None

    assert (a.holds.source, b.holds.source) == ("cpu_pct > 90% and disk_pct > 70%", "cpu_pct > 80%")


MACROS = """
macros:
  restart:
    params: {lead: duration, why: text, limit: percent, times: number, room: size, force: truth}
    do:
      - countdown: ${lead}
        say: "${why}, in ${left}"
        unless: memory_pct < limit
        else: [{say: "Cancelled."}, end]
      - {call: tell, with: {what: "${why} (${name})"}}
      - {if: force and players < times and memory > room, do: [{power: restart}]}
  tell: {params: {what: text}, do: [{notify: ops, text: "Told: ${what}"}]}
rules:
  - id: a
    while: memory_pct > 95
    do:
      - call: restart
        with: {lead: 5m, why: "${name} is full", limit: 80%, times: 3, room: 2GiB, force: true}
"""


def test_a_call_is_the_macro_s_steps_with_the_values_written_in() -> None:
    steps = list(walk([rule(MACROS).do]))
    countdown = next(step for step in steps if isinstance(step, Countdown))

    assert [step.verb for step in steps] == [
        *("call", "countdown", "say", "end", "call", "notify", "if", "power"),
    ]
    assert countdown.countdown == 300.0
    assert countdown.say is not None
    assert countdown.say.source == "${name} is full, in ${left}"
    assert countdown.unless is not None
    assert countdown.unless.source == "memory_pct < 80%"


def test_a_text_goes_through_a_macro_that_calls_another() -> None:
    (notify,) = [step for step in walk([rule(MACROS).do]) if step.verb == "notify"]

    assert getattr(notify, "text", None) is not None
    assert notify.text.source == "Told: ${name} is full (${name})"  # type: ignore[attr-defined]


def test_a_rule_whose_macro_changed_is_another_rule() -> None:
    assert rule(MACROS).do == rule(MACROS).do
    assert rule(MACROS).do != rule(MACROS.replace("Cancelled", "Off")).do
    assert rule(MACROS).do != rule(MACROS.replace("lead: 5m", "lead: 6m")).do


CALLS = """
macros:
  restart: {params: {lead: duration, to: text}, do: [{wait: "${lead}"}, {notify: "${to}", text: "${it.why}"}]}
rules:
"""


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("{call: restart, with: {lead: 5m}}", "`restart` needs `to`, a text"),
        ("{call: restart, with: {lead: 5, to: ops}}", "`lead` is a duration; found `5`; expected a duration"),
        ("{call: restart, with: {lead: 5m, to: ops, led: 3}}", "no parameter `led`, did you mean `lead`?"),
        ("{call: restart, with: {lead: [5m], to: ops}}", "`lead` is a duration; found a list"),
        ("{call: restart, with: 5m}", "`with` is a mapping of parameters; found `5m`"),
        ("{call: restrt}", "unknown macro `restrt`, did you mean `restart`?"),
        ("{call: restart, with: {lead: 5m, to: opps}}", "unknown channel `opps`, did you mean `ops`?"),
    ],
)
def test_a_wrong_call_is_told(call: str, message: str) -> None:
    problems = told(f"{CALLS} - {{id: a, when: {{hook: x}}, do: [{call}]}}\n")

    assert [problem for problem in problems if "hook" not in problem][:1] != []
    assert any(message in problem for problem in problems)


def test_what_is_wrong_in_a_macro_is_told_once_however_many_rules_call_it() -> None:
    macro = 'macros: {m: {do: [{notify: opps, text: "${nmae} ${it.player}"}]}}\n'
    rule = "  - {id: %s, when: {event: %s}, do: [{call: m}]}\n"
    events = ("a", "crash"), ("b", "player.join"), ("c", "ready"), ("d", "crash")
    problems = told(f"{macro}rules:\n" + "".join(rule % one for one in events))

    assert [one.split("; ")[0] for one in problems] == [
        "r.yml:1:28: error: unknown channel `opps`, did you mean `ops`? (called at r.yml:3)",
        "r.yml:1:43: error: unknown name `nmae`, did you mean `name`? (called at r.yml:3)",
        "r.yml:1:51: error: the match has no field `player` (called at r.yml:3)",
    ]


def test_what_is_wrong_in_a_macro_for_one_caller_names_the_caller() -> None:
    call = "{call: restart, with: {lead: 5m, to: ops}}"
    problems = told(f"{CALLS} - {{id: a, when: {{event: crash}}, do: [{call}]}}\n")

    assert problems == [
        "r.yml:2:100: error: the match has no field `why` (called at r.yml:4); found `it.why`; expected "
        "`it.exit_code`, `it.oom`"
    ]


@pytest.mark.parametrize(
    ("macros", "messages"),
    [
        ("{a: {do: [{call: b}]}, b: {do: [{call: a}]}}", ["macros call each other in a ring: a → b → a"]),
        ("{a: {do: [{call: a}]}}", ["macros call each other in a ring: a → a"]),
        ("{a: {params: {x: time}, do: [end]}}", ["unknown kind `time`"]),
        ("{a: {params: {state: text}, do: [end]}}", ["`state` is a word of the language"]),
        ("{a: {do: [{notfy: ops}]}}", ["unknown action `notfy`"]),
        ("{a: {do: [{notfy: ops}]}, b: {do: [{call: a}]}}", ["unknown action `notfy`"]),
        ("{a: {params: {x: number}, do: [{wait: '${x}'}]}}", ["a duration needs a unit"]),
        ("{a: {}}", ["the key `do` is missing"]),
    ],
)
def test_a_wrong_macro_is_told_once_though_nobody_calls_it(macros: str, messages: list[str]) -> None:
    problems = told(f"macros: {macros}\nrules: [{{id: r, while: suspended, do: [end]}}]")

    assert len(problems) == len(messages)
    assert all(message in problem for message, problem in zip(messages, problems, strict=True))


def test_macros_that_multiply_are_refused() -> None:
    calls = ", ".join(["{call: m%d}"] * 10)
    macros = "\n".join(f"  m{n}: {{do: [{calls.replace('%d', str(n + 1))}]}}" for n in range(9))
    problems = told(
        f"macros:\n{macros}\n  m9: {{do: [end]}}\nrules: [{{id: r, while: suspended, do: [{{call: m0}}]}}]"
    )

    assert any("become too many steps" in problem for problem in problems)


QUIET = 'windows: {quiet: {days: [sat, sun], from: "02:00", to: "07:30", tz: Europe/Berlin}}\n'


def test_every_file_knows_the_windows_of_all() -> None:
    rule = "rules: [{id: a, while: 'window(\"quiet\")', do: [end]}]"

    assert load_texts([("a.yml", rule), ("b.yml", QUIET)], KNOWN).problems == []


def test_a_name_that_two_files_give_is_refused() -> None:
    (problem,) = load_texts([("a.yml", QUIET), ("b.yml", QUIET)], KNOWN).problems

    assert str(problem) == "b.yml:1:11: error: the window `quiet` stands already at a.yml:1"


def test_an_unknown_window_is_told() -> None:
    (problem,) = told(f"{QUIET}rules: [{{id: a, while: 'window(\"quite\")', do: [end]}}]")

    assert "quite" in problem
    assert "quiet" in problem
