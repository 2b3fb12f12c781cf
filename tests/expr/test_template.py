"""Text that is filled: literals as they are, values by their kind, guarded where asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.core.expression import Applied
from automaton.core.facts.table import SERVER_FACTS
from automaton.core.truth import UNKNOWN, Plain, Value
from automaton.errors import Invalid
from automaton.expr.template import check_template, parse_template
from tests.expr.oracle import Age, Ages

FACTS: dict[str, Plain | Age] = {
    "name": "rust-1",
    "memory_pct": 93.44,
    "memory": int(7.2 * 2**30),
    "console_age": Age(began=697.0),
    "uptime": Age(began=0.0, at_least=True),
    "it.player": "Eve\nop Eve",
    "tags": ("prod", "eu"),
    "connected": True,
}


def fill(text: str) -> str:
    return parse_template(text).fill(Ages(FACTS, 1000.0), 1000.0)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("", ""),
        ("plain", "plain"),
        ("${name} memory ${memory_pct}", "rust-1 memory 93.4 %"),
        ("${memory}, quiet for ${console_age}", "7.2 GiB, quiet for 5m 3s"),
        ("up ${uptime}", "up at least 16m 40s"),
        ("${name}${name}", "rust-1rust-1"),
        ("${state}", "unknown"),
        ("${tags}: ${connected}", "prod, eu: yes"),
        ("${memory_pct > 90}", "yes"),
        ("${memory_pct - 90}", "3.4 %"),
        ("$${name} costs $5 and $$", "${name} costs $5 and $$"),
        ("$${name} ${name}", "${name} rust-1"),
        ("${'}'}", "}"),
        ("a } b { c", "a } b { c"),
    ],
)
def test_values_print_by_their_kind(text: str, filled: str) -> None:
    assert fill(text) == filled


def test_the_guard_sees_each_value_and_no_literal() -> None:
    template = parse_template("say\n${it.player} ${memory_pct}")

    filled = template.fill(Ages(FACTS, 1000.0), 1000.0, lambda value: f"<{value!r}>")

    assert filled == "say\n<'Eve\\nop Eve'> <'93.4 %'>"


def test_what_a_value_says_is_never_filled_again() -> None:
    scope = Ages({"it.player": "${name} $${x}"}, 0.0)

    assert parse_template("hi ${it.player}").fill(scope, 0.0) == "hi ${name} $${x}"


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("ab ${name", 3, "`${` is not closed"),
        ("ab ${}", 5, "an expression is expected"),
        ("ab ${name and}", 13, "a value is missing"),
        ("ab ${name} ${a = b}", 15, "`=` is not a word of this language"),
        ("ab ${'}", 3, "`${` is not closed"),
    ],
)
def test_a_mistake_is_told_at_its_place_in_the_text(text: str, offset: int, message: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_template(text)

    assert (caught.value.problem.offset, caught.value.problem.message) == (offset, message)


def test_an_unknown_name_in_a_text_is_told_at_its_place() -> None:
    problems = check_template(parse_template("hello ${nam}, ${it.x}"), SERVER_FACTS, it=frozenset())

    assert [(problem.offset, problem.suggestion) for problem in problems] == [(8, "name"), (16, "")]


def test_it_knows_what_it_reads() -> None:
    assert parse_template("${name} ${it.player}: ${memory_pct > 90}").names == {
        "name",
        "it.player",
        "memory_pct",
    }


@given(st.text())
def test_any_text_is_a_template_or_says_why_not(text: str) -> None:
    offset = 0
    try:
        parse_template(text).fill(Ages({}, 0.0), 0.0)
    except Invalid as error:
        offset = error.problem.offset or 0

    assert 0 <= offset <= len(text)


@given(st.text())
def test_a_literal_survives_its_escape(text: str) -> None:
    escaped = text.replace("$", "").replace("{", "")

    assert parse_template(f"{escaped}$${{x}}").fill(Ages({}, 0.0), 0.0) == f"{escaped}${{x}}"


def test_a_value_is_what_the_scope_says_even_unknown_by_kind() -> None:
    class Lead:
        def read(self, name: str) -> Value:
            return Value(12.5)

        def apply(self, applied: Applied) -> Value:
            return UNKNOWN

    assert parse_template("${lead}").fill(Lead(), 0.0) == "12.5"


@pytest.mark.parametrize("text", ["${now}", "${ now }", "${now:%Y%m%d-%H%M}", "at ${now:%H:%M} of ${name}"])
def test_the_moment_stands_in_a_text_as_a_whole_and_wakes_nothing(text: str) -> None:
    template = parse_template(text)

    assert check_template(template, SERVER_FACTS) == []
    assert template.names <= {"name"}


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("${now:%q}", 6, "this is no part of a form of `now`"),
        ("a ${now:%H %}", 11, "this is no part of a form of `now`"),
        ("${now:}", 6, "the form of `now` is missing"),
    ],
)
def test_a_form_of_the_moment_is_checked_when_it_is_loaded(text: str, offset: int, message: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_template(text)

    assert (caught.value.problem.offset, caught.value.problem.message) == (offset, message)


def test_the_moment_cannot_be_a_part_of_an_expression() -> None:
    (problem,) = check_template(parse_template("${lower(now)}"), SERVER_FACTS)

    assert problem.message == "the fact `now` cannot be read here"
    assert "`window" in problem.expected
