"""A line on the console."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from automaton.core.events import FieldValue, Source
from automaton.core.happening import LINE, Happening
from automaton.core.ports import Listens
from automaton.core.stable_names import stable_name
from automaton.schema.base import Pattern
from automaton.schema.kinds import KnownEvents, TriggerModel
from automaton.schema.provenance import Provenance


@stable_name("Console")
class ConsoleTrigger(TriggerModel):
    r"""A console line that an RE2 pattern finds, with its named groups in `it`.

    ```yaml
    console: '^Can''t keep up! .*Running (?P<ms>\d+)ms'
    not: 'during startup'
    from: game
    where: it.ms > 2000
    ```

    The pattern sees the line cleaned and without the pack's prefix; `it.line` is the whole. `from` is
    whose it is: what a person said is `chat`, a player's command as the game logs it `command`, what an
    operator's command answered `admin`, and only a rule that asks for them sees them.
    """

    console: Pattern
    not_: Pattern | None = Field(default=None, alias="not")
    from_: Provenance = Field(default="game", alias="from")

    def listens(self) -> Listens:
        """The pattern. `not` is tried only on lines that it finds."""
        return Listens(patterns=frozenset({self.console.source}))

    def gives(self, known: KnownEvents) -> frozenset[str]:
        """The named groups of the pattern and of packs' prefixes, and `line`."""
        return self.console.groups | known.prefix | {"line"}

    def match(self, happening: Happening) -> Mapping[str, FieldValue] | None:
        """The named groups of the line, where it is of the wanted source and `not` finds nothing in it."""
        heard = happening.heard
        if happening.name != LINE or heard is None or heard.source is not Source(self.from_):
            return None
        groups = self.console.find(heard.text)
        if groups is None or (self.not_ is not None and self.not_.find(heard.text) is not None):
            return None
        return {**heard.fields, **groups, "line": heard.whole}
