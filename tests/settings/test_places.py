"""Addresses and paths, as the settings take them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.settings.stage import PANEL, Folder


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://panel.example.org", "https://panel.example.org"),
        ("https://panel.example.org/", "https://panel.example.org"),
        ("https://example.org:8443/panel/", "https://example.org:8443/panel"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
    ],
)
def test_an_address_has_no_slash_at_its_end(folder: Folder, written: str, read: str) -> None:
    settings = folder.load(f"panels: {{a: {{url: '{written}', keys: {{credential: panel_key}}}}}}").settings

    assert settings is not None
    assert settings.panels["a"].url == read


@pytest.mark.parametrize(
    ("written", "read"), [("/srv/state", "/srv/state"), ("state", "state"), ("../x", "../x")]
)
def test_a_relative_path_is_relative_to_the_file(folder: Folder, written: str, read: str) -> None:
    settings = folder.load(f"{PANEL}state: {written}").settings

    assert settings is not None
    assert settings.state == folder.path / Path(read)
