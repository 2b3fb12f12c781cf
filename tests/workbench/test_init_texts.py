"""The texts that `automaton init` writes: comments that no name can leave, paths that systemd takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from automaton.core.events import Profile
from automaton.settings.load import check, load
from automaton.workbench.init_choices import InitChoices
from automaton.workbench.init_texts import SHOWN, drop_in_text, settings_text

LOBBY = Profile(uuid="aaaaaaaa-0000-4000-8000-000000000001", id="aaaaaaaa", name="lobby", egg="Paper")
KEY, WINGS, CHAT = Path("/k/key"), Path("/etc/pterodactyl/config.yml"), Path("/k/100%.url")
OF_A_PANEL = InitChoices(Path("/etc/automaton"), panel="https://panel.example.org", key=KEY)
OF_A_NODE = InitChoices(Path("/etc/automaton"), node=WINGS, chat=CHAT)


def test_a_server_is_named_in_a_comment_and_cannot_leave_it() -> None:
    """Users name their servers."""
    evil = Profile(uuid=LOBBY.uuid, id="aaaaaaaa", name="x\nlimits: {arm: live}\u2028\u202e")
    text = settings_text(OF_A_PANEL, [(evil, "wings")])

    assert [line for line in text.splitlines() if "arm: live" in line] == [
        "#   aaaaaaaa  xlimits: {arm: live}\ufffd\ufffd, pack wings"
    ]


def test_the_drop_in_names_each_secret_file() -> None:
    assert drop_in_text(OF_A_PANEL).splitlines()[1:] == [
        "[Service]",
        "LoadCredential=panel_key:/k/key",
        "LoadCredential=ops_chat:/etc/automaton/secrets/ops_chat",
    ]
    assert drop_in_text(OF_A_NODE).splitlines()[2:] == [
        "LoadCredential=wings_config:/etc/pterodactyl/config.yml",
        "LoadCredential=ops_chat:/k/100%%.url",
    ]


def test_the_page_is_on_for_whoever_is_named_and_off_else(tmp_path: Path) -> None:
    chosen = replace(OF_A_PANEL, page="anna")
    judged = check(settings_text(chosen, []), tmp_path / "automaton.yml", {}, in_service=False)

    assert "listen:" not in settings_text(OF_A_PANEL, [])
    assert 'listen: {http: "127.0.0.1:9532"}' in settings_text(chosen, [])
    assert [str(one) for one in judged.problems if one.severity == "error"] == []
    assert "LoadCredential=web_anna:/etc/automaton/secrets/web_anna\n" in drop_in_text(chosen)


@pytest.mark.parametrize(
    "name", ["@anna", "anna@example.org", "123", "on", "null", "-x", "-", ".x", "ännä", "a+b", "x" * 100]
)
def test_whoever_may_sign_in_may_be_named_for_the_page(name: str, tmp_path: Path) -> None:
    """Where YAML would read a number, a truth or a mistake, the name stands in quotes."""
    chosen = replace(OF_A_PANEL, page=name)
    judged = check(settings_text(chosen, []), tmp_path / "automaton.yml", {}, in_service=False)

    assert judged.settings is not None, judged.problems
    assert list(judged.settings.web.users) == [name]


def test_of_a_thousand_servers_fifty_are_named() -> None:
    lines = settings_text(OF_A_PANEL, [(LOBBY, "minecraft")] * 1000).splitlines()

    assert sum("lobby" in line for line in lines) == SHOWN
    assert "#   and 950 more" in lines


def test_where_a_node_listens_and_whom_to_trust_stand_in_the_settings(tmp_path: Path) -> None:
    authority = tmp_path / "own authority.pem"
    trustme.CA().cert_pem.write_to_path(authority)
    path = tmp_path / "automaton.yml"
    node = InitChoices(tmp_path, node=WINGS, address="https://10.0.0.5:8443", ca=authority)
    panel = InitChoices(tmp_path, panel="https://panel.example.org", key=KEY, ca=authority)
    path.write_text(settings_text(node, []))
    of_a_node = load(path, {}, in_service=False).settings
    path.write_text(settings_text(panel, []))
    of_a_panel = load(path, {}, in_service=False).settings

    assert of_a_node is not None
    assert [(one.address, one.ca) for one in of_a_node.nodes.values()] == [
        ("https://10.0.0.5:8443", authority)
    ]
    assert of_a_panel is not None
    assert [one.ca for one in of_a_panel.panels.values()] == [authority]
