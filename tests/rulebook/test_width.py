"""`by`, written wrong."""

from __future__ import annotations

import pytest

from tests.rulebook.texts import told


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("by: nodes", "`nodes` is not possible here; expected `server`, `node`, `fleet`, or a list"),
        ("by: it.player", "write `[it.player]`"),
        ("by: []", "an empty list says nothing"),
        ("by: {node: x}", "is expected here; found a mapping"),
        ("by: [it.oom, node]", "`node` stands first in the list, or not at all"),
        ("by: [it.oom >]", "a value is missing"),
    ],
)
def test_what_is_wrong_with_it_is_told(keys: str, message: str) -> None:
    (problem,) = told(f"rules: [{{id: a, when: {{event: crash}}, {keys}, do: [end]}}]")

    assert message in problem
