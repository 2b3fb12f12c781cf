"""A node's config.yml is read as Wings reads it, and kept secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.secret import Secret
from automaton.wings.node_config import NodeConfig, NodeConfigError, read_node_config

REAL = """\
debug: false
app_name: Pterodactyl
uuid: 3f0a1c2e-0000-4000-8000-000000000001
token_id: abcdefgh12345678
token: {token}
api:
  host: {host}
  port: {port}
  ssl:
    enabled: {ssl}
    cert: /etc/letsencrypt/live/node/fullchain.pem
    key: /etc/letsencrypt/live/node/privkey.pem
  disable_remote_download: false
  upload_limit: 100
  trusted_proxies: []
system:
  root_directory: /var/lib/pterodactyl
  timezone: UTC
  user:
    rootless:
      enabled: false
    uid: 988
docker:
  network:
    interface: 172.18.0.1
    dns:
    - 1.1.1.1
  registries: {{}}
throttles:
  enabled: true
remote: https://panel.example.org
allowed_mounts: []
allowed_origins: []
"""
TOKEN = "f" * 64


def config(
    token: str = TOKEN, *, host: str = "0.0.0.0", port: str = "8080", ssl: str = "false", **env: str
) -> NodeConfig:
    return read_node_config(Secret(REAL.format(token=token, host=host, port=port, ssl=ssl)), env)


def test_a_real_file_gives_token_origin_and_address() -> None:
    assert config() == NodeConfig(
        uuid="3f0a1c2e-0000-4000-8000-000000000001",
        token=Secret(TOKEN),
        remote="https://panel.example.org",
        address="http://127.0.0.1:8080",
    )


@pytest.mark.parametrize(
    ("host", "port", "ssl", "address"),
    [
        ("0.0.0.0", "8080", "true", "https://127.0.0.1:8080"),
        ("10.0.0.5", "8443", "true", "https://10.0.0.5:8443"),
        ("'::'", "8080", "false", "http://127.0.0.1:8080"),
        ("2001:db8::1", "8080", "false", "http://[2001:db8::1]:8080"),
        ("node.test", "", "false", "http://node.test:8080"),
    ],
)
def test_it_is_reached_where_it_listens(host: str, port: str, ssl: str, address: str) -> None:
    assert config(host=host, port=port, ssl=ssl).address == address


def test_the_environments_token_goes_before_the_files() -> None:
    assert config(WINGS_TOKEN="other").token == Secret("other")


@pytest.mark.parametrize("written", ["$NODE_TOKEN", "${NODE_TOKEN}", "${HALF}word"])
def test_variables_are_expanded(written: str) -> None:
    assert config(written, NODE_TOKEN="a-word", HALF="a-").token == Secret("a-word")


def test_a_file_is_read_and_its_last_line_end_cut(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-a-file\n")

    assert config(f"file://{tmp_path}/token").token == Secret("from-a-file")
    assert config(
        "file://${CREDENTIALS_DIRECTORY}/token", CREDENTIALS_DIRECTORY=str(tmp_path)
    ).token == Secret("from-a-file")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a list", "no config.yml of Wings"),
        ("", "names no `token`"),
        ("token: t\nremote: https://x", "names no `uuid`"),
        ("uuid: u\ntoken: t", "names no `remote`"),
        ("uuid: u\ntoken:\nremote: https://x", "names no `token`"),
        ("uuid: u\ntoken: $LOST\nremote: https://x", "the variable `LOST`"),
        ("uuid: u\ntoken: file:///lost/token\nremote: https://x", "the file `/lost/token`"),
        ("uuid: [u\n", "no config.yml of Wings"),
    ],
)
def test_what_is_missing_is_told(text: str, told: str) -> None:
    with pytest.raises(NodeConfigError, match=told):
        read_node_config(Secret(text), {})


def test_the_token_is_in_no_text() -> None:
    assert TOKEN not in repr(config())
    with pytest.raises(NodeConfigError) as raised:
        read_node_config(Secret(f"token: {TOKEN}\nuuid: u"), {})
    assert TOKEN not in str(raised.value)
