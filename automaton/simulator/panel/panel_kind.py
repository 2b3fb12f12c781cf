"""What differs between Panels (protocol.md 2.1, 6): one row of facts each, and no code."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

Digest = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelKind:
    """How one Panel behaves. A limit of None does not exist there."""

    name: str
    key_prefix: str = "ptlc_"
    client_limit: int  # calls a minute and user
    token_limit: int | None  # tokens a minute and server, all users together
    digest: Digest
    has_scope: bool = True
    names_user_id: bool = True
    deauthorizes: bool = True  # or denies a token's jti, server by server
    wraps_deauthorize: bool = False  # in one key too many, so that Wings reads neither user nor servers
    answers_for_wings: bool = False  # makes up resources while Wings is down
    admins_always_pass: bool = False


def _md5(text: str) -> str:
    # It names a token, and protects nothing.
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


PTERODACTYL_1_12 = PanelKind(name="pterodactyl-1.12", client_limit=720, token_limit=5, digest=_md5)
PTERODACTYL_1_11 = replace(
    PTERODACTYL_1_12, name="pterodactyl-1.11", token_limit=None, has_scope=False, deauthorizes=False
)
PELICAN_PANEL = PanelKind(
    name="pelican",
    key_prefix="pacc_",
    client_limit=256,
    token_limit=5,
    digest=_sha256,
    names_user_id=False,
    wraps_deauthorize=True,
    answers_for_wings=True,
    admins_always_pass=True,
)
PANELS = {kind.name: kind for kind in (PTERODACTYL_1_11, PTERODACTYL_1_12, PELICAN_PANEL)}
