"""What the requests about one rule have in common: the rule in the path, the key, who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from automaton.web.http_json import RequestRefused, json_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


class KeyWanted(msgspec.Struct, frozen=True):
    """The body of an `ack` or a `reset`: a key's text, empty for all of the rule's."""

    key: str = ""


def rule_of(request: Request) -> str:
    """The id of the rule in the path, whether there is one or not."""
    return str(request.path_params["rule"])


def asker_of(request: Request) -> str:
    """The user behind the socket, as `PeerProtocol` found it; empty where the kernel did not say."""
    return request.client.host if request.client is not None else ""


def json_of_rule(answer: msgspec.Struct | None) -> Response:
    """The answer about a rule. Raises RequestRefused for None, which stands for an unknown rule."""
    if answer is None:
        raise RequestRefused(404, "there is no such rule; `automaton rules` lists them")
    return json_of(answer)
