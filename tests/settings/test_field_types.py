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


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("127.0.0.1:9532", ("127.0.0.1", 9532)),
        ("localhost:80", ("localhost", 80)),
        ("[::1]:9532", ("::1", 9532)),
        ("127.0.0.1:0", ("127.0.0.1", 0)),
    ],
)
def test_a_place_to_listen_is_a_host_and_a_port(folder: Folder, written: str, read: tuple[str, int]) -> None:
    checked = folder.load(f"{PANEL}listen: {{http: '{written}'}}")

    assert checked.settings is not None
    assert (checked.settings.listen.http, checked.problems) == (read, [])


@pytest.mark.parametrize("written", ["0.0.0.0:9532", "[::]:9532", "automaton.example.org:9532"])
def test_a_port_that_others_reach_is_a_warning(folder: Folder, written: str) -> None:
    assert folder.told(f"{PANEL}listen: {{http: '{written}'}}") == [("warning", "open-port", 2, 16)]


def test_an_address_to_call_is_written_out_or_kept_elsewhere(folder: Folder) -> None:
    folder.keep("credentials/status_url", "https://status.example.org/?token=x\n")
    checked = folder.load(
        f"{PANEL}http: {{a: {{url: https://a.example.org/api/}}, b: {{url: {{credential: status_url}}}}}}"
    )

    assert checked.problems == []
    assert checked.settings is not None
    called = {name: one.url.reveal() for name, one in checked.settings.http.items()}
    assert called == {"a": "https://a.example.org/api", "b": "https://status.example.org/?token=x"}


def test_what_is_kept_elsewhere_is_not_told_though_it_is_no_address(folder: Folder) -> None:
    problems = folder.load(f"{PANEL}http: {{a: {{url: {{credential: panel_key}}}}}}").problems

    assert [problem.code for problem in problems] == ["url"]
    assert "ptlc" not in str(problems[0])


def test_a_header_that_looks_like_a_secret_is_a_warning_where_it_is_written_out(folder: Folder) -> None:
    headers = "{Authorization: Bearer x, X-Source: automaton, X-Api-Key: {credential: panel_key}}"
    text = f"{PANEL}http:\n  a: {{url: https://a.example.org, headers: {headers}}}\n"

    assert [(severity, code) for severity, code, _, _ in folder.told(text)] == [("warning", "literal-secret")]
