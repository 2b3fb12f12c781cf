"""A try begins with a rule and its lines, is judged elsewhere, and changes nothing."""

from __future__ import annotations

import pytest

from automaton.web.pages.forms import SentForm
from automaton.web.pages.try_rule import AFTER, NEW, wanted_of
from automaton.web.routes.rule_files import RuleFiles
from tests.web.pages.ruled import EVIL, TEXT, ruled

pytestmark = pytest.mark.anyio
FILES = RuleFiles(rules={"/etc/a.yml": TEXT})


async def test_it_begins_with_the_text_of_a_rule_and_the_lines_it_decided_on_the_oldest_first() -> None:
    async with ruled("vic") as page:
        html = await page.read("/try?rule=high&lines=1")

    assert "while: memory_pct &gt; 90" in html
    assert "first\nsecond</textarea>" in html


async def test_a_viewer_tries_and_sees_what_comes_of_it_as_text() -> None:
    async with ruled("vic") as page:
        await page.read("/try")
        answer = await page.post(
            "/try", file="/etc/a.yml", text=f"a\r\n{EVIL}", input="x\r\ny", facts="pack: rust", after="3600"
        )

    (asked,) = page.judge.asked
    assert (asked.text, asked.input, asked.facts, asked.after) == (f"a\n{EVIL}", "x\ny", "pack: rust", 3600.0)
    assert answer.status_code == 200
    assert "1m high: call notify ops" in answer.text
    assert EVIL not in answer.text
    assert page.daemon.acts == []


@pytest.mark.parametrize(
    ("fields", "file", "after"),
    [
        ({"file": ["/etc/a.yml"], "after": ["60"]}, "/etc/a.yml", 60.0),
        ({"file": ["/etc/shadow"], "after": ["nan"]}, NEW, AFTER[1]),
        ({}, NEW, AFTER[1]),
    ],
)
async def test_only_a_file_that_runs_is_taken_for_one(
    fields: dict[str, list[str]], file: str, after: float
) -> None:
    wanted = wanted_of(SentForm(fields), FILES)

    assert (wanted.file, wanted.after) == (file, after)
