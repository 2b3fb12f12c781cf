"""What `automaton init` needs to know: from the command line, and what is missing by asking at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import typer

from automaton.errors import Refused

ETC = Path("/etc/automaton")
USUAL_WINGS = Path("/etc/pterodactyl/config.yml")
CHAT = "ops_chat"
"""The credential of the chat's URL, and its file where none is named."""

ADDRESS = "Address of the Panel, as https://panel.example.org"


@dataclass(frozen=True, slots=True)
class InitOptions:
    """The command line. `chat` is a file that holds an Apprise URL, `ca` one with certificates."""

    folder: Path = ETC
    panel: str | None = None
    key_file: Path | None = None
    node_config: Path | None = None
    chat: Path | None = None
    force: bool = False
    address: str | None = None
    ca: Path | None = None


@dataclass(frozen=True, slots=True)
class InitChoices:
    """A Panel's address with its key's file, or a node's config.yml. `chat` is None until there is one.

    `address` is where the node listens, where its config.yml does not say it. `ca` is trusted as well.
    """

    folder: Path
    panel: str = ""
    key: Path | None = None
    node: Path | None = None
    chat: Path | None = None
    address: str = ""
    ca: Path | None = None


class NobodyToAskError(Refused):
    """Something is missing, and there is no terminal to ask for it."""


def chat_file(choices: InitChoices) -> Path:
    """Where the chat's URL is, or is to be written."""
    return choices.chat or choices.folder.absolute() / "secrets" / CHAT


def choose(options: InitOptions) -> InitChoices:
    """All that is needed, asked for where it is missing.

    Raises Refused where two options exclude each other, NobodyToAskError where nobody can be asked.
    """
    _refuse_conflicts(options)
    panel, key, node = options.panel, options.key_file, options.node_config
    if node is None and (panel is None or key is None):
        panel, key, node = _ask_for_source(panel, key)
    chat = options.chat if options.chat is not None else _ask_for_chat()
    _refuse_blanks(path for path in (key, node, chat) if path is not None)
    return InitChoices(
        folder=options.folder,
        panel=(panel or "").rstrip("/"),
        key=_absolute(key),
        node=_absolute(node),
        chat=_absolute(chat),
        address=(options.address or "").rstrip("/"),
        ca=_absolute(options.ca),
    )


def _refuse_conflicts(options: InitOptions) -> None:
    node = options.node_config
    if node is not None and (options.panel is not None or options.key_file is not None):
        raise Refused("a Panel or a node, not both: the other one is added to automaton.yml by hand")
    if node is None and options.address is not None:
        raise Refused("`--address` is where a node listens: name the node by `--node-config`")


def _ask_for_source(panel: str | None, key: Path | None) -> tuple[str | None, Path | None, Path | None]:
    """A Panel with its key, or a node. Whoever has told half of a Panel is asked for the other half alone."""
    if not sys.stdin.isatty():
        raise NobodyToAskError("name a Panel by `--panel` and `--key-file`, or a node by `--node-config`")
    if panel is None and key is None:
        question = f"{ADDRESS} (empty: a node without one)"
        panel = typer.prompt(question, default="", show_default=False) or None
        if panel is None:
            return (
                None,
                None,
                Path(typer.prompt("Wings' own config.yml of this node", default=str(USUAL_WINGS))),
            )
    panel = panel or typer.prompt(ADDRESS)
    key = key or Path(typer.prompt("File that holds a client API key (ptlc_...) of a subuser"))
    return panel, key, None


def _ask_for_chat() -> Path | None:
    if not sys.stdin.isatty():
        return None
    question = "File that holds the Apprise URL of a chat (empty: later, before the service starts)"
    told = typer.prompt(question, default="")
    return Path(told) if told else None


def _refuse_blanks(paths: Iterable[Path]) -> None:
    for path in map(Path.absolute, paths):
        if not str(path).isprintable() or " " in str(path):
            raise Refused(f"systemd takes no path with blanks: rename {str(path)!r}")


def _absolute(path: Path | None) -> Path | None:
    return None if path is None else path.absolute()
