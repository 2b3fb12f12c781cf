"""What is printed is what the page serves."""

from __future__ import annotations

import pytest

from automaton.web.pages.openapi import openapi_text
from automaton.workbench.openapi import openapi


def test_the_description_is_printed_as_it_is_served(capsys: pytest.CaptureFixture[str]) -> None:
    assert openapi() == 0
    assert capsys.readouterr().out == openapi_text()
