"""What is handed to the process that judges rules for the page, and what it answers: JSON, in and out.

Nothing of automaton.yml but names goes there.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from automaton.web.routes.rule_files import RuleFiles


class JudgeWanted(msgspec.Struct, frozen=True, kw_only=True):
    """`test`: run the tests of `file`. `try`: judge `file` with `text` in its place, beside what runs.

    `input` are console lines, or the rows of a recording; a line `@30s memory_pct: 95` tells facts then.
    `facts` are those of the server when it begins, and `after` how many seconds pass after the last line.
    """

    what: Literal["test", "try"]
    files: RuleFiles
    file: str
    text: str = ""
    input: str = ""
    facts: str = ""
    after: float = 600.0


class ProblemRow(msgspec.Struct, frozen=True, kw_only=True):
    """What `check` would say, of the file that is tried or of what it is tried on."""

    severity: str
    line: int
    column: int
    message: str
    code: str = ""
    about: str = ""


class MatchRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a line is to a rule (`rule` and its word, as `when`) or to the game's pack (`event`)."""

    what: Literal["event", "rule"]
    name: str
    word: str = ""
    fields: dict[str, str] = {}


class JudgedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line that was tried, with its moment in seconds from the first, and who said it (`Source`)."""

    number: int
    at: float
    text: str
    source: str = ""
    matches: list[MatchRow] = []


class DeedRow(msgspec.Struct, frozen=True, kw_only=True):
    """What came at a moment: a change of phase, a call with its text, or a verdict with its sentence."""

    at: float
    rule: str
    what: Literal["phase", "call", "verdict"]
    name: str
    text: str = ""


class ChangeRow(msgspec.Struct, frozen=True):
    """A line of a diff. `sign` is `+`, `-`, `@` or a blank."""

    sign: str
    text: str


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it. `changes` are the deeds that differ from those of the rules that run, where any do.

    `notes` are sentences about what was left out, or could not be judged. `same` says that both did the same.
    """

    problems: list[ProblemRow] = []
    lines: list[JudgedLine] = []
    deeds: list[DeedRow] = []
    changes: list[ChangeRow] = []
    same: bool = False
    text_changes: list[ChangeRow] = []
    notes: list[str] = []


class CaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """One test, and why it failed: nothing where it passed."""

    name: str
    line: int
    why: list[str] = []


class JudgedTests(msgspec.Struct, frozen=True, kw_only=True):
    """The tests of a file. `problem` says why they could not be run, empty where they were."""

    tests: list[CaseRow] = []
    problem: str = ""

    @property
    def failed(self) -> int:
        """How many did not pass."""
        return sum(bool(one.why) for one in self.tests)


class TryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer; one of the two, as was asked."""

    tried: Tried | None = None
    tests: JudgedTests | None = None
