"""Who is not there is told in words."""

from __future__ import annotations

import socket

import httpx

from automaton.pace.network_reason import network_reason


def test_a_host_that_refuses_is_one_at_which_nobody_listens() -> None:
    assert network_reason(httpx.ConnectError("All connection attempts failed")) == "nobody listens there"


def test_a_name_that_is_not_found_is_said_to_be_a_name_without_the_systems_number() -> None:
    problem = httpx.ConnectError("[Errno -2] Name or service not known")
    problem.__cause__ = socket.gaierror(-2, "Name or service not known")

    assert network_reason(problem) == "no host of this name is found (Name or service not known)"


def test_a_plain_port_that_is_called_by_https_is_said_to_be_one() -> None:
    problem = httpx.ConnectError("[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)")

    assert network_reason(problem) == (
        "no TLS is spoken there, perhaps plain http: write `http://` if that is meant"
    )


def test_what_the_other_end_says_stays_as_it_is() -> None:
    assert network_reason(httpx.ReadError("peer closed")) == "peer closed"
