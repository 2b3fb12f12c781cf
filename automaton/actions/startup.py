"""Sets variables of the server's egg, for its next start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from pydantic import model_validator

from automaton.core.calls import Authority, Call, World
from automaton.core.outcome import Outcome
from automaton.core.pack import Pack
from automaton.core.rules.action import Ask, Memo, Progress
from automaton.core.rules.scene import StepScene
from automaton.core.stable_names import stable_name
from automaton.expr.guarded_fill import fill_guarded
from automaton.expr.template import Template
from automaton.schema.base import Slug, TemplateText
from automaton.schema.invalid import invalid
from automaton.schema.kinds import Wants
from automaton.schema.maintenance import PanelStep

VALUE = re.compile(r"[A-Za-z0-9_.-]{1,64}")  # rule-language 3: it reaches a start-up line
MOST_VARIABLES = 20
"""Of one step: each is a request, and all go out within one call's time. An egg has seldom more."""

LONGEST_VALUE = 500  # characters; longer than any start-up line has room for
NO_VALUE = "only 1 to 64 of `A-Z a-z 0-9 _ . -` may reach a start-up line"


@stable_name("SetStartup")
@dataclass(frozen=True, slots=True, kw_only=True)
class SetStartup(Call):
    """Sets these variables, by name, one after the other."""

    verb: ClassVar[str] = "startup"
    variables: tuple[tuple[str, str], ...]

    async def perform(self, world: World) -> Outcome:
        """Has the Panel set them."""
        return await world.servers.set_startup(self.server, self.variables)

    @property
    def argument(self) -> str:
        """As they would be assigned: `SEED=42, LEVEL=world`."""
        return ", ".join(f"{name}={value}" for name, value in self.variables)

    def fields(self) -> Mapping[str, str]:
        """The names, and what they are set to."""
        return {"variables": self.argument}

    def in_short(self) -> str:
        """With the names; values differ each time."""
        return f"{self.verb} {', '.join(name for name, _ in self.variables)}"

    def not_allowed(self, authority: Authority | None, pack: Pack) -> str:
        """The first variable that is not allowed."""
        for name, _ in self.variables:
            if authority is None or not authority.allows_variable(name):
                return f"the variable `{name}` (`startup`)"
        return ""


@stable_name("Startup")
class Startup(PanelStep):
    """Variables of the egg, for the next start.

    ```yaml
    startup: {LEVEL: "map-${attempt}", MODE: survival}
    else: [{notify: ops, text: "${name} keeps its seed: ${result.reason}"}]
    ```

    Each must be named in `limits.allow.startup`. A filled value is 1 to 64 letters, digits, `_`, `.` and `-`,
    else the step is refused: it reaches a start-up line. The egg's own rules judge what is set; where one is
    refused, those before it stay set.
    """

    verb: ClassVar[str] = "startup"

    startup: dict[Slug, TemplateText]

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not 0 < len(self.startup) <= MOST_VARIABLES:
            raise invalid("no-value", f"`startup` names from 1 to {MOST_VARIABLES} variables of the egg")
        for value in self.startup.values():
            literal = "".join(piece for piece in value.pieces if isinstance(piece, str))
            if not literal.isprintable():
                raise invalid(
                    "control-character", "a variable's value has no control characters", value.origin
                )
        return self

    def wants(self) -> Wants:
        """Its variables."""
        return Wants(variables=tuple(self.startup), permissions=("startup.read", "startup.update"))

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Refuses what must not reach a start-up line, else sets them and takes the outcome."""
        if memo is not None:
            return self.ended(scene)
        variables = []
        for name, value in self.startup.items():
            text, problem = _filled(value, scene)
            if problem:
                return self.refused(f"`{name}`: {problem}")
            variables.append((str(name), text))
        uuid = scene.facts.profile.uuid
        return Ask(SetStartup(server=uuid, variables=tuple(variables)), {"asked": True})


def _filled(value: Template, scene: StepScene) -> tuple[str, str]:
    text, problem = fill_guarded(
        value, scene, scene.now.mono, lambda one: "" if VALUE.fullmatch(one) else NO_VALUE
    )
    if not problem and len(text) > LONGEST_VALUE:
        problem = f"it has {len(text)} characters, {LONGEST_VALUE} are the most"
    return text, problem
