"""What is asked, in which order, and what is asked again when the Panel will not have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.core.events import Profile
from automaton.errors import Refused, Unreachable
from automaton.secret import Secret
from automaton.workbench.init_choices import InitChoices, InitOptions
from automaton.workbench.init_questions import (
    ADDRESS,
    CHAT_OR_FILE,
    KEY_OR_FILE,
    NO_PANEL,
    OR_NO_PANEL,
    interview,
)
from automaton.workbench.prompts import HOW_TO_LEAVE
from tests.workbench.person import Written

LOBBY = Profile(uuid="aaaaaaaa-0000-4000-8000-000000000001", id="aaaaaaaa", name="lobby")
KEY, OTHER = "ptlc_" + "a" * 43, "ptlc_" + "b" * 43
FIRST = ADDRESS + OR_NO_PANEL
WRITE = "Write it there, for its owner alone to read (mode 0600)?"
SECRET_KEY, SECRET_CHAT = f"(secret) {KEY_OR_FILE}", f"(secret) {CHAT_OR_FILE}"


def there(_: InitChoices) -> None:
    """A Panel is at every address."""


class Panel:
    """At https://right.test, with one key."""

    def look(self, choices: InitChoices) -> list[Profile]:
        if choices.panel != "https://right.test":
            raise Unreachable("nobody answers")
        assert choices.key is not None
        if choices.pasted.get(choices.key) != Secret(KEY):
            raise Refused("the key is not accepted", status=401)
        return [LOBBY]


def test_a_panel_that_does_not_answer_is_asked_for_again_and_the_key_is_kept(tmp_path: Path) -> None:
    person = Written(["https://wrong.test", KEY, "y", "https://right.test", ""])
    choices, profiles = interview(InitOptions(tmp_path), person, Panel().look, there)

    where = tmp_path / "secrets" / "panel_key"
    assert person.asked == [FIRST, SECRET_KEY, WRITE, ADDRESS, SECRET_CHAT]
    assert max(map(len, person.asked)) < len("(secret) ") + 76
    assert person.heard == [f"it is not stored yet: its file would be {where}", "nobody answers"]
    assert profiles == [LOBBY]
    assert choices == InitChoices(
        tmp_path, panel="https://right.test", key=where, pasted={where: Secret(KEY)}
    )


def test_a_key_that_is_not_accepted_is_asked_for_again_and_the_panel_is_kept(tmp_path: Path) -> None:
    person = Written([OTHER, "", KEY, "", ""])
    choices, _ = interview(
        InitOptions(tmp_path, panel="https://right.test"), person, Panel().look, lambda _: None
    )

    assert [one for one in person.asked if "Write it" not in one] == [SECRET_KEY, SECRET_KEY, SECRET_CHAT]
    assert list(choices.pasted.values()) == [Secret(KEY)]


def test_a_secret_is_written_only_where_that_is_wanted_and_never_over_another_unasked(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "panel_key").write_text("another")
    (tmp_path / "chat").write_text("json://here.test")
    person = Written([KEY, "", KEY, "y", "json://there.test", "n", str(tmp_path / "chat")])
    choices, _ = interview(
        InitOptions(tmp_path, panel="https://right.test"), person, Panel().look, lambda _: None
    )

    assert person.heard == [
        "then write it into a file, and name that file",
        f"it is not stored yet: its file would be {tmp_path / 'secrets' / 'ops_chat'}",
        "then write it into a file, and name that file",
        f"it is read from {tmp_path / 'chat'}",
    ]
    assert choices.chat == tmp_path / "chat"
    assert list(choices.pasted) == [tmp_path / "secrets" / "panel_key"]


def test_what_options_tell_in_whole_is_not_asked_again(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY)
    with pytest.raises(Unreachable):
        interview(
            InitOptions(tmp_path, panel="https://wrong.test", key_file=tmp_path / "key"),
            Written([]),
            Panel().look,
            there,
        )


def test_a_node_whose_file_does_not_say_where_it_listens_is_asked_for_it(tmp_path: Path) -> None:
    config = tmp_path / "config.yml"
    config.write_text("uuid: u\ntoken: t\nremote: https://panel.test\napi: {host: a b}\n")
    person = Written(["", str(config), "10.0.0.5:8080", "http://10.0.0.5:8080", ""])
    choices, _ = interview(InitOptions(tmp_path), person, lambda _: [LOBBY], there)

    assert (choices.node, choices.address) == (config, "http://10.0.0.5:8080")
    assert person.heard == [
        NO_PANEL,
        "it does not say where Wings can be reached",
        "an address begins with https:// or http://, as http://10.0.0.5:8080",
    ]


def test_no_key_is_asked_for_where_no_panel_is_and_a_wrong_address_is_no_default(tmp_path: Path) -> None:
    def try_panel(choices: InitChoices) -> None:
        if choices.panel != "https://right.test":
            raise Refused("this is no Panel's address")

    person = Written(["https://wrong.test", "", "", "https://right.test", KEY, "y", ""])
    interview(InitOptions(tmp_path), person, Panel().look, try_panel)

    assert person.asked == [FIRST, ADDRESS, ADDRESS, ADDRESS, SECRET_KEY, WRITE, SECRET_CHAT]
    assert person.heard[0] == "this is no Panel's address"
    assert HOW_TO_LEAVE in person.heard
