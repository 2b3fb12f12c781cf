"""A person's name fits wherever it is written."""

from __future__ import annotations

import pytest

from automaton.schema.nodes import read_all
from automaton.workbench.person_keys import LONGEST_CREDENTIAL, credential_of, key_of

NAMES = ("anna", "anna@example.org", "@anna", "ännä", "yes", "Null", "10", "a" * 100)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_read_from_yaml_as_it_was_written(name: str) -> None:
    node, problems = read_all(f"{key_of(name)}: {{role: viewer}}\n", "automaton.yml")

    assert problems == []
    assert [str(key) for key in node or ()] == [name]


def test_a_credential_has_a_name_that_systemd_takes() -> None:
    assert credential_of("anna") == "web_anna"
    assert credential_of("anna@example.org", "_totp") == "web_anna_example.org_totp"
    assert len(credential_of("a" * 100)) == len("web_") + LONGEST_CREDENTIAL
