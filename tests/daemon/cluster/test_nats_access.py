"""As whom a member comes to NATS."""

from __future__ import annotations

import pytest

from automaton.daemon.cluster.nats_access import access_of
from automaton.secret import Secret
from automaton.settings.cluster import ClusterSettings

SERVERS = ("nats://10.0.0.1:4222", "nats://10.0.0.2:4222")


def settings(credentials: str | None, servers: tuple[str, ...] = SERVERS) -> ClusterSettings:
    secret = Secret(credentials) if credentials is not None else None
    return ClusterSettings(servers=servers, credentials=secret)


@pytest.mark.parametrize(
    ("credentials", "user", "password", "token"),
    [
        (None, "", None, None),
        ("anna:s3cret:with:colons", "anna", "s3cret:with:colons", None),
        ("only-a-token", "", None, "only-a-token"),
    ],
)
def test_credentials_are_a_user_with_a_password_or_a_token(
    credentials: str | None, user: str, password: str | None, token: str | None
) -> None:
    access = access_of(settings(credentials))

    assert (access.servers, access.user) == (SERVERS, user)
    assert (access.password.reveal() if access.password else None) == password
    assert (access.token.reveal() if access.token else None) == token
    assert access.tls is None


def test_a_server_that_is_named_by_tls_is_spoken_to_by_tls() -> None:
    assert access_of(settings(None, ("tls://10.0.0.1",))).tls is not None
