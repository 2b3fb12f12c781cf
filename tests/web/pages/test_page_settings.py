"""What the daemon hands over is read as it was written; what is not written lets nobody in."""

from __future__ import annotations

import msgspec
import pytest

from automaton.web.pages.page_settings import PageProxy, PageSettings, PageToken, PageUser


def test_a_line_of_the_pipe_is_read_as_it_was_written() -> None:
    written = PageSettings(
        control="/run/automaton/control.sock",
        hosts=["automaton.example.org"],
        users={"änne": PageUser(role="operator", password="scrypt$…", totp="ABC")},
        tokens={"grafana": PageToken(token="t" * 32, role="viewer")},
        proxy=PageProxy(header="X-Forwarded-User", secret="s"),
    )
    line = msgspec.json.encode(written)

    assert b"\n" not in line
    assert msgspec.json.decode(line, type=PageSettings) == written


def test_what_is_not_written_lets_nobody_in() -> None:
    bare = PageSettings(control="/c")

    assert (bare.users, bare.tokens, bare.proxy, bare.status, bare.is_local) == ({}, {}, None, None, False)


def test_there_are_no_roles_but_the_two() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"role": "admin"}', type=PageUser)
