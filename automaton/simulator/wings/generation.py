"""What differs between Wings' generations (protocol.md 0, 8): one row of facts each, and no code.

A new generation is a new row, and a new field where the old ones do not describe it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """How one generation behaves. A limit of None does not exist there."""

    name: str
    version: str
    app: str = "Pterodactyl"  # app_name in config.yml, unless a host renames it

    # Opening a websocket
    sockets_a_server: int | None = None
    counts_authenticated: bool = False  # the cap counts these alone, and is checked at the first auth
    auth_deadline: float | None = None
    drops_suspended: bool = False
    restore_suspends: bool = True

    # Tokens
    needs_scope: bool = False
    checks_server_at_auth: bool = False
    strict_tokens: bool = False  # `iat` strictly after a start or a denial, no empty uuids
    deauthorizes: bool = False
    deauthorizes_user_alone: bool = False

    # Frames
    throttles: bool = False
    deflates: bool = False
    read_limit: int | None = None
    reads_binary: bool = True
    write_deadline: float | None = None
    refuses_control_characters: bool = False

    # When it stops
    offline_at_signal: bool = False  # published once a stop signal is sent, though the process lives on
    stops_before_failing: float = 0.0  # share of failed starts that publish `stopping`, and so are no crash

    # Events
    tells_deletion: bool = False
    transfer_words: tuple[str, ...] = ("pending", "processing", "completed", "success")
    matches_features: bool = False
    reads_disk_io: bool = False
    lower_case_lines: bool = False


G11 = Generation(name="g11", version="1.11.11", tells_deletion=True, offline_at_signal=True)
G7 = replace(
    G11,
    name="g11-1.7",
    version="1.7.5",
    transfer_words=("starting", "archived", "success"),
    stops_before_failing=1.0,
)
G12 = replace(
    G11,
    name="g12",
    version="1.12.1",
    throttles=True,
    deflates=True,
    read_limit=4096,
    sockets_a_server=30,
    drops_suspended=True,
    reads_binary=False,
    deauthorizes=True,
    tells_deletion=False,
    offline_at_signal=False,
)
G12_2 = replace(G12, name="g12.2", version="1.12.2", needs_scope=True)
N_DEV = replace(
    G12_2,
    name="n-dev",
    version="1.13.3",
    counts_authenticated=True,
    auth_deadline=30.0,
    restore_suspends=False,
    checks_server_at_auth=True,
    strict_tokens=True,
    deauthorizes_user_alone=True,
    write_deadline=10.0,
    refuses_control_characters=True,
)
PELICAN = replace(
    G12_2,
    name="pelican",
    version="1.0.0",
    app="pelican",
    strict_tokens=True,
    matches_features=True,
    reads_disk_io=True,
    lower_case_lines=True,
)
GENERATIONS = {generation.name: generation for generation in (G7, G11, G12, G12_2, N_DEV, PELICAN)}
