"""Sends an HTTP request to an address that automaton.yml names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, ValidationInfo, model_validator

from automaton.core.calls import Call, World
from automaton.core.decision import Verdict
from automaton.core.json_path import JsonPath
from automaton.core.outcome import Outcome
from automaton.core.rules.action import Ask, Memo, Progress
from automaton.core.rules.scene import StepScene
from automaton.core.stable_names import stable_name
from automaton.core.truth import Plain
from automaton.expr.template import Template
from automaton.schema import nodes
from automaton.schema.annotations import ReadBy
from automaton.schema.base import Name
from automaton.schema.invalid import invalid
from automaton.schema.may_fail import ANSWER, MayFail
from automaton.schema.readers import template
from automaton.schema.scalar import Style

Json = dict[str, "Json"] | list["Json"] | Template | str | int | float | bool | None
"""JSON with templates instead of texts."""

LONGEST = 64 * 1024  # characters of a body


def _body(value: object, info: ValidationInfo) -> object:
    if isinstance(value, tuple):
        return value
    if not isinstance(value, nodes.Mapping | nodes.Sequence):
        raise invalid("wrong-shape", "a mapping or a list is expected here", value)
    shape = _shape(value, info)
    return (shape, *_templates(shape))


def _shape(node: nodes.Node, info: ValidationInfo) -> Json:
    """A node as JSON. Only here does the look of an unquoted scalar decide its type, for JSON has types."""
    match node:
        case nodes.Mapping():
            return {str(key): _shape(value, info) for key, value in node.items()}
        case nodes.Sequence():
            return [_shape(item, info) for item in node]
    if node.style is Style.PLAIN:
        if node.is_null:
            return None
        if node in ("true", "false"):
            return node == "true"
        if (number := _number(node)) is not None:
            return number
    return template(node, info)


def _number(text: str) -> int | float | None:
    try:
        found = json.loads(text, parse_constant=lambda _: None)
    except ValueError:
        return None
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    return found if is_number and isfinite(found) else None


def _templates(shape: Json) -> list[Template]:
    match shape:
        case Template():
            return [shape]
        case dict():
            return [found for value in shape.values() for found in _templates(value)]
        case list():
            return [found for value in shape for found in _templates(value)]
    return []


Body = Annotated[tuple[object, ...], ReadBy(_body, {"anyOf": [{"type": "object"}, {"type": "array"}]})]
"""JSON, followed by each template in it, where the checks of a step's texts find them."""


@stable_name("Request")
@dataclass(frozen=True, slots=True, kw_only=True)
class SendRequest(Call):
    """One HTTP request to an address that automaton.yml names. `body` is JSON, or empty for none.

    With a `path` only what lies there is wanted of the answer. How an answer is read is no part of what is
    asked, so calls that differ by it alone are equal.
    """

    verb: ClassVar[str] = "http"
    lane: ClassVar[str] = "http"
    url: str
    method: str = "POST"
    body: str = ""
    path: JsonPath = field(default=(), compare=False, repr=False)

    async def perform(self, world: World) -> Outcome:
        """Sends it, and waits for the answer."""
        return await world.addresses.request(self.url, self.method, self.body, self.path)

    @property
    def argument(self) -> str:
        """The name of the address."""
        return self.url

    def fields(self) -> Mapping[str, str]:
        """The name of the address, and the method; never the body, which may contain strangers' text."""
        return {"url": self.url, "method": self.method}

    def sentence(self) -> str:
        """Like the first line of a request."""
        return f"{self.method} {self.url}"

    def in_full(self) -> str:
        """With the body."""
        return f"{self.verb} {self.sentence()} {self.body}".rstrip()


@stable_name("Http")
class Http(MayFail):
    """One request to an address by its name. `POST` with a body where nothing else is said.

    ```yaml
    http: status_page
    method: PUT
    json: {server: "${name}", memory: "${memory_pct}", text: "is at ${memory_pct}", planned: true}
    ```

    A text that is one `${…}` and nothing else becomes a value of JSON: a number, a truth, null where it is
    unknown. An answer of 2xx is done; on any other, and on none, its `else` runs and the run goes on; without
    `else` the run fails. `result.status` and `result.body` can be read afterwards. No redirect is followed.
    """

    verb: ClassVar[str] = "http"
    gives: ClassVar[frozenset[str]] = ANSWER
    else_came_later: ClassVar[bool] = True

    http: Name
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    json_: Body | None = Field(default=None, alias="json")

    @model_validator(mode="after")
    def _says_nothing_in_vain(self) -> Self:
        if self.method == "GET" and self.json_ is not None:
            raise invalid("in-vain", "a `GET` has no body: `json` is for the other methods")
        return self

    def urls(self) -> tuple[str, ...]:
        """The addresses that it calls, as they are written."""
        return (self.http,)

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Sends the request and takes its outcome."""
        if memo is None:
            body = "" if self.json_ is None else json.dumps(_filled(self.json_[0], scene))
            if len(body) > LONGEST:
                reason = f"the body has {len(body)} characters, {LONGEST} are the most"
                return self.failed(reason, verdict=Verdict.REFUSED)
            uuid = scene.facts.profile.uuid
            return Ask(
                SendRequest(server=uuid, url=str(self.http), method=self.method, body=body), {"asked": True}
            )
        return self.answered(scene.outcome)


def _filled(shape: object, scene: StepScene) -> object:
    match shape:
        case dict():
            return {key: _filled(value, scene) for key, value in shape.items()}
        case list():
            return [_filled(value, scene) for value in shape]
        case Template():
            return _value(shape, scene)
    return shape


def _value(text: Template, scene: StepScene) -> Plain | list[object]:
    mono = scene.now.mono
    if len(text.pieces) == 1 and not isinstance(text.pieces[0], str):
        value = text.pieces[0].evaluate(scene, mono)
        match value.plain:
            case tuple() as items:
                return list(items)
            case float() as number if not isfinite(number):  # JSON has no word for it
                return None
            case plain:
                return plain
    return text.fill(scene, mono)
