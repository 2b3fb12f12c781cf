"""A line that YAML cannot read, as it was meant."""

from __future__ import annotations

import pytest

from automaton.schema.mended_line import (
    in_double_quotes,
    in_single_quotes,
    place_meant,
    text_in_double_quotes,
    value_at,
    with_doubled_apostrophes,
)


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("schedule: * 5 * * *  # early", 'schedule: "* 5 * * *"'),
        ("- *lobby*", '"*lobby*"'),
        ("when: {schedule: * 5 * * *, tz: UTC}", 'schedule: "* 5 * * *"'),
        ("servers: [a, *-eu]", '"*-eu"'),
    ],
)
def test_a_value_with_a_star_stands_in_double_quotes(line: str, written: str) -> None:
    assert in_double_quotes(line, line.index("*")) == written


def test_a_value_inside_of_braces_ends_at_its_comma() -> None:
    assert value_at("{a: f(b, [c, d]) > 'x, y', e: 1}", 4) == "f(b, [c, d]) > 'x, y'"
    assert value_at("{a: it's down, e: 1}", 4) == "it's down"
    assert value_at("a: b, c", 3) == "b, c"


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("{event: crash, where: it.code in [1, 2]}", "where: 'it.code in [1, 2]'"),
        ("{where: it.player in ['a', 'b']}", 'where: \'it.player in ["a", "b"]\''),
        ("""{where: it.text in ["don't"]}""", """where: 'it.text in ["don''t"]'"""),
        ("[a [b]", ""),
    ],
)
def test_an_expression_in_braces_stands_in_single_quotes(line: str, written: str) -> None:
    assert in_single_quotes(line, line.rindex("[")) == written


def test_a_text_with_a_value_stands_in_double_quotes() -> None:
    line = "do: [{notify: ops, text: ${name} is at ${players}, title: x}]"

    assert text_in_double_quotes(line) == 'text: "${name} is at ${players}"'
    assert text_in_double_quotes("[${name}]") == ""


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("{console: '^Can't keep up'}", "'^Can''t keep up'"),
        ("text: 'it's what''s up'", "'it''s what''s up'"),
        ("[{say: 'a'}, {say: 'it's'}]", "'it''s'"),
        ("text: 'it's", ""),
    ],
)
def test_an_apostrophe_is_doubled(line: str, written: str) -> None:
    assert with_doubled_apostrophes(line, line.index("'s" if "'s" in line else "'t") + 1) == written


@pytest.mark.parametrize(
    ("lines", "meant"),
    [
        (["do:", "  - notify: ops", "    text: x", "   - power: stop"], (2, "- notify")),
        (["do:", "  - notify: ops", "   text: x"], (4, "notify")),
        (["a:", "    b: 1", "", "    # c", "   d: 2"], (4, "b")),
        (["- a", "b: c"], (2, "a")),
        (["", "b: c"], (0, "")),
    ],
)
def test_a_line_belongs_under_the_nearest_of_its_kind(lines: list[str], meant: tuple[int, str]) -> None:
    assert place_meant(lines, len(lines) - 1) == meant
