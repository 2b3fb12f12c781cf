"""Where a daemon remembers is read of its file, whatever else is wrong in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from automaton.errors import ConfigurationError
from automaton.settings.state_folder import has_cluster, state_folder
from automaton.settings.usual_paths import USUAL_STATE


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("state: kept\nmistake: 1\n", "kept"),
        ("state: /srv/kept\n", "/srv/kept"),
        ("panels: {}\n", str(USUAL_STATE)),
        ("state:\n", str(USUAL_STATE)),
        ("state: {a: 1}\n", str(USUAL_STATE)),
    ],
)
def test_the_folder_is_relative_to_its_file(tmp_path: Path, text: str, folder: str) -> None:
    config = tmp_path / "automaton.yml"
    config.write_text(text)

    assert state_folder(config) == tmp_path / folder


def test_a_mistyped_file_is_no_default(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no such file"):
        state_folder(tmp_path / "lost.yml")


def test_a_file_that_is_no_yaml_is_no_default_either(tmp_path: Path) -> None:
    """`automaton restore` would put back into the service's folder what belongs elsewhere."""
    config = tmp_path / "automaton.yml"
    config.write_text("panels: [\nstate: kept\n")

    with pytest.raises(ConfigurationError, match="a closing bracket is missing"):
        state_folder(config)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cluster: {servers: nats://10.0.0.1}\n", True),
        ("mistake: 1\ncluster: {servers: nats://10.0.0.1}\n", True),
        ("cluster:\n", False),
        ("state: kept\n", False),
    ],
)
def test_whether_there_is_a_cluster_is_read_whatever_else_is_wrong(
    tmp_path: Path, text: str, expected: bool
) -> None:
    config = tmp_path / "automaton.yml"
    config.write_text(text)

    assert has_cluster(config) is expected
