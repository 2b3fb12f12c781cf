"""Runs a program that automaton.yml names."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from automaton.core.calls import Call, World
from automaton.core.console.command import FORBIDDEN, SURROGATE
from automaton.core.decision import Verdict
from automaton.core.outcome import Outcome
from automaton.core.rules.action import Ask, Memo, Progress
from automaton.core.rules.scene import StepScene
from automaton.core.stable_names import stable_name
from automaton.expr.template import Template
from automaton.schema.base import Name, OneOrMany, TemplateText
from automaton.schema.may_fail import ANSWER, MayFail

LONGEST = 2000  # characters of one argument


@stable_name("RunProgram")
@dataclass(frozen=True, slots=True, kw_only=True)
class RunProgram(Call):
    """One program that automaton.yml names, with these arguments after its own. No shell."""

    verb: ClassVar[str] = "exec"
    lane: ClassVar[str] = "exec"
    bounds_itself: ClassVar[bool] = True  # by the `timeout` that automaton.yml gives the program
    program: str
    arguments: tuple[str, ...] = ()

    async def perform(self, world: World) -> Outcome:
        """Runs it to its end."""
        return await world.programs.run(self.program, self.arguments)

    @property
    def argument(self) -> str:
        """The program's name."""
        return self.program

    def fields(self) -> Mapping[str, str]:
        """Its name, and its arguments quoted as for a shell, so that it is clear where each one ends."""
        return {"program": self.program, "arguments": " ".join(map(shlex.quote, self.arguments))}

    def sentence(self) -> str:
        """As it would be typed."""
        return " ".join((self.program, *self.arguments))


@stable_name("Exec")
class Exec(MayFail):
    """A program by its name, with these arguments behind those of automaton.yml. No shell reads them.

    ```yaml
    exec: rotate
    args: ["--server", "${id}"]
    ```

    An argument with control characters, and a value that would begin one with `-`, are refused: a
    stranger's text is never an option. It is done when the program ends with 0; otherwise its `else` runs and
    the run goes on, and without `else` the run fails. `result.status`, the exit code, and `result.body`, what
    it printed, can be read afterwards.
    """

    verb: ClassVar[str] = "exec"
    gives: ClassVar[frozenset[str]] = ANSWER
    else_came_later: ClassVar[bool] = True

    exec_: Name = Field(alias="exec")
    args: OneOrMany[TemplateText] = ()

    def programs(self) -> tuple[str, ...]:
        """The programs that it runs, as they are written."""
        return (self.exec_,)

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Refuses unsafe arguments, else runs the program and takes its outcome."""
        if memo is None:
            arguments = tuple(arg.fill(scene, scene.now.mono) for arg in self.args)
            for template, text in zip(self.args, arguments, strict=True):
                if problem := _problem(template, text):
                    return self.failed(problem, verdict=Verdict.REFUSED)
            call = RunProgram(server=scene.facts.profile.uuid, program=str(self.exec_), arguments=arguments)
            return Ask(call, {"asked": True})
        return self.answered(scene.outcome)


def _problem(template: Template, text: str) -> str:
    """Why this argument must not be handed to a program, empty if it may."""
    if found := FORBIDDEN.search(text) or SURROGATE.search(text):
        return f"an argument holds the control character U+{ord(found[0]):04X}"
    if len(text) > LONGEST:
        return f"an argument has {len(text)} characters, {LONGEST} are the most"
    # The rule's own text may begin an option; a value never may.
    if text.startswith("-") and not (template.pieces and isinstance(template.pieces[0], str)):
        return "a value would begin an argument with `-`, and be taken for an option"
    return ""
