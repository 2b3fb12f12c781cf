"""What the page is told of automaton.yml: all that it may know, and under which names it answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.daemon.page.settings import page_settings
from automaton.password_hash import hash_password
from automaton.web.pages.page_settings import PageProxy, PageSettings, PageToken, PageUser
from tests.settings.stage import PANEL, Folder

HASH = hash_password("correct horse", cost=16)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    made.keep("credentials/anna", f"{HASH}\n")
    made.keep("credentials/token", "a-token-of-a-program\n")
    return made


def told(folder: Folder, listen: str, web: str) -> PageSettings:
    """What a page is told of these."""
    checked = folder.load(f"{PANEL}listen: {{{listen}}}\nweb: {{{web}}}\n")
    assert checked.settings is not None, checked.problems
    return page_settings(checked.settings, Path("/run/automaton/control.sock"))


def test_people_programs_and_the_proxy_are_told_with_what_they_show(folder: Folder) -> None:
    page = told(
        folder,
        'http: "127.0.0.1:9532"',
        "users: {anna: {password: {credential: anna}, role: operator}, sso: {}},"
        " tokens: {grafana: {token: {credential: token}}},"
        " trusted_proxy: {secret: {credential: token}, header: Remote-User}",
    )

    assert page.users == {"anna": PageUser(role="operator", password=HASH), "sso": PageUser(role="viewer")}
    assert page.tokens == {"grafana": PageToken(token="a-token-of-a-program", role="viewer")}
    assert page.proxy == PageProxy(header="Remote-User", secret="a-token-of-a-program")
    assert page.control == "/run/automaton/control.sock"


def test_the_socket_of_a_proxy_is_named_by_its_whole_path(folder: Folder) -> None:
    page = told(folder, 'http: "127.0.0.1:9532"', "trusted_proxy: {socket: page.sock}")

    assert page.proxy == PageProxy(header="X-Forwarded-User", socket=str(folder.path / "page.sock"))


@pytest.mark.parametrize(
    ("listen", "web", "hosts"),
    [
        ('http: "127.0.0.1:9532"', "", ["127.0.0.1"]),
        ('http: "automaton.lan:9532"', "", ["automaton.lan"]),
        ('http: "[::1]:9532"', "hosts: [A.lan., b.lan]", ["::1", "a.lan", "b.lan"]),
        (
            'http: "127.0.0.1:0"',
            "public_url: 'https://Page.example.org:8443/x'",
            ["127.0.0.1", "page.example.org"],
        ),
    ],
)
def test_it_answers_under_the_names_that_stand_in_the_file(
    folder: Folder, listen: str, web: str, hosts: list[str]
) -> None:
    assert told(folder, listen, web).hosts == hosts


@pytest.mark.parametrize(
    ("http", "is_local"),
    [
        ("127.0.0.1:1", True),
        ("[::1]:1", True),
        ("localhost:1", True),
        ("0.0.0.0:1", False),
        ("[::]:1", False),
    ],
)
def test_whether_passwords_travel_is_told(folder: Folder, http: str, is_local: bool) -> None:
    assert told(folder, f'http: "{http}"', "").is_local == is_local


@pytest.mark.parametrize(
    ("cluster", "is_shared"), [("", False), ('cluster: {servers: ["nats://127.0.0.1:4222"]}\n', True)]
)
def test_whether_members_share_the_fleet_is_told(folder: Folder, cluster: str, is_shared: bool) -> None:
    checked = folder.load(f'{PANEL}listen: {{http: "127.0.0.1:1"}}\n{cluster}')
    assert checked.settings is not None, checked.problems

    assert page_settings(checked.settings, Path("/run/x.sock")).is_shared == is_shared
