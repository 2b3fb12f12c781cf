"""Panels and nodes: their keys, their secrets, and whom they trust."""

from __future__ import annotations

import trustme

from automaton.secret import Secret
from tests.settings.stage import Folder


def test_several_keys_are_a_list(folder: Folder) -> None:
    keys = "keys: [{credential: panel_key}, {credential: second_key}]"

    settings = folder.load(f"panels: {{main: {{url: https://x, {keys}}}}}").settings

    assert settings is not None
    assert settings.panels["main"].keys == (Secret("ptlc_key"), Secret("ptlc_second"))


def test_an_authority_is_a_file_beside_the_settings(folder: Folder) -> None:
    trustme.CA().cert_pem.write_to_path(str(folder.path / "own.pem"))

    settings = folder.load(
        "panels: {main: {url: https://x, keys: {credential: panel_key}, ca: own.pem}}"
    ).settings

    assert settings is not None
    assert settings.panels["main"].ca == folder.path / "own.pem"


def test_a_nodes_file_is_kept_whole_and_secret(folder: Folder) -> None:
    settings = folder.load("nodes: {edge-1: {config: {credential: wings_config}}}").settings

    assert settings is not None
    assert settings.nodes["edge-1"].config == Secret("uuid: u\ntoken: t\n")
    assert "token: t" not in repr(settings)
