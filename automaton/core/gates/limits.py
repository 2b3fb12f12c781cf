"""The block `limits` of automaton.yml: what bounds all rules, whatever they say.

Law: no rule file can raise a limit.
"""

from __future__ import annotations

from dataclasses import dataclass

from automaton.core.arm import Arm
from automaton.core.calls import Signal
from automaton.core.command_grammar import ArgumentKind
from automaton.core.expression import Expression
from automaton.core.facts.facts import Facts
from automaton.core.invoked_commands import InvokedCommand, has_form
from automaton.core.pack import Pack
from automaton.core.ports import Paths, Selector, Words
from automaton.core.stable_names import stable_name


@stable_name("Budget")
@dataclass(frozen=True, slots=True)
class Budget:
    """`max` within `within` seconds."""

    max: int
    within: float


@stable_name("AllowedForm")
@dataclass(frozen=True, slots=True)
class AllowedForm:
    """Commands that these words choose, with these arguments and no others."""

    words: Words
    arguments: tuple[ArgumentKind, ...]

    def written(self, word: str) -> str:
        """As it is told: `kick player`."""
        return " ".join((word, *self.arguments))


@stable_name("Allowance")
@dataclass(frozen=True, slots=True)
class Allowance:
    """What rules may do on the servers it fits: power signals, commands, files, variables, a reinstall.

    `send` are words that choose commands, whatever their arguments; `forms` bind these as well. Each of
    `files` allows what it fits and all below that.
    """

    servers: Selector | None = None
    power: frozenset[Signal] = frozenset()
    send: tuple[Words, ...] = ()
    forms: tuple[AllowedForm, ...] = ()
    files: tuple[Paths, ...] = ()
    startup: tuple[Words, ...] = ()
    reinstall: bool = False

    def allows_reinstall(self) -> bool:
        """Whether it says so: no other power action includes it, for it destroys."""
        return self.reinstall

    def allows_path(self, path: str) -> bool:
        """Whether one of `files` fits the path, or a folder that it is in."""
        return any(paths.cover(path) for paths in self.files)

    def allows_variable(self, name: str) -> bool:
        """Whether `startup` names it."""
        return any(words.covers(name) for words in self.startup)

    def allows_signal(self, signal: Signal) -> bool:
        """Whether it names the signal; `restart` includes `start`, which it is when down (protocol 5.1)."""
        return signal in self.power or (signal is Signal.START and Signal.RESTART in self.power)

    def lacks(self, line: str, one: InvokedCommand, pack: Pack) -> str:
        """Empty where `send` names the command's word, or one of `forms` fits all of it."""
        if any(words.covers(one.word) for words in self.send):
            return ""
        forms = [form for form in self.forms if form.words.covers(one.word)]
        if any(has_form(line, one, form.arguments, pack) for form in forms):
            return ""
        told = " or ".join(f"`{form.written(one.word)}`" for form in forms)
        return f"the command `{one.word}`" + (f" other than as {told}" if told else "")


@stable_name("Default")
class DefaultAllowance(Allowance):
    """Where no `allow` is written: everything but `kill`, what makes operators, what runs unseen commands."""

    def allows_signal(self, signal: Signal) -> bool:
        """Every signal but `kill`, which somebody must write."""
        return signal is not Signal.KILL

    def lacks(self, line: str, one: InvokedCommand, pack: Pack) -> str:
        """What makes operators, and what runs commands that nobody sees, somebody must write."""
        return f"the command `{one.word}`" if one.grants or one.is_unseen else ""


@stable_name("Limits")
@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The block `limits` of automaton.yml. Durations in seconds; a budget or `parallel` of None is no limit.

    `hold_power_if` looks at the whole fleet. A run that was interrupted for less than `resume_within`
    continues where it was.
    """

    arm: Arm = Arm.SHADOW
    settle: float = 0.0
    allow: tuple[Allowance, ...] = (DefaultAllowance(),)
    power_server: Budget | None = None
    power_node: Budget | None = None
    power_fleet: Budget | None = None
    send_server: Budget | None = None
    send_fleet: Budget | None = None
    parallel: int | None = None
    report: str | None = None
    hold_power_if: Expression | None = None
    resume_within: float = 300.0

    def allowance_for(self, facts: Facts) -> Allowance | None:
        """The first entry of `allow` that fits a server; None where rules may do nothing on it."""
        for allowance in self.allow:
            selector = allowance.servers
            if selector is None or selector.covers(facts.profile, facts.tags, facts.pack):
                return allowance
        return None
