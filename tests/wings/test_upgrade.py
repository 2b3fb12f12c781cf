"""What refusals and ends mean, and which socket addresses are used."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automaton.wings.causes import Cause
from automaton.wings.upgrade import cause_of_close, cause_of_refusal, socket_url

UUID = "aaaaaaaa-0000-4000-8000-00000000000a"


@pytest.mark.parametrize(
    ("status", "body", "cause"),
    [
        (403, "Forbidden\n{}", Cause.ORIGIN_REFUSED),
        (404, '{"error":"The requested resource does not exist on this instance."}', Cause.NOT_ON_NODE),
        (400, '{"error":"Too many open websocket connections."}', Cause.TOO_MANY_SOCKETS),
        (400, "Bad Request", Cause.UPGRADE_REFUSED),
        (200, "<html>", Cause.UPGRADE_REFUSED),
        (302, "", Cause.UPGRADE_REFUSED),
        (401, "", Cause.UPGRADE_REFUSED),
        (429, "", Cause.NODE_ERROR),
        (502, "<html>", Cause.NODE_ERROR),
        (503, "", Cause.NODE_ERROR),
        (522, "", Cause.NODE_ERROR),
    ],
)
def test_the_status_of_a_refused_upgrade_tells_the_cause(status: int, body: str, cause: Cause) -> None:
    assert cause_of_refusal(status, body) is cause


@pytest.mark.parametrize(
    ("code", "reason", "cause"),
    [
        (None, "", Cause.DROPPED),
        (1000, "", Cause.DROPPED),
        (1000, "permission revoked", Cause.NO_PERMISSION),
        (1001, "server deleted", Cause.DELETED),
        (1001, "", Cause.DROPPED),
        (1002, "bad opcode", Cause.PROTOCOL),
        (1006, "", Cause.DROPPED),
        (1009, "", Cause.TOO_BIG),
        (1011, "", Cause.DROPPED),
        (1012, "", Cause.DROPPED),
        (4400, "", Cause.SUSPENDED),
        (4409, "server is suspended", Cause.SUSPENDED),
        (4999, "", Cause.DROPPED),
    ],
)
def test_the_end_of_a_connection_tells_the_cause(code: int | None, reason: str, cause: Cause) -> None:
    assert cause_of_close(code, reason) is cause


def test_a_socket_address_is_upgraded_over_http() -> None:
    assert socket_url(f"wss://n.test:8080/api/servers/{UUID}/ws", allow_plain=False) == (
        f"https://n.test:8080/api/servers/{UUID}/ws"
    )
    assert socket_url(f"ws://n.test/{UUID}", allow_plain=True) == f"http://n.test/{UUID}"


@pytest.mark.parametrize(
    "address",
    [
        "ws://node.test/api",
        "https://node.test/api",
        "wss://eve@node.test/api",
        "wss://eve:pw@node.test/api",
        "wss:///api",
        "wss://[::1/api",
        "//node.test/api",
        "file:///etc/passwd",
        "",
    ],
)
def test_an_address_that_is_plain_or_odd_is_not_used(address: str) -> None:
    with pytest.raises(ValueError, match=r"the socket address|IPv6"):
        socket_url(address, allow_plain=False)


@pytest.mark.parametrize(
    "address",
    [
        "ws://127.0.0.1:8080:8080/api", "ws://node:port/", "ws://node:99999/", "ws://node:0/", "ws://no\nde/",
        "ws://n\u00f6de/", "ws://node/" + "x" * 70_000, "ws://node/\ud800", "ws://[::1/", "ws://node:-1/",
        "ws://xn--a/", "ws://.node/", "ws://node/" + "x" * 1_995, "ws://node:" + "9" * 400 + "/", "ws://xn--/",
        "ws://" + "a." * 900,
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_a_wrong_address_and_no_bug(address: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        socket_url(address, allow_plain=True)


@given(st.text(max_size=60))
def test_whatever_a_panel_names_it_is_an_address_or_a_wrong_one(text: str) -> None:
    try:
        url = socket_url(f"ws://{text}", allow_plain=True)
    except ValueError:
        return

    assert httpx.URL(url).host
