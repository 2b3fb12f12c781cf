"""Hands a message to a channel."""

from __future__ import annotations

from typing import ClassVar

from pydantic import field_validator

from automaton.core.calls import SendMessage, Severity
from automaton.core.decision import Verdict
from automaton.core.expression import Expression
from automaton.core.outcome import Result
from automaton.core.rules.action import Ask, Into, Memo, Next, Progress
from automaton.core.rules.scene import StepScene
from automaton.core.stable_names import stable_name
from automaton.expr.template import Template
from automaton.schema.base import Name, OneOrMany, TemplateText
from automaton.schema.invalid import invalid
from automaton.schema.kinds import ActionModel, Wants

CONSOLE_TEXT = frozenset({"lines", "it.line"})
ANSWER = "result.body"


@stable_name("Notify")
class Notify(ActionModel):
    """A message to a channel of automaton.yml, or to each of a list: a channel paces and retries it.

    ```yaml
    notify: ops
    title: "${name}"
    text: "${name} ran out of heap\\n${lines}"
    severity: critical
    ```

    `notify: [ops, staff]` is the same message to both. Without `text` the rule's `note` is sent. In
    `on_clear` it says nothing where `do` names the same channel and the opening was not sent there.
    """

    verb: ClassVar[str] = "notify"

    notify: OneOrMany[Name]
    title: TemplateText | None = None
    text: TemplateText | None = None
    severity: Severity | None = None

    @field_validator("notify")
    @classmethod
    def _once_each(cls, channels: tuple[str, ...]) -> tuple[str, ...]:
        for place, channel in enumerate(channels):
            if channel in channels[:place]:
                raise invalid("repeated-channel", f"the channel `{channel}` stands twice", channel)
        return channels

    def blocks(self) -> tuple[tuple[ActionModel, ...], ...]:
        """Of several channels a step each: what holds one back holds back no other."""
        if len(self.notify) == 1:
            return ()
        return (tuple(self.model_copy(update={"notify": (channel,)}) for channel in self.notify),)

    def wants(self) -> Wants:
        """Its channel; of several each step inside has its own."""
        return Wants(channels=self.notify) if len(self.notify) == 1 else Wants()

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Hands the message over. A channel that does not take it never fails the run."""
        if len(self.notify) > 1:
            return Into(self.blocks()[0])
        (channel,) = self.notify
        if memo is not None:
            outcome = scene.outcome
            if outcome is None or outcome.result is Result.DONE:
                return Next()
            return Next(Verdict.NOT_POSSIBLE, outcome.detail)
        incident = scene.incident
        # Where the opening was not sent, its end is not told either (rule-language 3, `on_clear`).
        if scene.is_end and incident is not None and channel in scene.rule.tells - scene.told:
            return Next(Verdict.NOT_POSSIBLE, f"the opening was not sent to `{channel}`")
        return Ask(self._call(scene), {"asked": True})

    def _call(self, scene: StepScene) -> SendMessage:
        mono, rule = scene.now.mono, scene.rule
        text, excerpts = _filled(self.text, scene) if self.text else (rule.note, ())
        profile, number = scene.facts.profile, scene.incident.number if scene.incident else 0
        return SendMessage(
            server=profile.uuid,
            channel=str(self.notify[0]),
            title=self.title.fill(scene, mono) if self.title else "",
            text=text or f"{profile.name}: {rule.id}",
            severity=self.severity or rule.severity,
            rule=rule.id,
            ref=f"{scene.mark}{rule.id}/{profile.uuid}/{number}",
            resolves=scene.is_end,
            excerpts=excerpts,
        )


def _is_excerpt(piece: Expression) -> bool:
    return bool(piece.names & CONSOLE_TEXT) or piece.source.strip() == ANSWER


def _filled(template: Template, scene: StepScene) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text, and the spans in it that come from a console, or are a whole answer."""
    text, spans = "", []
    for piece, part in template.filled(scene, scene.now.mono):
        if not isinstance(piece, str) and part and _is_excerpt(piece):
            spans.append((len(text), len(text) + len(part)))
        text += part
    return text, tuple(spans)
