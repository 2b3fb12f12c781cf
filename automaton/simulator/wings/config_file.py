"""A node's config.yml, as the Panel writes it; direct mode reads its token there."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import yaml

from automaton.simulator.wings.node import Node


def write(node: Node, folder: Path) -> Path:
    """Writes the file, readable by its owner alone, and returns its path."""
    address = urlsplit(node.url)
    content = {
        "debug": False,
        "app_name": node.app,
        "uuid": node.uuid,
        "token_id": node.token[:16],
        "token": node.token,
        "api": {
            "host": address.hostname,
            "port": address.port,
            "ssl": {"enabled": False},
            "upload_limit": 100,
        },
        "system": {"data": "/var/lib/pterodactyl/volumes", "sftp": {"bind_port": 2022}},
        "allowed_mounts": [],
        "allowed_origins": list(node.allowed_origins),
        "remote": node.remote,
    }
    path = folder / f"{node.name}.yml"
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return path
