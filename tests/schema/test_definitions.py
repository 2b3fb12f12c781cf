"""Constants: what they look like, and what they are in an expression."""

from __future__ import annotations

import pytest

from automaton.core.facts.kind import Kind
from automaton.errors import Invalid
from automaton.problem import FilePlace
from automaton.schema.definitions import Constant, Definitions, SubstitutedScalar, constant_of
from automaton.schema.scalar import Scalar, Style

HERE = FilePlace("r.yml", 3, 10)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("3", Kind.NUMBER),
        ("-0.5", Kind.NUMBER),
        ("90%", Kind.PERCENT),
        ("5m", Kind.DURATION),
        ("1h30m", Kind.DURATION),
        ("8GiB", Kind.SIZE),
        ("1.5 GiB", Kind.SIZE),
        ("true", Kind.TRUTH),
        ("yes", Kind.TEXT),
        ("5 minutes", Kind.TEXT),
        ("Careful!", Kind.TEXT),
        ("1e3", Kind.TEXT),
    ],
)
def test_a_plain_value_is_what_it_looks_like(text: str, kind: Kind) -> None:
    assert constant_of(Scalar(text, HERE)) == Constant(kind, text)


@pytest.mark.parametrize("style", [Style.SINGLE, Style.DOUBLE, Style.BLOCK])
def test_in_quotes_it_is_text(style: Style) -> None:
    assert constant_of(Scalar("5m", HERE, style)) == Constant(Kind.TEXT, "5m")


@pytest.mark.parametrize(
    ("constant", "source"),
    [
        (Constant(Kind.NUMBER, "-3"), "(-3)"),
        (Constant(Kind.SIZE, "1.5 GiB"), "1.5GiB"),
        (Constant(Kind.TEXT, "it's"), '"it\'s"'),
        (Constant(Kind.TEXT, 'a "b"'), "'a \"b\"'"),
    ],
)
def test_an_expression_can_write_it(constant: Constant, source: str) -> None:
    assert constant.source == source


@pytest.mark.parametrize("text", ['it\'s "it"', "${name}!"])
def test_a_text_that_no_expression_can_write_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        _ = Constant(Kind.TEXT, text).source


def test_a_macro_s_parameters_stand_before_the_constants_of_the_file_and_end_with_it() -> None:
    limit, lead = Constant(Kind.NUMBER, "3"), Constant(Kind.DURATION, "5m")
    names = Definitions({"r.yml": {"limit": limit}})
    value = Scalar("x", HERE)

    assert names.constants_at(value) == {"limit": limit}
    assert names.inside("m", {"lead": lead}).constants_at(value) == {"limit": limit, "lead": lead}
    assert names.inside("m", {"lead": lead}).inside("n", {}).constants_at(value) == {"limit": limit}
    assert names.constants_at(Scalar("x", FilePlace("other.yml"))) == {}


def test_a_constant_in_the_place_of_a_value_stands_where_the_value_stood() -> None:
    written = SubstitutedScalar.over(Scalar("${lead}", HERE), "5m")

    assert (written, written.place, written.at(1)) == ("5m", HERE, HERE)
