"""The section `web`: what it takes, what it means without a word, and whether there is a page at all."""

from __future__ import annotations

import pytest

from automaton.settings.web import Role, WebSettings
from tests.settings.stage import PANEL, Folder


def web(folder: Folder, text: str) -> WebSettings:
    checked = folder.load(f"{PANEL}web: {text}\n", in_service=False)
    assert checked.settings is not None, checked.problems
    return checked.settings.web


def test_a_person_may_look_where_no_role_stands(folder: Folder) -> None:
    people = web(folder, "{users: {vic: {}, anna: {role: operator}}}").users

    assert {name: one.role for name, one in people.items()} == {"vic": Role.VIEWER, "anna": Role.OPERATOR}


@pytest.mark.parametrize("role", ["admin", "Operator", "''", "[]"])
def test_there_are_two_roles(folder: Folder, role: str) -> None:
    checked = folder.load(f"{PANEL}web: {{users: {{anna: {{role: {role}}}}}}}\n")

    assert checked.settings is None


@pytest.mark.parametrize(
    ("text", "has_page"),
    [
        ("{}", False),
        ("{public_url: https://a.example.org}", False),
        ("{hosts: [a.lan]}", False),
        ("{users: {anna: {}}}", True),
        ("{tokens: {a: {token: {env: A}}}}", True),
        ("{trusted_proxy: {socket: a.sock}}", True),
        ("{status: {}}", True),
    ],
)
def test_a_page_is_wanted_where_somebody_may_see_it(folder: Folder, text: str, has_page: bool) -> None:
    assert web(folder, text).has_page == has_page


def test_a_proxy_names_people_in_the_usual_header(folder: Folder) -> None:
    proxy = web(folder, "{trusted_proxy: {socket: run/page.sock}}").trusted_proxy

    assert proxy is not None
    assert (proxy.header, proxy.socket, proxy.secret) == (
        "X-Forwarded-User", folder.path / "run/page.sock", None,
    )  # fmt: skip
