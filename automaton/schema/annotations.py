"""How pydantic is told, in an `Annotated`, to read a value with a validator of ours and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from automaton.schema import nodes
from automaton.schema.invalid import invalid

DEFINED, CONSTANT = "x-defined", "x-constant"
"""Keys of a type's JSON Schema: use the definition of this name; `${name}` may be written in its place."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadBy:
    """Annotates a type that is no model: how a value is read, and its JSON Schema."""

    read: Callable[[object, ValidationInfo], object]
    schema: dict[str, Any]

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return self.schema


def read_by(read: Callable[[object], object], **schema: Any) -> ReadBy:
    """A ReadBy that needs nothing but the value."""
    return ReadBy(lambda value, info: read(value), schema)


@dataclass(frozen=True, slots=True)
class Listed:
    """Annotates a tuple: a single value is a list of one, and an empty list is refused."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_listed, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        many = {**handler(schema), "minItems": 1}
        return {"anyOf": [many["items"], many]} if many.get("items") else {}


def _listed(value: object) -> object:
    """A list as it is, a single value as a list of one."""
    if isinstance(value, nodes.Sequence) and not value:
        raise invalid("empty-list", "an empty list says nothing", found="`[]`")
    return value if isinstance(value, list | tuple) else [value]
