"""What several subcommands share is declared once, and means the same in all of them."""

from __future__ import annotations

import ast
from pathlib import Path

import automaton.cli
from automaton.cli.options import DEFAULT_CONFIG
from automaton.settings.usual_paths import USUAL_FILE

FILES = [path for path in Path(automaton.cli.__path__[0]).glob("*.py") if path.stem != "options"]


def test_the_commands_look_where_the_daemon_looks() -> None:
    assert DEFAULT_CONFIG == USUAL_FILE


def test_no_subcommand_declares_for_itself_what_options_has() -> None:
    own = {
        (path.stem, node.value)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in ("--json", "--config")
    }

    assert own == set()
