"""Who asks is the user behind the socket; an answer of None is an unknown rule."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from automaton.web.http_json import RequestRefused
from automaton.web.rule_request import LONGEST_NAME, WHO, KeyWanted, asker_of, json_of_rule, rule_of


def request(client: tuple[str, int] | None, named: str = "") -> Request:
    headers = [(WHO.lower().encode(), named.encode())] if named else []
    return Request({"type": "http", "client": client, "path_params": {"rule": "high"}, "headers": headers})


def test_the_rule_and_who_asks_are_read() -> None:
    asked = request(("uid 1000", 0))

    assert (rule_of(asked), asker_of(asked)) == ("high", "uid 1000")
    assert asker_of(request(None)) == ""


def test_the_page_names_the_person_who_asked_it() -> None:
    asked = request(("uid 1000", 0), named="Zoë " + "x" * 200)

    assert asker_of(asked) == ("Zoë " + "x" * 200)[:LONGEST_NAME]


def test_none_is_an_unknown_rule() -> None:
    assert json_of_rule(KeyWanted("u")).body == b'{"key":"u"}'
    with pytest.raises(RequestRefused, match="no such rule") as refused:
        json_of_rule(None)
    assert refused.value.status == 404
