"""Why a link is not up, and what is done about it: the decision table of protocol.md, as data.

Each row is one line of PLANS. Nothing here waits or connects.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from automaton.pace.backoff import Backoff


class Cause(StrEnum):
    """Why a try, or a link, ended. The value names it in logs and `--json`."""

    ORIGIN_REFUSED = "origin_refused"
    NOT_ON_NODE = "not_on_node"
    TOO_MANY_SOCKETS = "too_many_sockets"
    UPGRADE_REFUSED = "upgrade_refused"
    UNREACHABLE = "unreachable"
    NODE_ERROR = "node_error"
    CERTIFICATE = "certificate"
    SOCKET_ADDRESS = "socket_address"
    DROPPED = "dropped"
    SUSPENDED = "suspended"
    TOO_BIG = "too_big"
    PROTOCOL = "protocol"
    FLOODED = "flooded"
    SILENT = "silent"
    DELETED = "deleted"
    MOVED = "moved"
    AUTH_UNANSWERED = "auth_unanswered"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - the name of a cause
    NO_PERMISSION = "no_permission"
    NODE_TOKEN_DIFFERS = "node_token_differs"  # noqa: S105 - the name of a cause
    PANEL_UNREACHABLE = "panel_unreachable"
    PANEL_LATER = "panel_later"
    PANEL_CONFLICT = "panel_conflict"
    PANEL_REFUSED = "panel_refused"
    PANEL_GONE = "panel_gone"
    KEY_REFUSED = "key_refused"
    NODE_REFUSES = "node_refuses"
    LISTED_TWICE = "listed_twice"


@dataclass(frozen=True, slots=True)
class Plan:
    """What follows a cause.

    `parked`: a person must act, or at least know; `advice` tells how. `drop_token`: the cached token and
    socket address are not used again. `list_again`: the Panel's list is read anew. `ask_panel`: the
    Panel is asked about this server. `without_panel`: the advice where a node is watched by its own
    config.yml, "" where it is the same.
    """

    backoff: Backoff
    advice: str
    parked: bool = False
    drop_token: bool = False
    list_again: bool = False
    ask_panel: bool = False
    without_panel: str = ""

    def advice_for(self, *, without_panel: bool) -> str:
        """The advice, as it fits how the node is watched."""
        return self.without_panel if without_panel and self.without_panel else self.advice


_FAST = Backoff(first=2, cap=60)
# A whole node's sockets may drop at once (protocol.md 2.7).
_SPREAD = Backoff(first=15, cap=60, lowest=1 / 15)
_SLOW = Backoff(first=80, cap=300)  # a wait is half to whole of it: never under 40 s, about a minute
# For a suspension, of which the list tells sooner when it is lifted; and for a node that sends too much.
_CONFLICT = Backoff(first=80, cap=900)
_PARKED = Backoff(first=400, cap=400)  # every five minutes or so

_GIVE = "give the node's present file, then restart automaton"

PLANS: dict[Cause, Plan] = {
    Cause.ORIGIN_REFUSED: Plan(
        _PARKED,
        "Wings refused our Origin: it must equal `remote` in the node's config.yml; set `origin` of this "
        "panel to that value, or add ours to the node's `allowed_origins`",
        parked=True,
        without_panel="Wings refused our Origin, which is `remote` of the config.yml that `config` names: "
        f"{_GIVE}",
    ),
    Cause.NOT_ON_NODE: Plan(
        Backoff(first=4, cap=80, factor=20),  # at once with a new address, then about every minute
        "the node does not know this server; the Panel is asked for its address again",
        drop_token=True,
        list_again=True,
        without_panel="the node does not know this server; its list is read again",
    ),
    Cause.TOO_MANY_SOCKETS: Plan(
        _SLOW, "30 consoles of this server are open already; close browser tabs that show it"
    ),
    Cause.UPGRADE_REFUSED: Plan(
        _PARKED,
        "what answers at the node's address does not speak Wings' websocket; look at the proxy before it",
        parked=True,
        drop_token=True,
    ),
    Cause.UNREACHABLE: Plan(_FAST, "nobody answers at the node's address; it is tried again"),
    Cause.NODE_ERROR: Plan(_FAST, "the node, or a proxy before it, answers with errors; it is tried again"),
    Cause.CERTIFICATE: Plan(
        _PARKED,
        "the certificate is not trusted: renew it, or name its authority in `ca`",
        parked=True,
    ),
    Cause.SOCKET_ADDRESS: Plan(
        _PARKED,
        "the Panel names a socket address that is not used: see the detail; plain `ws://` needs "
        "`allow_plain: true`",
        parked=True,
        drop_token=True,
    ),
    Cause.DROPPED: Plan(_SPREAD, "the node ended the connection; it is opened again"),
    Cause.SUSPENDED: Plan(
        _CONFLICT, "the server is suspended, or a backup is being restored", ask_panel=True
    ),
    Cause.TOO_BIG: Plan(_SLOW, "a message was larger than allowed; see the detail"),
    Cause.FLOODED: Plan(
        _CONFLICT, "the node sent more than any Wings does, so its connection was closed; see the detail"
    ),
    Cause.PROTOCOL: Plan(_FAST, "the node broke the websocket protocol; it is tried again"),
    Cause.SILENT: Plan(
        _SPREAD, "the connection stood open but nothing came through; it is opened again", list_again=True
    ),
    Cause.DELETED: Plan(
        _SLOW, "the server was deleted on its node", drop_token=True, list_again=True, ask_panel=True
    ),
    Cause.MOVED: Plan(
        Backoff(first=15, cap=300),
        "the server moved to another node; its new address is asked for",
        drop_token=True,
        list_again=True,
    ),
    Cause.AUTH_UNANSWERED: Plan(_SPREAD, "Wings did not answer our token; it is tried again"),
    Cause.TOKEN_REFUSED: Plan(
        _PARKED,
        "Wings refuses fresh tokens: the clocks of node and Panel are probably minutes apart",
        parked=True,
        drop_token=True,
        without_panel="Wings refuses fresh tokens: the clocks of the node and of this machine are probably "
        "minutes apart",
    ),
    Cause.NO_PERMISSION: Plan(
        _PARKED,
        "the token lacks the permission websocket.connect, or the Panel is too old for this Wings (scope)",
        parked=True,
        drop_token=True,
    ),
    Cause.NODE_TOKEN_DIFFERS: Plan(
        _PARKED,
        "Wings does not accept the Panel's signature: the node's token differs from the Panel's; copy the "
        "node's configuration from the Panel again",
        parked=True,
        drop_token=True,
        without_panel=f"Wings does not accept the token of the config.yml that `config` names: {_GIVE}",
    ),
    Cause.PANEL_UNREACHABLE: Plan(_FAST, "the Panel does not answer; it is tried again"),
    Cause.PANEL_LATER: Plan(_SPREAD, "the Panel asks us to wait (rate limit); it is tried again"),
    Cause.PANEL_CONFLICT: Plan(
        _CONFLICT, "the Panel gives no token in the server's present state", ask_panel=True
    ),
    Cause.PANEL_REFUSED: Plan(
        _PARKED,
        "the key's account may not connect to this server: give its subuser the permission websocket.connect",
        parked=True,
        drop_token=True,
    ),
    Cause.PANEL_GONE: Plan(
        _PARKED,
        "the Panel does not know this server any more",
        parked=True,
        drop_token=True,
        list_again=True,
    ),
    Cause.KEY_REFUSED: Plan(
        _PARKED,
        "the Panel does not accept the API key: create a new client key and put it into `keys` of this panel",
        parked=True,
        list_again=True,  # another key may see its servers
    ),
    Cause.NODE_REFUSES: Plan(
        _PARKED,
        f"Wings does not accept the token of the config.yml that `config` names: {_GIVE}",
        parked=True,
    ),
    Cause.LISTED_TWICE: Plan(
        _PARKED,
        "several list this server as theirs, so it is neither heard nor asked for anything until only one "
        "does: name its Panel or its node once, or look at the one that lists what is not its own",
        parked=True,
    ),
}

REFUSES_US = frozenset({Cause.KEY_REFUSED, Cause.NODE_REFUSES})
"""The key itself was refused: nothing else is asked with it."""

OUTAGE_CAUSES = frozenset({Cause.PANEL_UNREACHABLE, Cause.PANEL_LATER})
"""What may mean that the Panel is down: the 503 of its maintenance asks to wait, as a 429 does."""
