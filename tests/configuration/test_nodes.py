"""A node's config.yml is judged with the rest, and told by its name, never by what stands in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.configuration.load import CheckedConfiguration, load_configuration

RIGHT = "uuid: u\ntoken: abcdefgh\nremote: https://panel.test\napi: {host: 0.0.0.0, port: 8080}\n"


def load(folder: Path, node: str, config: str = RIGHT, **env: str) -> CheckedConfiguration:
    (folder / "config.yml").write_text(config)
    (folder / "automaton.yml").write_text(f"nodes: {{edge-1: {{{node}}}}}\n")
    return load_configuration(folder / "automaton.yml", env, in_service="CREDENTIALS_DIRECTORY" in env)


def test_the_address_is_that_of_the_file_or_of_the_settings(tmp_path: Path) -> None:
    own = load(tmp_path, "config: {file: config.yml}").or_raise()
    told = load(tmp_path, "config: {file: config.yml}, address: 'https://edge.test:8443/'").or_raise()

    assert own.nodes["edge-1"].address == "http://127.0.0.1:8080"
    assert told.nodes["edge-1"].address == "https://edge.test:8443"


@pytest.mark.parametrize("config", ["[]", "uuid: u", RIGHT.replace("abcdefgh", "$SOME_TOKEN")])
def test_a_file_that_is_none_of_wings_is_an_error_at_the_node(tmp_path: Path, config: str) -> None:
    found = load(tmp_path, "config: {file: config.yml}", config)

    (problem,) = [one for one in found.problems if one.severity == "error"]
    assert (problem.code, problem.line, problem.column) == ("node-config", 1, 9)
    assert "abcdefgh" not in problem.message


def test_outside_the_service_its_credential_is_a_note(tmp_path: Path) -> None:
    found = load(tmp_path, "config: {credential: wings_config}")

    assert {problem.severity for problem in found.problems} <= {"note", "warning"}


@pytest.mark.parametrize(
    "config",
    [RIGHT.replace("8080", "99999"), RIGHT.replace("0.0.0.0", "-xn--.é..org"), RIGHT.replace("https", "")],
)
def test_an_address_of_the_file_that_cannot_be_called_is_an_error(tmp_path: Path, config: str) -> None:
    found = load(tmp_path, "config: {file: config.yml}", config)

    assert [one.code for one in found.problems if one.severity == "error"] == ["node-config"]


def test_the_settings_address_stands_for_one_of_the_file_that_cannot_be_called(tmp_path: Path) -> None:
    node = "config: {file: config.yml}, address: 'http://127.0.0.1:8080'"

    assert load(tmp_path, node, RIGHT.replace("8080", "99999")).or_raise().nodes.keys() == {"edge-1"}


@pytest.mark.parametrize("url", ["ftp://x", "ping.example.org", "https://x:99999", "https://-xn--.é..org"])
def test_a_heartbeats_address_is_http(tmp_path: Path, url: str) -> None:
    (tmp_path / "beat").write_text(url)
    (tmp_path / "beat").chmod(0o600)
    (tmp_path / "config.yml").write_text(RIGHT)
    text = "nodes: {a: {config: {file: config.yml}}}\nheartbeat: {url: {file: beat}}\n"
    (tmp_path / "automaton.yml").write_text(text)

    found = load_configuration(tmp_path / "automaton.yml", {})

    assert [one.code for one in found.problems if one.severity == "error"] == ["bad-url"]
