"""The page names incidents, runs nothing, loads nothing, and shows a stranger's name as text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from automaton.web.ack_page import (
    HEADERS,
    SHOWN,
    LinkedIncident,
    LinkedIncidents,
    asking_page,
    busy_page,
    done_page,
    useless_page,
)


class Parsed(HTMLParser):
    """Elements in order, attributes, and what can be read; fails for what is not closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag != "meta":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open[-1:] not in (["style"], ["title"]):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return "|".join(self.texts)


def incident(server: str = "lobby", *, rule: str = "mem-high", is_acked: bool = False) -> LinkedIncident:
    return LinkedIncident(rule=rule, server=server, severity="critical", open_for=300.0, is_acked=is_acked)


def linked(*going: LinkedIncident, over: int = 0, is_cut: bool = False) -> LinkedIncidents:
    return LinkedIncidents(channel="ops", going=going, over=over, is_cut=is_cut)


def test_it_names_what_is_open_and_asks() -> None:
    page = Parsed(asking_page(linked(incident(), incident("hub", is_acked=True), over=1)))

    assert "Acknowledge 1 incident?" in page.text
    assert "lobby" in page.texts
    assert "mem-high" in page.texts
    assert ", critical, open for 5m, acknowledged" in page.texts
    assert "1 incident of the message is over." in page.text
    assert page.tags.count("form") == page.tags.count("button") == 1
    assert ("method", "post") in page.attributes
    assert "action" not in dict(page.attributes)


@pytest.mark.parametrize("what", [linked(over=2), linked(incident(is_acked=True))])
def test_where_nothing_is_left_nothing_can_be_pressed(what: LinkedIncidents) -> None:
    assert "form" not in Parsed(asking_page(what)).tags


def test_it_says_what_was_done() -> None:
    assert "2 incidents acknowledged" in Parsed(done_page(linked(incident(), incident("b")), 2)).text
    assert "Nothing was left" in Parsed(done_page(linked(over=1), 0)).text


def test_of_many_some_are_named_and_what_is_not_in_the_link_is_told() -> None:
    page = Parsed(asking_page(linked(*(incident(f"s{n}") for n in range(SHOWN + 7)), is_cut=True)))

    assert page.tags.count("li") == SHOWN
    assert "and 7 more" in page.text
    assert "more than a link can hold" in page.text


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</li></ul><form action=//evil.example>",
    "&lt;b&gt; &amp;",
    "\u202eevil\u202c\u2066\u200b\0\x1b[31m",
    "n" * 10_000,
    "' onmouseover='x",
]


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_a_hostile_name_is_text(name: str) -> None:
    plain, page = Parsed(asking_page(linked(incident()))), asking_page(linked(incident(name, rule=name)))
    hostile = Parsed(page)

    assert hostile.tags == plain.tags
    assert hostile.attributes == plain.attributes
    assert len(page) < 3_000
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\0\x1b]", page)


@pytest.mark.parametrize("page", [asking_page(linked(incident())), useless_page(), busy_page()])
def test_nothing_is_loaded_and_no_script_stands_in_it(page: str) -> None:
    parsed = Parsed(page)

    assert not {"script", "link", "img", "iframe", "a"} & set(parsed.tags)
    assert not {"src", "href", "style"} & {name for name, _ in parsed.attributes}
    assert "http" not in re.sub(r"<style>.*?</style>", "", page)


def test_the_policy_allows_its_own_style_and_nothing_else() -> None:
    policy = HEADERS["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
