"""`now` in the texts of a rule: whose clock it shows, where it may stand, and what it types."""

from __future__ import annotations

import pytest

from automaton.core.moment import Moment
from automaton.schema.time_zone import machine_zone
from tests.core.story import Story, on_crash
from tests.rulebook.texts import load, told

pytestmark = pytest.mark.smoke

NOON = 1767614400.0  # 2026-01-05 12:00 UTC


@pytest.mark.parametrize(
    ("when", "text"),
    [
        ("{schedule: '0 13 * * *', tz: Europe/Berlin}", "2026-01-05 13:00"),
        ("{schedule: '0 12 * * *', tz: UTC}", "2026-01-05 12:00"),
        ("{schedule: '0 7 * * *', tz: America/New_York}", "2026-01-05 07:00"),
    ],
)
def test_it_is_the_clock_of_the_rules_own_zone(when: str, text: str) -> None:
    story = Story(f'rules: [{{id: a, when: {when}, do: [{{notify: ops, text: "${{now}}"}}]}}]')
    noon = Moment(NOON, NOON)

    assert story.rule_state("a").scene(noon).read("now").plain == text


def test_without_one_it_is_the_machines() -> None:
    rule = load('rules: [{id: a, when: {event: crash}, do: [{notify: ops, text: "${now}"}]}]').rules[0]

    assert rule.zone is machine_zone()


def test_a_form_names_a_backup() -> None:
    do = '{backup: "before ${now:%Y%m%d-%H%M}"}'
    until = ", until: {schedule: '0 0 1 1 *', tz: UTC}"
    story = on_crash(do, until).happens(86_400.0, "crash")

    assert [getattr(call, "name", None) for _, _, call in story.asked] == ["before 19700102-0000"]


@pytest.mark.parametrize("condition", ["now > 5", 'now == "2026"', "not now"])
def test_in_an_expression_it_is_an_error_that_says_what_to_write(condition: str) -> None:
    (problem,) = told(f"rules: [{{id: a, while: '{condition}', do: [end]}}]")

    assert "the fact `now` cannot be read here" in problem
    assert "`window" in problem
    assert "`schedule`" in problem


def test_a_wrong_form_is_told_at_its_place() -> None:
    text = 'rules: [{id: a, when: {event: crash}, do: [{notify: ops, text: "at ${now:%q}"}]}]'
    (problem,) = told(text)

    assert problem.startswith(f"r.yml:1:{text.index('%q') + 1}: error: this is no part of a form of `now`")


def test_it_may_be_said_in_the_game() -> None:
    story = on_crash('{send: "say ${now:%H:%M}, ${now}"}', ", until: {schedule: '0 0 1 1 *', tz: UTC}")

    assert story.happens(3600.0, "crash").calls == ["3600 send say 01:00, 1970-01-01 01:00"]
