"""What the requests about one rule have in common: the rule in the path, the key, who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from automaton.web.http_json import RequestRefused, json_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


WHO = "Automaton-User"
"""The header in which the page names the person who asked it."""

OF_SOCKET = "uid "
"""Begins the address of whoever comes by a Unix socket, as the kernel names him."""

ADDRESS = "Automaton-Address"
"""The header in which the page tells the address of the browser that asked it."""

LONGEST_NAME = 100  # characters of a person's name in the trail and the log


class KeyWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of an `ack` or a `reset`: a key's text, empty for all of the rule's."""

    key: str = ""


def rule_of(request: Request) -> str:
    """The id of the rule in the path, whether there is one or not."""
    return str(request.path_params["rule"])


def asker_of(request: Request) -> str:
    """Who asks, for the audit trail; empty where nobody knows.

    The page names the person who asked it. It comes by the socket like everybody here, and whoever may open
    that may do all: he has no reason to take another's name. Others are the user that `PeerProtocol` found.
    """
    named = request.headers.get(WHO, "")
    if named:  # Starlette reads headers as Latin-1; these are the bytes that were sent
        return named.encode("latin-1").decode(errors="replace")[:LONGEST_NAME]
    return request.client.host if request.client is not None else ""


def address_behind(request: Request) -> str:
    """Where a request comes from: by the control socket, the page's word. At a port no word counts."""
    host = request.client.host if request.client is not None else ""
    return request.headers.get(ADDRESS, host)[:LONGEST_NAME] if host.startswith(OF_SOCKET) else host


def json_of_rule(answer: msgspec.Struct | None) -> Response:
    """The answer about a rule. Raises RequestRefused for None, which stands for an unknown rule."""
    if answer is None:
        raise RequestRefused(404, "there is no such rule; `automaton rules` lists them")
    return json_of(answer)
