"""What a release brings along: its parts as an SBOM, their licences, and what is known against them.

    python -m tests.packaging.audit TOOLS ENVIRONMENT [--no-vulnerabilities]

TOOLS is the folder of cyclonedx-py and pip-audit, ENVIRONMENT one that holds requirements.lock and nothing
else. Law: what was not looked at is never called good. pip-audit itself answers "no known vulnerabilities"
where an index tells nothing of a single package; here that is 75.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

GOOD, FOUND, NOT_ASKED = 0, 1, 75

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements.lock"
SBOM = ROOT / "build" / "sbom.cdx.json"
DATABASES = ("osv", "pypi")  # as pip-audit names them; the first that answers for every package counts
ASKED_WITHIN = 300  # seconds for one database; it is asked once a package

# Licences that ask for a notice at most. MPL-2.0 (certifi) binds changes of its own files, and we make none.
ALLOWED = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "MIT",
        "MIT-0",
        "MPL-2.0",
        "PSF-2.0",
        "Unlicense",
    }
)
# As a few packages still say it: classifiers of the index.
ALLOWED_CLASSIFIERS = frozenset(
    {
        "License :: OSI Approved :: Apache Software License",
        "License :: OSI Approved :: BSD License",
        "License :: OSI Approved :: MIT License",
        "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)",
    }
)


def is_allowed(expression: str) -> bool:
    """Whether an SPDX expression leaves us a choice that is allowed: one side of an OR, all sides of an AND.

    Brackets and exceptions are refused: none of our packages has one, and a person should look at it.
    """
    if expression in ALLOWED_CLASSIFIERS:
        return True
    choices = [choice.split(" AND ") for choice in expression.split(" OR ")]
    return any(all(one.strip() in ALLOWED for one in choice) for choice in choices)


def licence_findings(sbom: Mapping[str, Any]) -> list[str]:
    """A sentence for every component whose licence is unknown or not allowed; each one stated has to be."""
    findings = []
    for component in sbom["components"]:
        stated = [_text_of(one) for one in component.get("licenses", ())]
        name = f"{component['name']} {component.get('version', '')}".strip()
        if not stated:
            findings.append(f"{name} states no licence")
        findings += [f"{name}: {one!r} is not on the list" for one in stated if not is_allowed(one)]
    return findings


def _text_of(licence: Mapping[str, Any]) -> str:
    if "expression" in licence:
        return str(licence["expression"])
    return str(licence["license"].get("id") or licence["license"].get("name", ""))


def not_judged(report: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """Which of these packages an answer of pip-audit says nothing about."""
    judged = {_plain(one["name"]) for one in report["dependencies"] if "vulns" in one}
    return [name for name in names if _plain(name) not in judged]


def vulnerabilities(report: Mapping[str, Any]) -> list[str]:
    """A sentence for each one that is known, with the versions that mend it."""
    return [
        f"{one['name']} {one['version']}: {known['id']}, "
        f"mended in {', '.join(known['fix_versions']) or 'no version yet'}"
        for one in report["dependencies"]
        for known in one.get("vulns", ())
    ]


def locked_names(lock: str) -> list[str]:
    """The packages of a lock."""
    return re.findall(r"(?m)^([A-Za-z0-9][\w.-]*)==", lock)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def ask(tools: Path, database: str) -> Mapping[str, Any] | None:
    """pip-audit's answer for the lock; None where the database did not answer for all of it."""
    answer = SBOM.with_name(f"vulnerabilities-{database}.json")
    answer.unlink(missing_ok=True)
    # Its exit code is 1 for a vulnerability and for a network that is not there: only the file tells.
    asked: list[str | Path] = [
        tools / "pip-audit", "--disable-pip", "--require-hashes", "--requirement", LOCK,
        "--vulnerability-service", database, "--progress-spinner", "off",
        "--format", "json", "--output", answer,
    ]  # fmt: skip
    try:
        subprocess.run(asked, cwd=ROOT, capture_output=True, timeout=ASKED_WITHIN, check=False)
        report: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    except (subprocess.TimeoutExpired, OSError, ValueError):
        return None
    return None if not_judged(report, locked_names(LOCK.read_text(encoding="utf-8"))) else report


def write_sbom(tools: Path, environment: Path) -> Mapping[str, Any]:
    """The parts of an environment in CycloneDX's form, checked against its schema, as build/sbom.cdx.json."""
    SBOM.parent.mkdir(exist_ok=True)
    made: list[str | Path] = [
        tools / "cyclonedx-py", "environment", "--pyproject", ROOT / "pyproject.toml",
        "--output-reproducible", "--output-file", SBOM, environment / "bin" / "python",
    ]  # fmt: skip
    subprocess.run(made, cwd=ROOT, check=True, capture_output=True)
    sbom: dict[str, Any] = json.loads(SBOM.read_text(encoding="utf-8"))
    return sbom


def main(tools: Path, environment: Path, *, ask_databases: bool) -> int:
    """Prints what was found. FOUND before NOT_ASKED before GOOD."""
    sbom = write_sbom(tools, environment)
    findings = licence_findings(sbom)
    _say(f"SBOM: {len(sbom['components'])} packages in {SBOM.relative_to(ROOT)}")
    _say(f"licences: {'; '.join(findings) or 'all on the list'}")
    if not ask_databases:
        _say("vulnerabilities: not asked for; `make audit` does")
        return FOUND if findings else GOOD
    report = next((found for one in DATABASES if (found := ask(tools, one)) is not None), None)
    if report is None:
        _say(f"vulnerabilities: NOT CHECKED. Neither of {', '.join(DATABASES)} answered for every package")
        return FOUND if findings else NOT_ASKED
    known = vulnerabilities(report)
    _say(f"vulnerabilities: {'; '.join(known) or 'none known'}")
    return FOUND if findings or known else GOOD


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), ask_databases="--no-vulnerabilities" not in sys.argv))
