"""How a fact of one's own is written, and what is told of one that is wrong."""

from __future__ import annotations

import pytest

from automaton.rulebook.own_fact_model import OwnFactModel
from automaton.schema.nodes import read_all
from automaton.schema.validate import fit

LINE = "type: number, line: '^TPS: (?P<value>.*)'"
ASKED = "type: text, send: seed, read: '^Seed: (?P<value>.*)', every: 5m"


@pytest.mark.parametrize(
    "text",
    [
        LINE,
        ASKED,
        f"{LINE}, servers: {{pack: minecraft}}, stale: 5m",
        "type: truth, http: status, every: 10s",
        "type: number, http: paper, json: 'builds[-1]', every: 1h, stale: 1w",
    ],
)
def test_a_fact_has_a_type_and_one_source(text: str) -> None:
    node, _ = read_all(f"{{{text}}}", "r.yml")
    assert node is not None

    model, problems = fit(node, OwnFactModel)
    assert model is not None, problems


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("type: number", "a fact comes from one place: `line`, `send` with `read`, `http`, or `query`"),
        (f"{LINE}, http: paper, every: 1m", "a fact comes from one place"),
        ("type: text, send: seed, every: 5m", "`send` needs `read`"),
        ("type: text, send: seed, read: '(?P<value>.*)'", "`send` needs `every`"),
        ("type: text, http: paper", "`http` needs `every`"),
        (f"{LINE}, every: 5m", "`every` does not go with `line`"),
        (f"{ASKED}, json: a", "`json` does not go with `send`"),
        ("type: number, line: '^TPS: (.*)'", "the value is read from the group `value`"),
        ("type: number, line: '^TPS: (?P<n>.*)'", "the value is read from the group `value`"),
        (ASKED.replace("5m", "5s"), "a fact is asked for every 10s at most"),
        (ASKED.replace("send: seed", "send: 'seed ${name}'"), "a question is the same each time"),
        (ASKED.replace("send: seed", 'send: "seed\\nstop"'), "one line, without control characters"),
        (f"{ASKED}, stale: 1m", "`stale` is shorter than `every`"),
        ("type: float, line: '(?P<value>.*)'", "`float` is not possible here"),
        ("type: text, http: paper, json: 'a..b', every: 1m", "this is no path"),
        (f"{LINE}, query: minecraft", "a fact comes from one place"),
        ("type: number, query: a2s", "`query` needs `field`"),
        ("type: number, query: gamespy, field: players", "`gamespy` is not possible here"),
        ("type: number, query: a2s, field: ping", "`ping` is not possible here"),
        ("type: text, query: a2s, field: players_max", "`players_max` of an answer is a number"),
        ("type: number, query: a2s, field: players, every: 1m", "`every` does not go with `query`"),
        (f"{LINE}, field: map", "`field` does not go with `line`"),
        (LINE.replace("line:", "regex:"), "unknown key `regex`, did you mean `line`?"),
        (LINE.replace("type:", "device_class:"), "unknown key `device_class`, did you mean `type`?"),
    ],
)
def test_what_is_no_fact_is_told(text: str, message: str) -> None:
    node, _ = read_all(f"{{{text}}}", "r.yml")
    assert node is not None

    _, problems = fit(node, OwnFactModel)
    assert any(message in str(problem) for problem in problems), [str(problem) for problem in problems]
