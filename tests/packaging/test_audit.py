"""What the audit makes of the answers of its tools; what nobody looked at is never good."""

from __future__ import annotations

from typing import Any

import pytest

from tests.packaging.audit import is_allowed, licence_findings, locked_names, not_judged, vulnerabilities

NAMES = ["annotated-doc", "pydantic-core"]
CLEAN = {"name": "annotated-doc", "version": "0.0.7", "vulns": []}
SKIPPED = {"name": "pydantic-core", "skip_reason": "Dependency not found on PyPI and could not be audited"}
ILL = {
    "name": "pydantic_core",
    "version": "2.50.5",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["2.50.6", "2.51.0"]}],
}


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("MIT OR Apache-2.0", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND BSD-3-Clause", True),
        ("MIT AND GPL-3.0-only", False),
        ("GPL-3.0-only", False),
        ("License :: OSI Approved :: BSD License", True),
        ("License :: OSI Approved :: GNU General Public License v3 (GPLv3)", False),
        ("(MIT)", False),
        ("", False),
    ],
)
def test_a_licence_is_allowed_by_the_list_alone(expression: str, allowed: bool) -> None:
    assert is_allowed(expression) is allowed


def test_every_licence_that_a_package_states_has_to_be_allowed_and_none_is_a_finding() -> None:
    sbom = {
        "components": [
            {"name": "good", "version": "1", "licenses": [{"license": {"id": "MIT"}}]},
            {"name": "either", "version": "1", "licenses": [{"expression": "MIT OR Apache-2.0"}]},
            {"name": "half", "version": "2",
             "licenses": [{"license": {"id": "MIT"}}, {"license": {"name": "Proprietary"}}]},
            {"name": "silent", "version": "3"},
        ]
    }  # fmt: skip

    assert licence_findings(sbom) == [
        "half 2: 'Proprietary' is not on the list",
        "silent 3 states no licence",
    ]


@pytest.mark.parametrize(
    ("answered", "missing"),
    [
        ([CLEAN, SKIPPED], ["pydantic-core"]),
        ([CLEAN], ["pydantic-core"]),
        ([], NAMES),
        ([CLEAN, ILL], []),
    ],
    ids=["skipped", "left out", "nothing", "all, whatever their spelling"],
)
def test_a_package_that_the_database_skipped_is_not_judged(answered: list[Any], missing: list[str]) -> None:
    """An index without advisories has pip-audit skip every package, and end with 0."""
    assert not_judged({"dependencies": answered}, NAMES) == missing


def test_what_is_known_is_told_with_its_mending() -> None:
    assert vulnerabilities({"dependencies": [CLEAN, SKIPPED, ILL]}) == [
        "pydantic_core 2.50.5: PYSEC-2026-1, mended in 2.50.6, 2.51.0"
    ]


def test_the_names_of_a_lock_are_read_without_hashes_and_comments() -> None:
    lock = "# by make\nanyio==4.16.0 ; x \\\n    --hash=sha256:ab\n    # via -r\nPyYAML==6.0.4 \\\n"

    assert locked_names(lock) == ["anyio", "PyYAML"]
