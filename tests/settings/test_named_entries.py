"""Who forgets the name of a Panel or channel is told that, once, and how one is written."""

from __future__ import annotations

import pytest

from tests.settings.stage import PANEL, Folder


@pytest.mark.parametrize(
    ("text", "line", "example"),
    [
        (
            "panels:\n  url: https://panel.example.org\n  keys: [{credential: panel_key}]\n",
            2,
            "`panels: {main: {url: …, keys: …}}`",
        ),
        (PANEL + "nodes: {config: {file: node.yml}}\n", 2, "`nodes: {fsn-1: {config: …}}`"),
        (PANEL + "channels:\n  urls: [{file: oncall.url}]\n", 3, "`channels: {ops: {urls: …}}`"),
        (
            PANEL + 'listen: {hooks: "127.0.0.1:9533"}\nhooks: {token: {env: TOKEN}}\n',
            3,
            "`hooks: {deploy: {token: …}}`",
        ),
        (PANEL + "http: {url: https://example.org}\n", 2, "`http: {site: {url: …}}`"),
        (PANEL + "exec: {argv: [/bin/true]}\n", 2, "`exec: {rotate: {argv: …}}`"),
    ],
)
def test_keys_where_a_name_is_to_stand_are_one_mistake_with_an_example(
    folder: Folder, text: str, line: int, example: str
) -> None:
    found = folder.load(text)

    assert [(one.code, one.line, one.message, one.expected) for one in found.problems] == [
        ("wrong-shape", line, "a name of your own stands before the keys", example)
    ]


def test_a_name_may_be_a_word_that_is_a_key_too(folder: Folder) -> None:
    found = folder.load(PANEL.replace("main:", "url:"))

    assert found.problems == []
    assert found.settings is not None
    assert set(found.settings.panels) == {"url"}
