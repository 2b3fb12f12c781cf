"""What goes over the control socket, and what `--json` prints: one schema for both.

Plain data, frozen. Names are the words of the documentation; seconds, bytes and percent.
"""

from __future__ import annotations

import msgspec


def write_json(content: msgspec.Struct) -> bytes:
    """The content as JSON. Texts of a file know their place in it, which stays behind."""
    return msgspec.json.encode(content, enc_hook=_text)


def _text(value: object) -> str:
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no part of the schema")


class LinkRow(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands with one link. `state` is one of LinkState's words; `reason` a sentence, or ""."""

    state: str
    cause: str = ""
    reason: str = ""
    since: float = 0.0
    tries: int = 0
    next_try: float | None = None


class ServerRow(msgspec.Struct, frozen=True, kw_only=True):
    """One server. None is what is not known now. `panel` names the panel or node of automaton.yml."""

    uuid: str
    id: str
    name: str
    node: str = ""
    panel: str = ""
    egg: str = ""
    pack: str = ""
    state: str | None = None
    memory: int | None = None
    memory_limit: int | None = None
    link: LinkRow | None = None


class IncidentRow(msgspec.Struct, frozen=True, kw_only=True):
    """An incident that is open. `open_for` in seconds; `server` is its key's text.

    `acked`: a person has taken note. `step` is where its run stands, "" where none goes. `held` are why
    its actions do not go ahead, as sentences.
    """

    rule: str
    server: str
    name: str
    severity: str
    open_for: float
    acked: bool = False
    matches: int = 1
    step: str = ""
    held: list[str] = []


class DecisionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A decision, the latest last. `age` in seconds; `sentence` says what the verdict means."""

    rule: str
    server: str
    name: str
    verdict: str
    sentence: str
    detail: str = ""
    age: float = 0.0


class ParkedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A link that waits for a person."""

    server: str
    name: str
    cause: str
    reason: str


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """The whole. `troubles` are sentences, one for each thing that is not well: none means all is well."""

    summary: str
    version: str
    uptime: float
    arm: str
    rules: int
    links: dict[str, int]
    troubles: list[str] = []
    parked: list[ParkedRow] = []
    incidents: list[IncidentRow] = []
    decisions: list[DecisionRow] = []


class Servers(msgspec.Struct, frozen=True):
    """All servers that are watched."""

    servers: list[ServerRow]


class Reloaded(msgspec.Struct, frozen=True):
    """Whether the files were taken; where not, `reason` says why and `problems` where."""

    taken: bool
    reason: str = ""
    problems: list[str] = []


class Answer(msgspec.Struct, frozen=True):
    """What became of a command or a power action; `result` is one of Result's words."""

    result: str
    detail: str = ""
    way: str = ""


class Heard(msgspec.Struct, frozen=True, omit_defaults=True):
    """One record of a console: a raw line, or at the end why no more comes ("" where all was told).

    `passing` marks a failure that may pass by itself. `note` is about the console, and no end of it.
    """

    line: str | None = None
    note: str = ""
    end: str | None = None
    failed: bool = False
    passing: bool = False


class Problem(msgspec.Struct, frozen=True):
    """Why a request was not taken, as a sentence."""

    problem: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What `status --json` and `servers --json` print: the same, with the half that was asked for.

    `state` is `ok`, `degraded` or `not running`.
    """

    running: bool
    state: str
    status: Status | None = None
    servers: list[ServerRow] | None = None
