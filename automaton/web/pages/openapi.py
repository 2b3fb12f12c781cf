"""The OpenAPI 3.1 description of `/api/v1`, made of the table of operations. Pure: the same every time."""

from __future__ import annotations

import re
from inspect import cleandoc
from typing import Any

import msgspec

from automaton.web.http_json import ErrorBody
from automaton.web.pages.api_operation import Operation, Parameter
from automaton.web.pages.api_operations import OPERATIONS

BASE = "/api/v1"
NDJSON = "application/x-ndjson"
DESCRIPTION = (
    "What the command line does, for programs. Reading needs a viewer, acting an operator: a token of"
    " `web.tokens` in `Authorization: Bearer …`, or the session of a browser, which acts"
    " from the page itself alone. Every act stands in the trail with the name of the token or the person.\n\n"
    "Numbers are in base units: seconds, bytes; moments are seconds since 1970. New fields and operations may"
    " come in any version: a reader ignores what it does not know. What is there is not changed within v1."
)

REFUSALS = {
    400: "The body or the query is not what is expected here.",
    401: "Nobody is signed in, and no token was sent.",
    403: "You may look, and not act; or another site asked.",
    404: "There is no such rule, server, silence or drill; or the daemon runs alone, and has no cluster.",
    408: "The body did not come in time.",
    409: "It is going on already, or cannot be done now; the answer says why.",
    413: "The body is too long.",
    421: "The page has another name: see `web.hosts`.",
    429: "You ask too much at once.",
    503: "The daemon does not answer, or there is no room.",
}
ALWAYS = (401, 403, 421, 429, 503)
IN_PATHS = {
    "server": "The server's whole uuid, as `/servers` has it: no name, and no short id.",
    "rule": "The rule's id.",
    "id": "The id of the silence.",
    "channel": "The channel's name in automaton.yml.",
}

Document = dict[str, Any]


def openapi() -> Document:
    """The whole description, as plain data."""
    shapes = [one.shape for one in OPERATIONS if one.shape is not dict]
    bodies = [type(one.body) for one in OPERATIONS if one.body is not None]
    _, schemas = msgspec.json.schema_components(
        [*shapes, *bodies, ErrorBody], ref_template="#/components/schemas/{name}"
    )
    paths: dict[str, Document] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "automaton", "version": "1", "description": DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": BASE}],
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": _clean(schemas),
            "responses": {str(status): _refusal(text) for status, text in REFUSALS.items()},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token of `web.tokens`."},
                "session": {"type": "apiKey", "in": "cookie", "name": "automaton_session",
                            "description": "The session of a browser that is signed in to the page."},
            },
        },
    }  # fmt: skip


def openapi_text() -> str:
    """The same as it is committed and served: JSON, indented."""
    return msgspec.json.format(msgspec.json.encode(openapi()), indent=1).decode() + "\n"


def _operation(one: Operation) -> Document:
    role = "operator" if one.is_for_operators else "viewer"
    may_be_wrong = any(parameter.values for parameter in one.query)
    statuses = sorted(
        {
            *ALWAYS,
            *one.refusals,
            *((400, 408, 413) if one.method == "POST" else ()),
            *((400,) if may_be_wrong else ()),
        }
    )
    made: Document = {
        "operationId": one.name,
        "summary": one.summary,
        "description": f"Needs the role `{role}`."
        + (" One row of JSON a line, until one side leaves." if one.streams else ""),
        "tags": [one.path.split("/")[1]],
        "responses": {
            "200": {
                "description": "Rows as they come." if one.streams else "As asked.",
                "content": {
                    NDJSON if one.streams else "application/json": {
                        "schema": {"type": "string", "contentMediaType": "application/json",
                                   "contentSchema": _schema(one.shape)}
                        if one.streams
                        else _schema(one.shape),
                        "example": _line(one.answer) if one.streams else msgspec.to_builtins(one.answer),
                    }
                },
            },
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses},
        },
    }  # fmt: skip
    parameters = [_in_path(name) for name in re.findall(r"\{(\w+)\}", one.path)]
    parameters += [_in_query(parameter) for parameter in one.query]
    if parameters:
        made["parameters"] = parameters
    if one.body is not None:
        content = {"schema": _schema(type(one.body)), "example": msgspec.to_builtins(one.body)}
        made["requestBody"] = {"required": True, "content": {"application/json": content}}
    return made


def _schema(shape: Any) -> Document:
    return {"type": "object"} if shape is dict else {"$ref": f"#/components/schemas/{shape.__name__}"}


def _line(row: object) -> str:
    return msgspec.json.encode(row).decode() + "\n"


def _refusal(text: str) -> Document:
    content = {"schema": _schema(ErrorBody), "example": {"problem": text}}
    return {"description": text, "content": {"application/json": content}}


def _in_path(name: str) -> Document:
    return {
        "name": name, "in": "path", "required": True, "description": IN_PATHS[name],
        "schema": {"type": "string", "minLength": 1},
    }  # fmt: skip


def _in_query(one: Parameter) -> Document:
    schema: Document = {"type": one.kind}
    if one.values:
        schema["enum"] = list(one.values)
    if one.kind == "integer":
        schema |= {"minimum": 0, "maximum": 999_999_999}
    if one.kind == "number":
        schema |= {"exclusiveMinimum": 0}
    return {"name": one.name, "in": "query", "description": one.help, "schema": schema}


def _clean(shape: Any) -> Any:
    """A schema whose descriptions are no longer indented as docstrings: msgspec takes them as they are."""
    if isinstance(shape, list):
        return [_clean(one) for one in shape]
    if not isinstance(shape, dict):
        return shape
    return {
        key: cleandoc(one) if key == "description" and isinstance(one, str) else _clean(one)
        for key, one in shape.items()
    }
