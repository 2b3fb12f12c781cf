"""Where the servers are: told by options, which may not contradict each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.errors import Refused
from automaton.workbench.init_choices import InitOptions, chat_file, choose

KEY, WINGS = Path("/k/key"), Path("/etc/pterodactyl/config.yml")
PANEL = "https://panel.test"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (InitOptions(panel=PANEL, node_config=WINGS), "not both"),
        (InitOptions(key_file=KEY, node_config=WINGS), "not both"),
        (InitOptions(panel=PANEL, key_file=KEY, address="127.0.0.1:8080"), "where a node listens"),
        (InitOptions(panel=PANEL, key_file=Path("/k/my key")), "no path with blanks"),
        (InitOptions(panel=PANEL, key_file=Path("ptlc_123")), "and not the key"),
        (InitOptions(panel=PANEL, key_file=KEY, chat=Path("https://c.test/1")), "and not the URL"),
        (InitOptions(panel=PANEL), "name a Panel"),
        (InitOptions(), "or a node"),
    ],
)
def test_what_cannot_be_chosen_is_refused(options: InitOptions, said: str) -> None:
    with pytest.raises(Refused, match=said):
        choose(options)


def test_paths_are_absolute_for_systemd_starts_elsewhere() -> None:
    choices = choose(InitOptions(panel=f"{PANEL}/", key_file=Path("key"), chat=Path("chat.url")))

    assert (choices.panel, choices.key) == (PANEL, Path.cwd() / "key")
    assert chat_file(choices) == Path.cwd() / "chat.url"


def test_a_path_that_leads_upwards_is_one_that_systemd_takes() -> None:
    choices = choose(InitOptions(panel=PANEL, key_file=Path("../key"), chat=Path("a/../../chat.url")))

    assert choices.key == Path.cwd().parent / "key"
    assert ".." not in str(choices.chat)


def test_a_chat_that_is_not_there_yet_has_a_place() -> None:
    choices = choose(InitOptions(Path("/srv/a"), node_config=WINGS, address="127.0.0.1:8080"))

    assert (choices.node, choices.address) == (WINGS, "127.0.0.1:8080")
    assert chat_file(choices) == Path("/srv/a/secrets/ops_chat")
