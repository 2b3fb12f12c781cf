"""A wrong answer is told with what is expected, and nothing that may be a secret is repeated."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from automaton.errors import Refused
from automaton.secret import Secret
from automaton.workbench import init_answers

KEY, APPLICATION = "ptlc_" + "k" * 43, "papp_" + "k" * 43
WEBHOOK = "https://discord.com/api/webhooks/123456789012345678/" + "k" * 68


@pytest.mark.parametrize(
    ("judge", "text", "said"),
    [
        (init_answers.panel_address, "panel.test", "begins with https:// or http://, as https://panel.test"),
        (init_answers.panel_address, "127.0.0.1:8080", "as http://127.0.0.1:8080"),
        (init_answers.panel_address, "", "as https://panel.example.org"),
        (init_answers.panel_address, "https://panel.test:99999", "a port from 1 to 65535"),
        (init_answers.panel_address, "https://u:kkkk@panel.test", "no user and no password"),
        (init_answers.panel_address, "https://panel.test/?a=1", "ends before `?`"),
        (init_answers.panel_address, KEY, "looks like a key: here is the Panel's address"),
        (init_answers.panel_address, WEBHOOK, "looks like a chat's webhook"),
        (init_answers.node_address, "ftp://a", "as http://127.0.0.1:8080"),
        (init_answers.key, "", "holds no key"),
        (init_answers.key, "two kkkk", "holds no key"),
        (init_answers.key, APPLICATION, "is an application key"),
        (init_answers.key, "kkkk", "neither a client API key"),
        (init_answers.key, WEBHOOK, "this is an address"),
        (init_answers.key, "/nowhere/key", "/nowhere/key cannot be read: No such file"),
        (init_answers.key, "/nowhere/my key", "no path with blanks"),
        (init_answers.chat, "kkkk", "neither a URL"),
        (init_answers.chat, KEY, "looks like a key of the Panel"),
        (init_answers.chat, "nonsense://kkkk", "no service that Apprise knows"),
        (init_answers.chat, "/nowhere/chat", "cannot be read"),
        (init_answers.node_config, "/nowhere/config.yml", "cannot be read"),
        (init_answers.node_config, "https://panel.example.org", "an address: here is the path of a file"),
        (init_answers.node_config, "ptlc_pasted", "a key: here is the path of a file"),
    ],
)
def test_an_answer_that_will_not_do_is_refused(judge: Callable[[str], object], text: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        judge(text)

    assert said in str(refused.value)
    assert "kkkk" not in str(refused.value)


def test_what_is_pasted_is_a_secret_and_what_is_named_a_path(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY)
    (tmp_path / "chat").write_text(WEBHOOK)
    from_here = Path(os.path.relpath(tmp_path))

    assert str(from_here).startswith("../")
    assert init_answers.key(KEY) == Secret(KEY)
    assert init_answers.key("k" * 48) == Secret("k" * 48)  # an old Panel's, without a prefix
    assert init_answers.key(str(from_here / "key")) == tmp_path / "key"
    assert init_answers.chat(WEBHOOK) == Secret(WEBHOOK)
    assert init_answers.chat(str(from_here / "chat")) == tmp_path / "chat"
    assert init_answers.chat("") is None
    assert init_answers.panel_address("https://panel.test/") == "https://panel.test"


def test_a_file_whose_content_will_not_do_is_refused_without_a_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(APPLICATION)
    (tmp_path / "chat").write_text("kkkk")
    (tmp_path / "config.yml").write_text("token: kkkk")
    for judge in (init_answers.key, init_answers.chat, init_answers.node_config):
        with pytest.raises(Refused) as refused:
            judge(str(tmp_path / {"key": "key", "chat": "chat"}.get(judge.__name__, "config.yml")))
        assert "kkkk" not in str(refused.value)


def test_an_answer_of_any_length_is_no_path() -> None:
    assert isinstance(init_answers.key("k" * 5000), Secret)
