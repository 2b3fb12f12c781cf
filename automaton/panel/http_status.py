"""What the Panel's HTTP statuses mean, with sentences that an operator can act on (protocol.md 6.1)."""

from __future__ import annotations

from automaton.core.outcome import Outcome, Result
from automaton.errors import AutomatonError, Refused, TryLater, Unreachable
from automaton.pace.json_answer import is_a_page
from automaton.panel.responses import is_of_wings, read_backup, read_error

WAY = "panel"
UNTOLD_WAIT = 30.0  # seconds after a 429 that does not say how long; the Panel counts by the minute

LONGEST_OUTAGE_WAIT = 60.0
"""Seconds that a Panel which is down may ask for: pages of maintenance say an hour and are gone in a minute,
and a token that is renewed in time has no more than some minutes left."""

OF_THE_DAEMON = "DaemonConnectionException"  # the Panel's code for what Wings answered it

_SENTENCES = {
    400: "the Panel refuses the request",
    # In the words of wings/causes.py: the log says the reason of a link once, not in two ways.
    401: "the Panel does not accept the API key: create a new client key and put it into `keys` of this "
    "panel",
    403: "the key's account may not do this: give its subuser the permission, or use a client key (ptlc_, "
    "pacc_) that may be used from this address",
    404: "the Panel knows no such server for this account",
    409: "the server's present state does not allow it",
    422: "the Panel finds the request invalid",
}

NO_SUCH_API = "this is no Panel's address: who answers there has no Panel at /api/client; a node's is another"
A_NODE = (
    "this is no Panel's address: it looks like that of a Wings node; write the one at which people log in"
)


def error_of(status: int, body: bytes, after: float | None, *, of_list: bool = False) -> AutomatonError:
    """The error for an answer to a GET other than 200; `after`: its Retry-After in seconds.

    `of_list`: the list of servers was asked for, which every Panel has.
    """
    code, detail = read_error(body)
    if of_list and status in (403, 404) and is_of_wings(body):
        return Refused(A_NODE, status=status)
    if of_list and status == 404:
        return Refused(NO_SUCH_API, status=status, code=code)
    if status == 429:
        return TryLater("the Panel asks to wait (rate limit)", after=UNTOLD_WAIT if after is None else after)
    if status >= 500:
        text = f"the Panel answers HTTP {status}: {detail}" if detail else f"the Panel answers HTTP {status}"
        return Unreachable(text) if after is None else TryLater(text, after=min(after, LONGEST_OUTAGE_WAIT))
    return Refused(_sentence(status, detail), status=status, code=code)


def outcome_of(action: str, status: int, body: bytes) -> Outcome:
    """The outcome of an action, named by the last word of its path, as `power`, `backups`, `delete`."""
    code, detail = read_error(body)
    if status == 200 and is_a_page(body):
        said = "a page came in place of the Panel's answer, and nobody knows whether it was done"
        return Outcome(Result.UNKNOWN, said, WAY, passing=action == "power")
    if status in (200, 201, 202, 204):
        return Outcome(Result.DONE, way=WAY, ref=read_backup(body) if action == "backups" else "")
    if status == 429 and action == "backups":
        said = f"the Panel makes no more backups of this server for a while ({detail})"
        return Outcome(Result.REFUSED, said, WAY, passing=True)
    if status == 429:
        return Outcome(Result.FAILED, "the Panel asks to wait (rate limit)", WAY)
    if status == 404 and code == OF_THE_DAEMON:
        return Outcome(Result.REFUSED, f"the node knows no such file or server ({detail})", WAY)
    if status == 502 and "must be online" in detail:
        return Outcome(Result.REFUSED, detail, WAY)
    if status == 504 and (code or action == "power"):
        # The Panel waited for Wings in vain: it may have been done. A power action asked twice meets a
        # lock or a goal that holds; a command typed twice is two commands.
        said = f"the Panel asked the node and got no answer: {detail}".rstrip(": ")
        return Outcome(Result.UNKNOWN, said, WAY, passing=action == "power")
    if status >= 500:
        return Outcome(Result.FAILED, f"the Panel answers HTTP {status}: {detail}".rstrip(": "), WAY)
    # 409: installing, restoring and transferring pass by themselves, a suspension does not.
    passing = status == 409 and "suspended" not in detail
    return Outcome(Result.REFUSED, _sentence(status, detail), WAY, passing)


def _sentence(status: int, detail: str) -> str:
    if 300 <= status < 400:
        return (
            "the Panel redirects elsewhere, and the key goes nowhere else; write the final address as `url`"
        )
    sentence = _SENTENCES.get(status, f"the Panel answers HTTP {status}")
    return f"{sentence} ({detail})" if detail else sentence
