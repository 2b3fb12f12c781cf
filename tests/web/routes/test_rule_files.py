"""The file of a rule is given as it was loaded, and all files together."""

from __future__ import annotations

import pytest

from automaton.web.routes.rule_files import RuleFiles, RuleSource, routes
from tests.web.asking import client_of

pytestmark = pytest.mark.anyio


class Daemon:
    """Knows the rule `a`."""

    async def source(self, rule: str) -> RuleSource | None:
        return RuleSource(rule=rule, file="a.yml", line=2, text="rules:") if rule == "a" else None

    async def files(self) -> RuleFiles:
        return RuleFiles(rules={"a.yml": "rules:"})


async def test_a_source_and_all_files() -> None:
    async with client_of(routes(Daemon())) as client:
        source, files = await client.get("/v1/rules/a/source"), await client.get("/v1/rule-files")
        unknown = await client.get("/v1/rules/b/source")

    assert (source.json()["file"], source.json()["line"]) == ("a.yml", 2)
    assert files.json()["rules"] == {"a.yml": "rules:"}
    assert unknown.status_code == 404
