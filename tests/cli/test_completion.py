"""A key that is pressed is answered by the shell's own rules, and never by an error."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.test_main import COMMAND
from tests.workbench.desk import desk_at


def offered(config: Path, line: str, shell: str = "bash") -> list[str]:
    """What is offered after what was typed; its last word has been begun."""
    asked = {
        "bash": {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)},
        "zsh": {"_TYPER_COMPLETE_ARGS": line},
        "fish": {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
    }[shell]
    env = os.environ | asked | {"_AUTOMATON_COMPLETE": f"complete_{shell}", "AUTOMATON_CONFIG": str(config)}
    done = subprocess.run([COMMAND], env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def test_rules_servers_and_what_is_open_are_offered_where_they_belong(tmp_path: Path) -> None:
    with desk_at(tmp_path) as (config, _):
        found = {
            line: offered(config, line)
            for line in (
                "automaton explain d", "automaton why-not down lo", "automaton ack d", "automaton logs lo",
                "automaton silence end s", "automaton breaker reset d", "automaton breaker reset down a",
                "automaton history --server l", "automaton channel route do",
                "automaton packs val", "automaton history --verdict fir",
            )
        }  # fmt: skip

    assert list(found.values()) == [
        ["down"], ["lobby"], ["down"], ["lobby"], ["s1"], ["down"], ["arena"], ["lobby"], ["down"],
        ["valheim"], ["fired"],
    ]  # fmt: skip


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_is_offered_the_commands(tmp_path: Path, shell: str) -> None:
    assert "why-not" in "".join(offered(tmp_path / "lost.yml", "automaton why", shell))


def test_whatever_is_wrong_nothing_is_offered_and_nothing_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "automaton.yml"
    broken.write_bytes(b"\xff\xfe: [")

    assert offered(broken, "automaton explain d") == []
    assert offered(tmp_path / "lost.yml", "automaton logs l") == []
    assert offered(tmp_path, "automaton channel test o") == []
