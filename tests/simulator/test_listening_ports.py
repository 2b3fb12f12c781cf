"""A named port is taken or nothing is; where none is named the next free one will do."""

from __future__ import annotations

import socket

import pytest

from automaton.errors import Unreachable, Unusable
from automaton.simulator.listening_ports import (
    HOST,
    USUAL_CONTROL,
    USUAL_NODE,
    USUAL_PANEL,
    Port,
    Ports,
    listen,
    listeners,
    named_ports,
)


def number_of(listener: socket.socket) -> int:
    number: int = listener.getsockname()[1]
    return number


def test_the_next_port_is_taken_where_the_usual_one_is_busy() -> None:
    with listen() as busy, listen(Port(number_of(busy))) as found:
        assert number_of(found) > number_of(busy)


def test_a_named_port_that_is_busy_is_told_with_the_option_that_names_it() -> None:
    told = "port .* is in use already: .*`--x`"
    with listen() as busy, pytest.raises(Unreachable, match=told):
        listen(Port(number_of(busy), "--x"))


def test_a_port_that_this_user_may_not_have_is_refused_with_the_reason() -> None:
    with pytest.raises(Unusable, match=r"cannot listen on port 65536 of .*: there is none; .*`--x`"):
        listen(Port(65535, "--x"), after=1)


def test_all_are_taken_before_anything_is_served_or_none_is() -> None:
    with listen() as busy, pytest.raises(Unreachable):
        listeners(Ports(node=Port(number_of(busy), "--node-port")), 1, 1).__enter__()
    with listeners(Ports(), 2, 3) as found:
        every = (*found.panels, *found.nodes, found.control)

        assert len({number_of(one) for one in every}) == 6
        assert {one.getsockname()[0] for one in every} == {HOST}
    assert {one.fileno() for one in every} == {-1}


def test_what_no_option_names_is_the_usual_port() -> None:
    assert named_ports(None, None, None) == Ports(USUAL_PANEL, USUAL_NODE, USUAL_CONTROL)
    assert named_ports(0, 9000, 9100) == Ports(
        Port(0, "--panel-port"), Port(9000, "--node-port"), Port(9100, "--control-port")
    )
