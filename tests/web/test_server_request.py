"""The server in a path is one that is watched, or the request is refused."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from automaton.web.http_json import RequestRefused
from automaton.web.server_request import server_of


class Watched:
    def knows(self, server: str) -> bool:
        return server == "a"


def request(server: str) -> Request:
    return Request({"type": "http", "path_params": {"server": server}})


def test_a_server_that_is_watched_is_taken() -> None:
    assert server_of(request("a"), Watched()) == "a"


def test_another_is_404() -> None:
    with pytest.raises(
        RequestRefused, match="no server with this uuid is watched: a path takes the whole one, no name"
    ) as refused:
        server_of(request("b"), Watched())
    assert refused.value.status == 404
