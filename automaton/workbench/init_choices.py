"""What `automaton init` needs to know, as the command line tells it; questions are in init_questions.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from automaton.errors import Refused
from automaton.secret import Secret
from automaton.workbench.init_answers import APPLICATION_KEYS, CLIENT_KEYS, as_written, refuse_other_chat
from automaton.workbench.person_keys import credential_of

ETC = Path("/etc/automaton")
USUAL_WINGS = Path("/etc/pterodactyl/config.yml")
KEY, WINGS, CHAT = "panel_key", "wings_config", "ops_chat"
"""The names of the credentials; what is pasted gets a file of that name."""


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
    page: str | None = None


@dataclass(frozen=True, slots=True)
class InitChoices:
    """A Panel's address with its key's file, or a node's config.yml. `chat` is None until there is one.

    `address` is where the node listens, where its config.yml does not say it. `ca` is trusted as well.
    `page` is who signs in at the page, empty for no page. `pasted` are secrets that are yet to be written, by
    their files.
    """

    folder: Path
    panel: str = ""
    key: Path | None = None
    node: Path | None = None
    chat: Path | None = None
    address: str = ""
    ca: Path | None = None
    page: str = ""
    pasted: Mapping[Path, Secret] = field(default_factory=dict)


class NobodyToAskError(Refused):
    """Something is missing, and there is no terminal to ask for it."""


def secret_path(folder: Path, name: str) -> Path:
    """Where a secret is written that has no file of its own."""
    return folder.absolute() / "secrets" / name


def chat_file(choices: InitChoices) -> Path:
    """Where the chat's URL is, or is to be written."""
    return choices.chat or secret_path(choices.folder, CHAT)


def page_credential(choices: InitChoices) -> str:
    """The name of the credential that holds the hash of the page's operator."""
    return credential_of(choices.page)


def choose(options: InitOptions) -> InitChoices:
    """All that is needed, where nobody can be asked.

    Raises Refused where two options exclude each other, NobodyToAskError where one is missing.
    """
    choices = told_by(options)
    if choices.node is None and (not choices.panel or choices.key is None):
        raise NobodyToAskError("name a Panel by `--panel` and `--key-file`, or a node by `--node-config`")
    return choices


def told_by(options: InitOptions) -> InitChoices:
    """What the command line tells, with paths that systemd takes. Raises Refused."""
    _refuse_conflicts(options)
    _refuse_secrets(options)
    if options.chat is not None and options.chat.exists():  # else it is to be written later
        refuse_other_chat(options.chat)
    return InitChoices(
        folder=options.folder,
        panel=(options.panel or "").rstrip("/"),
        key=_as_written(options.key_file),
        node=_as_written(options.node_config),
        chat=_as_written(options.chat),
        address=(options.address or "").rstrip("/"),
        ca=options.ca.absolute() if options.ca is not None else None,
        page=options.page or "",
    )


def _refuse_conflicts(options: InitOptions) -> None:
    node = options.node_config
    if node is not None and (options.panel is not None or options.key_file is not None):
        raise Refused("a Panel or a node, not both: the other one is added to automaton.yml by hand")
    if node is None and options.address is not None:
        raise Refused("`--address` is where a node listens: name the node by `--node-config`")


def _refuse_secrets(options: InitOptions) -> None:
    """What is typed as an argument stands in the shell's history, and everybody sees it run."""
    key, chat = options.key_file, options.chat
    if key is not None and str(key).startswith((*CLIENT_KEYS, *APPLICATION_KEYS)) and not key.exists():
        raise Refused(
            "`--key-file` names the file that holds the key, and not the key, which others can see now: make"
            " a new one; without the option you are asked for it"
        )
    if chat is not None and ":/" in str(chat):
        raise Refused(
            "`--chat-file` names the file that holds the URL, and not the URL, which others can see now;"
            " without the option you are asked for it"
        )


def _as_written(path: Path | None) -> Path | None:
    return None if path is None else as_written(path)
