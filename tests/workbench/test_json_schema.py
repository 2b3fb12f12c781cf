"""What pydantic writes is put into the words of draft 7."""

from __future__ import annotations

from pydantic import BaseModel

from automaton.schema.annotations import CONSTANT, DEFINED
from automaton.workbench.json_schema import Schema, as_draft_07, definitions, ref


class Inner(BaseModel):
    size: int = 3


class Outer(BaseModel):
    inner: Inner


def draft(schema: Schema, *, constants: bool = False) -> Schema:
    return as_draft_07(schema, constants=constants)


def test_what_stands_beside_a_reference_is_read_too() -> None:
    assert draft({**ref("a"), "description": "b"}) == {"description": "b", "allOf": [ref("a")]}


def test_what_is_defined_once_is_named_wherever_it_stands() -> None:
    assert draft({"properties": {"do": {DEFINED: "steps"}}}) == {"properties": {"do": ref("steps")}}


def test_a_key_is_left_out_rather_than_written_as_nothing() -> None:
    text, number, nothing = {"type": "string"}, {"type": "number"}, {"type": "null"}

    assert draft({"anyOf": [text, nothing], "description": "a"}) == {**text, "description": "a"}
    assert draft({"anyOf": [text, number, nothing]}) == {"anyOf": [text, number]}


def test_a_constant_may_stand_for_a_value_only_in_files_that_have_constants() -> None:
    duration = {"type": "string", CONSTANT: True, "description": "a"}

    assert draft(duration) == {"type": "string", "description": "a"}
    assert draft(duration, constants=True) == {
        "description": "a",
        "anyOf": [{"type": "string"}, ref("constant")],
    }


def test_models_are_defined_by_name_without_the_defaults_that_no_file_could_hold() -> None:
    models: list[type[BaseModel]] = [Outer, Inner]
    defined, names = definitions(models)

    assert [names[model] for model in models] == ["Outer", "Inner"]
    assert "default" not in defined["Inner"]["properties"]["size"]
