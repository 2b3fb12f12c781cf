"""Why a connection was not made, in words for people: without the numbers that a system gives its errors."""

from __future__ import annotations

import re
import socket

_NOBODY = "All connection attempts failed"  # anyio's words where each address of the host refused
_WRONG_VERSION = "[SSL: WRONG_VERSION_NUMBER]"  # OpenSSL's of an answer that is no TLS at all
_ERRNO = re.compile(r"^\[Errno -?\d+\] ")


def network_reason(problem: BaseException) -> str:
    """What an error of httpx says, or what it comes from; empty where it says nothing."""
    said = str(problem)
    if said == _NOBODY:
        return "nobody listens there"
    if _WRONG_VERSION in said:
        return "no TLS is spoken there, perhaps plain http: write `http://` if that is meant"
    words = _ERRNO.sub("", said)
    return f"no host of this name is found ({words})" if _is_of_the_name(problem) else words


def _is_of_the_name(problem: BaseException | None) -> bool:
    while problem is not None:
        if isinstance(problem, socket.gaierror):
            return True
        problem = problem.__cause__ or problem.__context__  # httpx and httpcore wrap it in their own
    return False
