"""What a shell may complete: rules, servers, channels and what is open, of the running daemon, else of files.

Law: it is quick, and says nothing: who presses a key waits for an answer, and wants no error in their line.
A name goes into a command line: one that a shell would read as more than a word is offered by its id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from automaton.schema import nodes
from automaton.schema.files import read_text
from automaton.schema.nodes import read_all
from automaton.schema.scalar import Scalar
from automaton.web.routes.breakers import BreakerList
from automaton.web.routes.incidents import IncidentList
from automaton.web.routes.rules import RuleList
from automaton.web.routes.servers import ServerList, ServerRow
from automaton.web.routes.silences import SilenceList
from automaton.workbench.daemon_client import find_daemon
from automaton.workbench.terminal import plain, span

ANSWERED_WITHIN = 0.5  # seconds: a daemon that hangs shall not hang the shell
MOST_FILES = 200  # rule files that are read; more would take as long as the daemon's own start
SHORT = 8  # characters of a uuid: the Panel's short id
_WORD = re.compile(r"[A-Za-z0-9_@%+,./][A-Za-z0-9_@%+,./-]*")  # bash would begin anew at `:` and `=`
_USUAL_RULES = "rules.d"

Shape = TypeVar("Shape")


@dataclass(frozen=True, slots=True)
class Word:
    """A word that may come next, and what a shell shows beside it."""

    text: str
    help: str = ""


def rules(config: Path) -> list[Word]:
    """The rules of the daemon, else those of the files."""
    answer = _asked(config, "/v1/rules", RuleList)
    if answer is not None:
        return [Word(one.id, f"{one.arm}, {one.severity}, fired {one.fired} times") for one in answer.rules]
    return [Word(id_) for id_ in _rules_of_files(config)]


def servers(config: Path) -> list[Word]:
    """The servers that the daemon watches, else those that stand in the history, by their short ids."""
    answer = _asked(config, "/v1/servers", ServerList)
    if answer is not None:
        return [_server(row) for row in answer.servers]
    return [Word(id_) for id_ in _servers_of_history(config)]


def keys(config: Path) -> list[Word]:
    """What a rule may be asked about: servers, their nodes, the fleet."""
    answer = _asked(config, "/v1/servers", ServerList)
    if answer is None:
        return [*servers(config), Word("fleet")]
    found = sorted({row.node for row in answer.servers if row.node})
    return [*map(_server, answer.servers), *(Word(node, "a node") for node in found), Word("fleet")]


def open_rules(config: Path) -> list[Word]:
    """The rules that have an open incident."""
    answer = _asked(config, "/v1/incidents", IncidentList)
    found = answer.incidents if answer is not None else []
    return [Word(one.rule, f"{plain(one.name)}, open for {span(one.open_for)}") for one in found]


def open_keys(config: Path, rule: str) -> list[Word]:
    """Where a rule has an open incident."""
    answer = _asked(config, "/v1/incidents", IncidentList)
    found = answer.incidents if answer is not None else []
    return [Word(one.name, f"open for {span(one.open_for)}") for one in found if one.rule == rule]


def tripped_rules(config: Path) -> list[Word]:
    """The rules of which a breaker has tripped."""
    answer = _asked(config, "/v1/breakers", BreakerList)
    return [Word(one.rule, plain(one.name)) for one in answer.breakers] if answer is not None else []


def tripped_keys(config: Path, rule: str) -> list[Word]:
    """Where the breaker of a rule has tripped."""
    answer = _asked(config, "/v1/breakers", BreakerList)
    return [Word(one.name) for one in answer.breakers if one.rule == rule] if answer is not None else []


def silences(config: Path) -> list[Word]:
    """The ids of what is silenced."""
    answer = _asked(config, "/v1/silences", SilenceList)
    if answer is None:
        return []
    return [
        Word(one.id, plain(f"{' '.join(one.rules)} {' '.join(one.servers)} {one.note}".strip()))
        for one in answer.silences
    ]


def channels(config: Path) -> list[Word]:
    """The channels of automaton.yml: they are its own, whether a daemon runs or not."""
    found = nodes.find(_document(config), "channels")
    return [Word(str(name)) for name in found] if isinstance(found, nodes.Mapping) else []


def recipes() -> list[Word]:
    """The recipes that ship, with what each is for."""
    from automaton.configuration.recipes import all_recipes

    return [Word(one.name, one.summary) for one in all_recipes()]


def verdicts() -> list[Word]:
    """Every verdict of the history, with what it means."""
    from automaton.workbench.verdict_words import verdict_words

    return [Word(word, meaning) for word, meaning in verdict_words().items()]


def packs(config: Path) -> list[Word]:
    """The packs of packs.d, which stands beside the rules, and those that ship."""
    own = [_document(file) for file in _files_of(_rules_folder(config).parent / "packs.d")]
    named = [Word(str(found), "yours") for one in own if isinstance(found := nodes.find(one, "pack"), Scalar)]
    shipped = (Path(one.name) for one in files("automaton.packs").iterdir())
    return [*named, *(Word(one.stem, "ships") for one in sorted(shipped) if one.suffix == ".yml")]


def fitting(words: Iterable[Word], begun: str) -> Iterator[Word]:
    """Those that go on from what was begun, each once; none that a shell would take for more than a word."""
    seen = set[str]()
    for word in words:
        if word.text.startswith(begun) and word.text not in seen and _WORD.fullmatch(word.text):
            seen.add(word.text)
            yield word


def _asked(config: Path, path: str, shape: type[Shape]) -> Shape | None:
    daemon = find_daemon(config, read_within=ANSWERED_WITHIN)
    return daemon.ask("GET", path, shape) if daemon is not None else None


def _server(row: ServerRow) -> Word:
    told = row.state or "state unknown"
    return Word(row.name, told) if _WORD.fullmatch(row.name) else Word(row.id, f"{plain(row.name)}, {told}")


def _rules_of_files(config: Path) -> Iterator[str]:
    for file in _files_of(_rules_folder(config)):
        found = nodes.find(_document(file), "rules")
        for one in found if isinstance(found, nodes.Sequence) else ():
            id_ = nodes.find(one, "id")
            if isinstance(id_, Scalar):
                yield str(id_)


def _rules_folder(config: Path) -> Path:
    named = nodes.find(_document(config), "rules")
    return config.absolute().parent / (str(named) if isinstance(named, Scalar) else _USUAL_RULES)


def _files_of(folder: Path) -> list[Path]:
    return [folder] if folder.is_file() else sorted(folder.glob("*.y*ml"))[:MOST_FILES]


def _document(file: Path) -> nodes.Node | None:
    text, _ = read_text(file)
    return read_all(text, str(file))[0] if text is not None else None


def _servers_of_history(config: Path) -> list[str]:
    from automaton.journal.sqlite_journals import NAME
    from automaton.journal.trail import servers_of
    from automaton.settings.state_folder import state_folder

    journal = state_folder(config) / NAME
    return [uuid[:SHORT] for uuid in servers_of(journal)] if journal.is_file() else []
