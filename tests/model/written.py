"""A rule as the model reads it, and the same rule as an operator would write it.

The model reads these classes and never the YAML; the engine gets the YAML and never these classes. Seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

STALE = 10


@dataclass(frozen=True)
class Memory:
    """`memory_pct > 80`"""

    comparison: str
    pct: int

    def __str__(self) -> str:
        return f"memory_pct {self.comparison} {self.pct}"


@dataclass(frozen=True)
class Mood:
    """A fact of one's own, told by a line `mood 2`: `mood > 1`"""

    comparison: str
    number: int

    def __str__(self) -> str:
        return f"mood {self.comparison} {self.number}"


@dataclass(frozen=True)
class StateIs:
    state: str

    def __str__(self) -> str:
        return f'state == "{self.state}"'


@dataclass(frozen=True)
class Age:
    """`console_age >= 5s`, or `state_age`; `>` turns an instant after a half second, and is not written."""

    of: str
    comparison: str
    seconds: int

    def __str__(self) -> str:
        return f"{self.of}_age {self.comparison} {self.seconds}s"


@dataclass(frozen=True)
class Connected:
    def __str__(self) -> str:
        return "connected"


@dataclass(frozen=True)
class Acked:
    def __str__(self) -> str:
        return "acked"


@dataclass(frozen=True)
class Firing:
    """Another rule's incident is open."""

    rule: str

    def __str__(self) -> str:
        return f'firing("{self.rule}")'


@dataclass(frozen=True)
class Not:
    one: Expression

    def __str__(self) -> str:
        return f"not ({self.one})"


@dataclass(frozen=True)
class Both:
    one: Expression
    other: Expression

    def __str__(self) -> str:
        return f"({self.one}) and ({self.other})"


@dataclass(frozen=True)
class Either:
    one: Expression
    other: Expression

    def __str__(self) -> str:
        return f"({self.one}) or ({self.other})"


Expression = Memory | Mood | StateIs | Age | Connected | Acked | Firing | Not | Both | Either


@dataclass(frozen=True)
class Printed:
    """A console line `WORD VALUE`; `where` is the value that it must have."""

    word: str
    where: str | None = None

    def __str__(self) -> str:
        where = "" if self.where is None else f""", where: 'it.n == "{self.where}"'"""
        return rf"{{console: '^{self.word} (?P<n>\w+)$'{where}}}"


@dataclass(frozen=True)
class Happens:
    event: str

    def __str__(self) -> str:
        return f"{{event: {self.event}}}"


@dataclass(frozen=True)
class Turns:
    """A change of state that was seen; `any` is every state."""

    before: str
    after: str

    def __str__(self) -> str:
        return f'{{state: "{self.before} -> {self.after}"}}'


@dataclass(frozen=True)
class Tells:
    """Another rule's incident opens, clears, or its breaker trips."""

    rule: str
    what: str

    def __str__(self) -> str:
        return f"{{rule: {self.rule}, is: {self.what}}}"


@dataclass(frozen=True)
class MoodChanges:
    def __str__(self) -> str:
        return "{changes: mood}"


Trigger = Printed | Happens | Turns | Tells | MoodChanges


@dataclass(frozen=True)
class Notify:
    text: str

    def __str__(self) -> str:
        return f'{{notify: ops, text: "{self.text}"}}'


@dataclass(frozen=True)
class Wait:
    seconds: int

    def __str__(self) -> str:
        return f"{{wait: {self.seconds}s}}"


@dataclass(frozen=True)
class WaitFor:
    """Until it is true, or happens, or the time is over; then `otherwise`."""

    what: Expression | Trigger
    within: int
    otherwise: Steps

    def __str__(self) -> str:
        return f"{{wait: {written(self.what)}, within: {self.within}s, else: {listed(self.otherwise)}}}"


