"""docs/verdicts.md has every verdict, with the program's own sentence and what to do about it."""

from __future__ import annotations

import re

from automaton.core.decision import Verdict
from tests.docs.verdicts_page import PATH, what_to_do, with_verdicts


def test_every_verdict_says_what_to_do_and_none_is_of_the_past() -> None:
    assert list(what_to_do()) == [verdict.value for verdict in Verdict]


def test_the_page_is_as_it_is_written_from_the_code() -> None:
    """`make docs` writes it anew."""
    page = PATH.read_text(encoding="utf-8")

    assert with_verdicts(page) == page
    assert re.findall(r"(?m)^### `(.+)`$", page) == [verdict.value for verdict in Verdict]
