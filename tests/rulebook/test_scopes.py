"""What may be read where."""

from __future__ import annotations

import pytest

from tests.rulebook.texts import told

HAPPENS = "{{id: a, by: {by}, when: {{event: crash}}, "
IF = "[{{if: '{e}', do: [end]}}]"
PLACES = {
    "while": "{{id: a, by: {by}, while: '{e}', do: [end]}}",
    "guard": HAPPENS + "if: '{e}', do: [end]}}",
    "until": HAPPENS + "until: '{e}', do: [end]}}",
    "step": HAPPENS + f"do: {IF}}}}}",
    "clear": HAPPENS + f"until: 1m, on_clear: {IF}}}}}",
    "escalate": HAPPENS + "escalate: [{{after: 1m, unless: '{e}', do: [end]}}]}}",
    "then": HAPPENS + f"breaker: {{{{max: 1, within: 1h, then: {IF}}}}}}}}}",
    "left": HAPPENS + "do: [{{countdown: 5m, unless: '{e}'}}]}}",
}
FIELD, INCIDENT, SERVER = "it.oom", "open_for > 1m and not acked and matches > 1", "memory_pct > 90"


def is_right(place: str, expression: str, by: str = "server") -> bool:
    problems = told(f"rules: [{PLACES[place].format(e=expression, by=by)}]", None)
    return not any("error" in problem for problem in problems)


@pytest.mark.parametrize(
    ("expression", "places"),
    [
        (SERVER, {"while", "guard", "until", "step", "clear", "escalate", "then", "left"}),
        (FIELD, {"guard", "until", "step", "clear", "escalate", "then", "left"}),
        (INCIDENT, {"until", "step", "clear", "escalate", "left"}),
        ("attempt > 1", {"until", "step", "clear", "escalate", "then", "left"}),
        ('"x" == lines', {"until", "step", "clear", "escalate", "then", "left"}),
        ("left < 1m", {"left"}),
        ('severity == "warning"', {"while", "guard", "until", "step", "clear", "escalate", "then", "left"}),
    ],
)
def test_each_name_is_known_where_it_means_something(expression: str, places: set[str]) -> None:
    assert {place for place in PLACES if is_right(place, expression)} == places


@pytest.mark.parametrize(
    ("expression", "by", "right"),
    [
        ("memory_pct > 90", "node", False),
        ("share(memory_pct > 90) > 0.5 and total > 3", "node", True),
        ('node == "eu"', "node", True),
        ('node == "eu"', "fleet", False),
        ("share(memory_pct > 90) > 0.5 and total > 3", "fleet", True),
        ("total > 3", "server", False),
        ('lines == "x"', "node", False),
    ],
)
def test_a_wider_rule_reads_its_servers_through_functions_alone(
    expression: str, by: str, right: bool
) -> None:
    assert is_right("until", expression, by) == right
