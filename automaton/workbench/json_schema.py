"""JSON Schema of draft 7, as editors read it; pydantic writes 2020-12.

Pure: models in, plain data out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from automaton.schema.annotations import CONSTANT, DEFINED

DIALECT = "http://json-schema.org/draft-07/schema#"
SCALARS = ["string", "number", "boolean"]
"""Types a text may have for an editor: `id: 12345678` and `text: no` are texts in our files."""

_REF = "#/definitions/{model}"
_NULL = {"type": "null"}

Schema = dict[str, Any]


class _Writer(GenerateJsonSchema):
    """Without defaults: they are seconds and bytes here, and in a file `10m` and `8GiB`."""

    def default_schema(self, schema: Any) -> Schema:
        return self.generate_inner(schema["schema"])


def ref(name: str) -> Schema:
    """A reference to the definition of this name."""
    return {"$ref": _REF.format(model=name)}


def definitions(models: Sequence[type[BaseModel]]) -> tuple[dict[str, Schema], dict[type[BaseModel], str]]:
    """The definitions of these models and all that they contain, by name; and the name of each model."""
    refs, written = models_json_schema(
        [(model, "validation") for model in models], ref_template=_REF, schema_generator=_Writer
    )
    begin = len(_REF.format(model=""))
    names = {model: str(refs[model, "validation"]["$ref"])[begin:] for model in models}
    return dict(written["$defs"]), names


def as_draft_07(schema: Schema, *, constants: bool) -> Schema:
    """The same in draft 7. `constants`: `${name}` may be written for a duration, a size, a count."""

    def read(value: object) -> Any:
        return as_draft_07(value, constants=constants) if isinstance(value, dict) else value

    done = {key: _convert_value(key, value, read) for key, value in schema.items()}
    done.pop("title", None) if isinstance(done.get("title"), str) else None
    if name := done.pop(DEFINED, ""):
        done |= ref(name)
    done = _without_null(done)
    if done.pop(CONSTANT, False) and constants:
        told = {key: done.pop(key) for key in ("description",) if key in done}
        done = {**told, "anyOf": [done, ref("constant")]}
    if "$ref" in done and len(done) > 1:  # draft 7 ignores what is beside a `$ref`
        done["allOf"] = [{"$ref": done.pop("$ref")}]
    return done


def _convert_value(key: str, value: Any, read: Callable[[object], Any]) -> Any:
    if key in ("properties", "definitions") and isinstance(value, Mapping):
        return {name: read(one) for name, one in value.items()}
    return [read(one) for one in value] if isinstance(value, list) else read(value)


def _without_null(schema: Schema) -> Schema:
    """Drops `null`: a key without a value is a mistake in our files."""
    options = schema.get("anyOf")
    if not isinstance(options, list) or _NULL not in options:
        return schema
    rest = [one for one in options if one != _NULL]
    others = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**rest[0], **others} if len(rest) == 1 else {**others, "anyOf": rest}
