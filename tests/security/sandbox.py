"""What each directive of the unit is worth to systemd's own judge, and why it is there, or is not.

The exposure is that of `systemd-analyze security --offline=true`: 0 is a service that can do nothing, 10 one
that can do all. What it does not rate is still a bound: sandbox.yml says what each one is for.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import yaml

from tests.security.page import ROOT

UNIT = (ROOT / "systemd" / "automaton.service").read_text(encoding="utf-8")
REASONS_FILE = Path(__file__).with_name("sandbox.yml")
NOT_FOR_THE_SANDBOX = {
    "Type", "NotifyAccess", "ExecStart", "ExecReload", "Environment", "TimeoutStartSec", "TimeoutStopSec",
    "WatchdogSec", "Restart", "RestartSec", "RestartPreventExitStatus", "ConfigurationDirectory",
    "ConfigurationDirectoryMode", "StateDirectory", "StateDirectoryMode", "RuntimeDirectory",
    "RuntimeDirectoryMode", "WorkingDirectory",
}  # fmt: skip
"""How it is started, watched and stopped; its folders."""


def version() -> str | None:
    """That of systemd-analyze; None where there is none."""
    if shutil.which("systemd-analyze") is None:
        return None
    said = subprocess.run(["systemd-analyze", "--version"], capture_output=True, text=True, check=True)
    return said.stdout.split()[1]


@cache
def reasons() -> dict[str, dict[str, str]]:
    """sandbox.yml: `present`, a directive and what it keeps out; `absent`, a setting and why not."""
    content: dict[str, dict[str, str]] = yaml.safe_load(REASONS_FILE.read_text(encoding="utf-8"))
    return content


def directives() -> list[str]:
    """Those of the unit that bound it, in their order."""
    service = UNIT.partition("[Service]")[2].partition("[Install]")[0]
    names = dict.fromkeys(re.findall(r"(?m)^([A-Z]\w+)=", service))
    return [name for name in names if name not in NOT_FOR_THE_SANDBOX]


def without(directive: str) -> str:
    """The unit less one directive."""
    return re.sub(rf"(?m)^{directive}=.*\n", "", UNIT)


def having(setting: str) -> str:
    """The unit with one setting more, after all others."""
    return UNIT.replace("\n[Install]", f"{setting}\n\n[Install]")


def exposure(unit: str) -> str:
    """What systemd-analyze gives for a unit, as `1.1`."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "automaton.service"
        file.write_text(unit, encoding="utf-8")
        said = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--no-pager", file],
            capture_output=True,
            text=True,
            check=True,
        )
    found = re.search(r"Overall exposure level for .*: ([\d.]+)", said.stdout)
    assert found is not None, said.stdout
    return found[1]


def table() -> str:
    """The part of the page, measured here and now."""
    names, settings = directives(), list(reasons()["absent"])
    units = [UNIT, *map(without, names), *map(having, settings)]
    with ThreadPoolExecutor(2) as pool:
        now, *others = pool.map(exposure, units)
    less, more = others[: len(names)], others[len(names) :]
    present = [
        f"| `{name}` | {_unless(now, other)} | {reasons()['present'][name]} |"
        for name, other in zip(names, less, strict=True)
    ]
    absent = [
        f"| `{setting}` | {_unless(now, other)} | {reasons()['absent'][setting]} |"
        for setting, other in zip(settings, more, strict=True)
    ]
    return "\n".join(
        [
            f"By systemd {version()}: **{now}** as it is; CI refuses more than 1.5.",
            "",
            "| directive | without it | what it keeps out |",
            "|---|---|---|",
            *present,
            "",
            "| not set | with it | why not |",
            "|---|---|---|",
            *absent,
            "",
        ]
    )


def _unless(now: str, other: str) -> str:
    return "the same" if other == now else other
