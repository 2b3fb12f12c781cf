"""`it.x` beside a number reads what the server's game printed, in that game's form."""

from __future__ import annotations

import pytest

from automaton.core.events import Profile
from tests.core.story import ARENA, LOBBY, Story

pytestmark = pytest.mark.smoke

RULE = """
    rules:
      - id: a
        when: {console: '^balance (?P<sum>.+)$', where: it.sum > 1000}
        do: [{notify: ops, text: "${it.sum} ${it.sum * 2}"}]
    """
PLAIN = Profile(uuid="u-plain", id="plain", name="plain", node="eu", egg="Something")


@pytest.mark.parametrize(
    ("profile", "printed", "said"),
    [
        (LOBBY, "1,234.5", ["1,234.5 2469"]),
        (LOBBY, "2e3", ["2e3 4000"]),
        (LOBBY, "999", []),
        (LOBBY, "1,2345", []),
        (LOBBY, "a lot", []),
        (ARENA, "56,418", ["56,418 112836"]),
        (PLAIN, "1,234.5", []),
        (PLAIN, "1234.5", ["1234.5 2469"]),
    ],
)
def test_a_number_is_read_by_the_packs_rule(profile: Profile, printed: str, said: list[str]) -> None:
    story = Story(RULE, profile=profile)
    story.line(1.0, f"balance {printed}", server=profile.uuid)

    assert story.calls == [f"1 notify ops: {text}" for text in said]


def test_as_a_text_it_stays_what_was_printed() -> None:
    both = """'it.sum == "1,234" and it.sum == 1234'"""
    story = Story(RULE.replace("it.sum > 1000", both)).line(1.0, "balance 1,234")

    assert story.calls == ["1 notify ops: 1,234 2468"]
