"""One of several: the first that matches, with its own fields."""

from __future__ import annotations

from automaton.core.events import Source
from automaton.core.happening import LINE, TIME, Happening, Heard
from automaton.core.ports import Trigger
from tests.core.story import Story
from tests.rulebook.texts import load, told


def trigger(entries: str) -> Trigger:
    loaded = load(f"rules: [{{id: a, when: {{any: [{entries}]}}, do: [end]}}]", None)
    assert [str(one) for one in loaded.problems] == []
    assert loaded.rules[0].when is not None
    return loaded.rules[0].when


def test_the_one_that_matches_gives_the_fields() -> None:
    either = trigger("{event: player.join}, {state: any -> offline}")

    assert either.match(Happening("player.join", {"player": "Steve"})) == {"player": "Steve"}
    assert either.match(Happening("crash", {})) is None
    assert either.listens().events == {"player.join", "state"}


def test_a_where_in_the_list_judges_its_own_match_and_the_next_is_asked() -> None:
    either = trigger("{console: '^lag (?P<ms>\\d+)', where: it.ms > 2000}, {console: '^lag (?P<lag>\\d+)'}")

    def line(text: str) -> Happening:
        return Happening(LINE, heard=Heard(text, text, Source.GAME))

    assert either.match(line("lag 2500")) == {"ms": "2500", "line": "lag 2500"}
    assert either.match(line("lag 1500")) == {"lag": "1500", "line": "lag 1500"}


def test_its_next_time_is_the_least_and_it_makes_up_where_one_does() -> None:
    either = trigger(
        '{schedule: "0 5 * * *", tz: UTC}, {schedule: "0 4 * * *", tz: UTC, missed: run}, {event: crash}'
    )

    assert either.next_time(0.0, "") == 4 * 3600.0
    assert either.next_time(4 * 3600.0, "") == 5 * 3600.0
    assert either.makes_up
    assert either.match(Happening(TIME)) == {}
    assert trigger("{event: crash}").next_time(0.0, "") is None


def test_what_its_entries_name_is_judged_as_if_they_stood_alone() -> None:
    problems = told("rules: [{id: a, when: {any: [{event: crsh}, {hook: x}, {rule: y}]}, do: [end]}]")

    assert [problem.split("error: ")[1].split(",")[0] for problem in problems] == [
        "unknown event `crsh`",
        "unknown hook `x`; expected a name of `hooks` in automaton.yml: there is none",
        "unknown rule `y`; expected `a`",
    ]


def test_it_has_every_field_that_one_of_them_gives() -> None:
    text = """
        rules:
          - id: a
            when: {{any: [{{event: crash}}, {{event: player.join}}]}}
            do: [{{notify: ops, text: '${{it.{0}}}'}}]
        """

    assert told(text.format("player")) == told(text.format("exit_code")) == []
    assert len(told(text.format("banana"))) == 1


def test_a_rule_hears_whichever_comes() -> None:
    story = Story(
        'rules: [{id: a, when: {any: [{event: crash}, {schedule: "5 0 * * *", tz: UTC}]},'
        ' do: [{notify: ops, text: "${it.exit_code}"}]}]'
    )

    assert story.happens(5.0, "crash", exit_code=1, oom=False).until(400.0).calls == [
        "5 notify ops: 1",
        "300 notify ops: unknown",
    ]
