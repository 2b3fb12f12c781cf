"""Tells the players something, by the broadcast of the server's pack."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from automaton.core.console.command import fill_broadcast
from automaton.core.decision import Verdict
from automaton.core.rules.action import Memo, Next, Progress
from automaton.core.rules.scene import StepScene
from automaton.core.runs.typist import type_lines
from automaton.core.stable_names import stable_name
from automaton.expr.template import Template
from automaton.schema.kinds import ActionModel
from automaton.schema.next_of import NextOf, TextOrNext


@stable_name("Say")
class Say(ActionModel):
    """A text to everybody on the server.

    ```yaml
    say: {next: ["Read /rules", "Vote for us: /vote"], order: random}
    ```

    Of a list the next is said each time, for each rule and key; `order: random` shuffles, all once before any
    twice. It is the next one's turn only once something was said; a restart changes nothing in that. Where
    the game has no broadcast, or the server is not running, it is skipped and the run goes on.
    """

    verb: ClassVar[str] = "say"
    needs_lock: ClassVar[bool] = True

    say: TextOrNext

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Types the broadcast, unless the game has none."""
        if scene.pack.say is None:
            return Next(Verdict.NOT_POSSIBLE, "this server's pack has no broadcast")
        text = self._text(scene)
        progress = type_lines(scene, memo, lambda: [fill_broadcast(text, scene, scene.now.mono, scene.pack)])
        was_asked = memo is not None and not scene.shadowed
        if was_asked and isinstance(progress, Next) and isinstance(self.say, NextOf):
            return replace(progress, said=self.say.name)
        return progress

    def _text(self, scene: StepScene) -> Template:
        """The text, or of a list the one whose turn it is."""
        if isinstance(self.say, NextOf):
            return self.say.text(scene.turns.get(self.say.name, 0), scene.seed)
        return self.say
