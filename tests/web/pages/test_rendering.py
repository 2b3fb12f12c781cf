"""Templates: strangers' text stays text, and figures are as people read them."""

from __future__ import annotations

import re

import pytest
from jinja2 import UndefinedError

from automaton.web.pages.rendering import (
    STATIC,
    Renderer,
    clock,
    environment,
    number,
    part_id,
    percent,
    static,
)
from automaton.web.routes.explain import ReasonRow


def rendered(source: str, **values: object) -> str:
    return environment().from_string(source).render(values)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>", "&lt;b&gt;"),
        ("\"'", "&#34;&#39;"),
        ("{{ 7 * 7 }}", "{{ 7 * 7 }}"),
        ("gnp\u202eexe", r"gnp\u202eexe"),
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("two\nlines\tand", "two\nlines\tand"),
        ("\u200b", r"\u200b"),
        ("Grüße 💣", "Grüße 💣"),
    ],
)
def test_a_strangers_text_is_escaped_and_what_nobody_sees_is_shown(text: str, shown: str) -> None:
    assert rendered("{{ text }}", text=text) == shown


def test_an_unknown_name_is_an_error_and_no_empty_place() -> None:
    with pytest.raises(UndefinedError):
        rendered("{{ nobody }}")


def test_a_part_of_a_page_is_made_by_the_macro_that_the_page_uses() -> None:
    part = Renderer().part("parts.html", "badge", "ok", "<up>")

    assert "&lt;up&gt;" in part
    assert 'class="badge ok"' in part


def test_figures_are_as_people_read_them() -> None:
    assert [percent(value) for value in (None, 0.4, 99.5)] == ["–", "0 %", "100 %"]
    assert [number(value) for value in (None, 5, 1234567)] == ["–", "5", "1\u202f234\u202f567"]


def test_a_moment_is_written_for_machines_and_people() -> None:
    assert str(clock(0.0, "ago")) == (
        '<time datetime="1970-01-01T00:00:00Z" data-form="ago">1970-01-01 00:00:00 UTC</time>'
    )
    for impossible in (1e30, float("nan"), float("inf")):
        assert str(clock(impossible)) == "<span>–</span>"


def test_a_strangers_text_makes_an_id_that_is_always_the_same_and_none_of_his() -> None:
    assert part_id('"><x') == part_id('"><x') != part_id("y")
    assert part_id("\ud800\x00 ").isalnum()


def test_each_file_is_named_with_its_content() -> None:
    path, _, mark = static("live.js").partition("?")

    assert (path, len(mark)) == ("/static/live.js", 12)


def test_no_template_or_script_needs_what_the_policy_forbids() -> None:
    """Inline scripts, handlers and styles: they would do nothing, and only on some pages."""
    for file in (STATIC.parent / "templates").glob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert " style=" not in text, file
        assert re.search(r"\son[a-z]+=", text) is None, file
        assert "<script>" not in text, file


def test_a_reason_that_waits_says_what_keeps_this_rule_and_not_what_may_keep_any() -> None:
    waiting = ReasonRow(
        verdict="waiting",
        sentence="not yet: `for` or `count` is not reached",
        detail="its `when` has not come",
    )

    assert rendered("{{ one | reason | ticks }}", one=waiting) == (
        "not yet: its <code>when</code> has not come"
    )