@dataclass(frozen=True)
class Countdown:
    """So long, unless it is cancelled; then `otherwise`, notices alone, and the run ends.

    `marks` are the seconds left at which it is said how many are left.
    """

    seconds: int
    unless: Expression | None
    otherwise: tuple[Notify, ...]
    marks: tuple[int, ...] = ()

    def __str__(self) -> str:
        unless = "" if self.unless is None else f", unless: {written(self.unless)}"
        otherwise = f", else: {listed(self.otherwise)}" if self.otherwise else ""
        marks = ", ".join(f"{mark}s" for mark in self.marks)
        says = f', at: [{marks}], say: "${{left}}"' if self.marks else ""
        return f"{{countdown: {self.seconds}s{unless}{says}{otherwise}}}"


@dataclass(frozen=True)
class Choose:
    truth: Expression
    then: Steps
    otherwise: Steps

    def __str__(self) -> str:
        return f"{{if: {written(self.truth)}, do: {listed(self.then)}, else: {listed(self.otherwise)}}}"


@dataclass(frozen=True)
class End:
    def __str__(self) -> str:
        return "end"


Step = Notify | Wait | WaitFor | Countdown | Choose | End
Steps = tuple[Step, ...]


@dataclass(frozen=True)
class Breaker:
    """`reset` None is `manual`."""

    at_most: int
    within: int
    reset: int | None
    then: Steps

    def __str__(self) -> str:
        reset = "manual" if self.reset is None else f"{self.reset}s"
        return f"{{max: {self.at_most}, within: {self.within}s, reset: {reset}, then: {listed(self.then)}}}"


@dataclass(frozen=True)
class Escalation:
    after: int
    unless: Expression | None
    do: Steps
    every: int = 0

    def __str__(self) -> str:
        unless = "" if self.unless is None else f", unless: {written(self.unless)}"
        unless += f", every: {self.every}s" if self.every else ""
        return f"{{after: {self.after}s{unless}, do: {listed(self.do)}}}"


@dataclass(frozen=True)
class Rule:
    """All keys that the model knows. Either `holds` or `when` is given."""

    id: str
    holds: Expression | None = None
    hold_for: int = 0
    when: Trigger | None = None
    count: int = 0
    within: int = 0
    distinct: bool = False
    first: bool = False
    unless: Trigger | None = None
    until: Expression | Trigger | int | None = None
    guard: Expression | None = None
    do: Steps = ()
    on_clear: Steps = ()
    cooldown: int = 0
    breaker: Breaker | None = None
    backoff: tuple[int, ...] = ()
    overlap: str = "skip"
    escalate: tuple[Escalation, ...] = ()

    def __str__(self) -> str:
        return "\n    ".join(f"{key}: {value}" for key, value in self._keys())

    def _keys(self) -> list[tuple[str, str]]:
        keys: list[tuple[str, object]] = [
            ("id", self.id),
            ("while", self.holds),
            ("for", seconds(self.hold_for)),
            ("when", self.when),
            ("count", self.count or None),
            ("within", seconds(self.within)),
            ("distinct", "it.n" if self.distinct else None),
            ("first", "it.n" if self.first else None),
            ("unless", self.unless),
            ("until", seconds(self.until) if isinstance(self.until, int) else self.until),
            ("if", self.guard),
            ("do", listed(self.do)),
            ("on_clear", listed(self.on_clear) if self.on_clear else None),
            ("cooldown", seconds(self.cooldown)),
            ("breaker", self.breaker),
            ("backoff", f"[{', '.join(f'{one}s' for one in self.backoff)}]" if self.backoff else None),
            ("overlap", self.overlap),
            ("escalate", f"[{', '.join(map(str, self.escalate))}]" if self.escalate else None),
        ]
        return [(key, written(value)) for key, value in keys if value is not None]


def rule_file(rules: tuple[Rule, ...]) -> str:
    """The rules as the text of one rule file."""
    mood = rf"type: number, line: '^mood (?P<value>\w+)$', stale: {STALE}s"
    return f"facts: {{mood: {{{mood}}}}}\nrules:\n" + "".join(f"  - {rule}\n" for rule in rules)


def seconds(number: int) -> str | None:
    return f"{number}s" if number else None


def listed(steps: Steps) -> str:
    return f"[{', '.join(map(str, steps))}]"


def written(value: object) -> str:
    return f"'{value}'" if isinstance(value, Expression) else str(value)
