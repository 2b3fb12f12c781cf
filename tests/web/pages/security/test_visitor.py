"""Whoever may only look may not act, and whoever is unknown is nobody."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from automaton.web.http_json import RequestRefused
from automaton.web.pages.security.visitor import Visitor, actor_of, visitor_of


def request(visitor: object) -> Request:
    return Request({"type": "http", "method": "GET", "headers": [], "visitor": visitor})


def test_a_visitor_is_who_the_gate_says() -> None:
    vic, anna = Visitor("vic", "viewer"), Visitor("anna", "operator")

    assert visitor_of(request(vic)) is vic
    assert actor_of(request(anna)) is anna
    assert (vic.may_act, anna.may_act) == (False, True)


@pytest.mark.parametrize("visitor", [None, "anna", {"name": "anna", "role": "operator"}])
def test_nobody_is_anybody_without_the_gate(visitor: object) -> None:
    for of in (visitor_of, actor_of):
        with pytest.raises(RequestRefused) as raised:
            of(request(visitor))
        assert raised.value.status == 401


def test_a_viewer_does_not_act() -> None:
    with pytest.raises(RequestRefused) as raised:
        actor_of(request(Visitor("vic", "viewer")))

    assert raised.value.status == 403
