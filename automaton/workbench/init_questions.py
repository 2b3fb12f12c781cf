"""What `automaton init` asks at a terminal: one question at a time, each judged at once and asked again.

Whatever can be tried is tried before the next question: the Panel is asked for its servers with the key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from automaton.core.events import Profile
from automaton.errors import Refused, Weather
from automaton.schema.address import is_address
from automaton.secret import Secret
from automaton.workbench import init_answers
from automaton.workbench.init_choices import (
    CHAT,
    KEY,
    USUAL_WINGS,
    InitChoices,
    InitOptions,
    secret_path,
    told_by,
)
from automaton.workbench.prompts import Person, ask

Look = Callable[[InitChoices], list[Profile]]
"""Lists the servers there; raises Weather or Refused with a sentence."""

TryPanel = Callable[[InitChoices], None]
"""Asks without a key whether a Panel is at the address; raises as a Look does."""

# Each fits a line of 80 cells: an answer on the next line looks like a mistake.
ADDRESS = "Panel's address, as https://panel.example.org"
OR_NO_PANEL = " (empty: no Panel)"
NO_PANEL = "without a Panel a node is watched by its own config.yml; Ctrl-C begins anew"
KEY_OR_FILE = "A subuser's client API key (ptlc_...), or its file; not shown"
CHAT_OR_FILE = "A chat's webhook or Apprise URL, or its file; not shown (empty: later)"
NODE_CONFIG = "Wings' own config.yml of this node"
NODE_ADDRESS = "Where Wings listens, as http://127.0.0.1:8080"
THE_KEY_IS_WRONG = (401, 403)


def interview(
    options: InitOptions, person: Person, look: Look, try_panel: TryPanel
) -> tuple[InitChoices, list[Profile]]:
    """All that is needed, and the servers that were seen with it. What options tell is not asked.

    Raises what `look` raises where options told all that it was given, and typer.Abort.
    """
    choices, profiles = _source(told_by(options), person, look, try_panel)
    return _with_chat(choices, person), profiles


def _source(
    told: InitChoices, person: Person, look: Look, try_panel: TryPanel
) -> tuple[InitChoices, list[Profile]]:
    if told.node is not None or (told.panel and told.key is not None):
        return told, look(told)
    if not told.panel and told.key is None:
        panel = ask(person, ADDRESS + OR_NO_PANEL, _address_or_nothing)
        if not panel:
            person.hear(NO_PANEL)
            return _of_a_node(told, person, look)
        told = replace(told, panel=panel)
    return _of_a_panel(told, person, look, try_panel)


def _address_or_nothing(text: str) -> str:
    return init_answers.panel_address(text) if text else ""


def _of_a_panel(
    told: InitChoices, person: Person, look: Look, try_panel: TryPanel
) -> tuple[InitChoices, list[Profile]]:
    choices = told
    while True:
        if not choices.panel:
            choices = replace(choices, panel=ask(person, ADDRESS, init_answers.panel_address))
        try:
            if choices.key is None:
                try_panel(choices)  # before the key is asked for: it would be asked for in vain
                choices = _with_key(choices, person)
            return choices, look(choices)
        except (Weather, Refused) as problem:
            person.hear(str(problem))
            if isinstance(problem, Refused) and problem.status in THE_KEY_IS_WRONG:
                choices = replace(choices, key=None, pasted={})
            else:
                choices = replace(choices, panel="")


def _with_key(choices: InitChoices, person: Person) -> InitChoices:
    while True:
        found = ask(person, KEY_OR_FILE, init_answers.key, is_secret=True)
        placed = _placed(person, found, secret_path(choices.folder, KEY))
        if placed is not None:
            return _with_secret(replace(choices, key=placed), placed, found)


def _with_chat(choices: InitChoices, person: Person) -> InitChoices:
    while choices.chat is None:
        found = ask(person, CHAT_OR_FILE, init_answers.chat, is_secret=True)
        if found is None:
            return choices
        placed = _placed(person, found, secret_path(choices.folder, CHAT))
        if placed is not None:
            choices = _with_secret(replace(choices, chat=placed), placed, found)
    return choices


def _placed(person: Person, found: Path | Secret, path: Path) -> Path | None:
    """Where it is, or will be written; None where it may not be."""
    if isinstance(found, Path):
        person.hear(f"it is read from {found}")
        return found
    if path.exists():
        agreed = person.agrees(f"Replace {path}, which is there already?", usual=False)
    else:
        person.hear(f"it is not stored yet: its file would be {path}")
        agreed = person.agrees("Write it there, for its owner alone to read (mode 0600)?")
    if not agreed:
        person.hear("then write it into a file, and name that file")
    return path if agreed else None


def _with_secret(choices: InitChoices, path: Path, found: Path | Secret) -> InitChoices:
    return replace(choices, pasted={**choices.pasted, path: found}) if isinstance(found, Secret) else choices


def _of_a_node(told: InitChoices, person: Person, look: Look) -> tuple[InitChoices, list[Profile]]:
    while True:
        node = ask(person, NODE_CONFIG, init_answers.node_config, usual=str(USUAL_WINGS))
        choices = replace(told, node=node)
        if not is_address(choices.address or init_answers.read_config(node).address):
            person.hear("it does not say where Wings can be reached")
            choices = replace(choices, address=ask(person, NODE_ADDRESS, init_answers.node_address))
        try:
            return choices, look(choices)
        except (Weather, Refused) as problem:
            person.hear(str(problem))
            told = replace(told, address="")
