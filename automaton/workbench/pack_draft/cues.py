"""Words by which games tell that they are ready, and that people come and go.

From what some 160 games print. A cue alone proves nothing: it says what a shape that behaves so may be.
"""

from __future__ import annotations

import re

from automaton.workbench.pack_draft.masks import NUMBER

JOIN = re.compile(
    r"\b(?:join(?:ed|s|ing)?|entered|enters|connected|connects?|connecting|connection (?:from|accepted)"
    r"|log(?:ged|s)? ?in|login|authenticat(?:ed|ion)|is (?:online|now synced|ready)|added player|registering"
    r"|new player|spawned|has arrived|a rejoint)\b",
    re.IGNORECASE,
)
LEAVE = re.compile(
    r"\b(?:left|leaves?|leaving|disconnect(?:ed|s|ing|ion)?|lost connection|quits?|log(?:ged|s)? ?out|logout"
    r"|exit(?:ed|s)?|remov(?:ed|e|ing) (?:player|client|user)|is offline|timed out|dropped|unregistering"
    r"|kicked|connection (?:terminated|closed)|has ended|a quitté)\b",
    re.IGNORECASE,
)
BEST_JOIN = re.compile(r"\b(?:joined|entered|logged in|has connected)\b", re.IGNORECASE)
BEST_LEAVE = re.compile(r"\b(?:left|disconnected|lost connection|logged out|has exited)\b", re.IGNORECASE)
TRIED = re.compile(
    r"\b(?:request|pre-?login|attempt|handshake|connecting|joining|leaving|pending|queue|verif|steam auth"
    r"|validat|denied|refused|failed|banned|whitelist|pinged|reject|rcon|disconnecting|unable|timeout while)",
    re.IGNORECASE,
)
"""Who is told of so may never have come in."""

_UP = (
    r"server (?:has |is )?(?:now |successfully )?"
    r"(?:started|loaded|startup completed?|launched|booted|running|online|ready)\b"
)

READY: tuple[tuple[re.Pattern[str], ...], ...] = (
    (
        re.compile(rf"^Done \({NUMBER}s\)!"),
        re.compile(rf"^\W*(?:the )?(?:dedicated |game |\w+ )?{_UP}", re.IGNORECASE),
        re.compile(r"^Game server connected$"),
        re.compile(r"\b(?:ready to (?:accept|serve)|waiting for (?:players|clients))\b", re.IGNORECASE),
    ),
    (
        re.compile(rf"^(?:\[[^\]]{{1,30}}\]\s{{0,40}}){{1,2}}\W?(?:\w+ ){{0,2}}{_UP}", re.IGNORECASE),
        re.compile(r"^(?:Game ready|StartGame done|Started server using port|Running \w+ dedicated server)"),
        re.compile(r"(?:\*\*\* SERVER STARTED \*\*\*|\bSERVER INIT FINISHED$|\bStartup Completed\b)"),
        re.compile(r"^\W*Connection to Steam servers successful", re.IGNORECASE),
        re.compile(r"^\W*(?:server |started |rcon )?(?:listening|hosting) on\b", re.IGNORECASE),
        re.compile(r"\b(?:game )?engine (?:is )?initialized\b", re.IGNORECASE),
        re.compile(r"\b(?:world|level|map) (?:is |was )?loaded\b", re.IGNORECASE),
    ),
)
"""By how much each is worth: the second of them only where nothing of the first is printed."""
NOT_READY = re.compile(r"\b(?:not|rcon|query|web|metrics|dynmap|bluemap|http|voice|telnet)\b", re.IGNORECASE)
