"""The unit is strict, loads without a complaint, and leaves the daemon what it needs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2] / "systemd"
UNIT = HERE / "automaton.service"

needs_analyze = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed here"
)

# What the daemon loads at run time, and whose native code could ask for writable and executable memory.
NATIVE = (
    "re2, lark, yaml, msgspec, pydantic, jwt, httpx_ws, uvicorn, starlette, structlog, sqlite3, ssl, anyio"
)
UNDER_MDWE = f"""
import ctypes, mmap, sys
PR_SET_MDWE, REFUSE_EXEC_GAIN = 65, 1  # the kernel's own form of MemoryDenyWriteExecute
if ctypes.CDLL(None).prctl(PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0) != 0:
    sys.exit(77)
try:
    mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC)
except PermissionError:
    pass
else:
    sys.exit(77)
import {NATIVE}
assert re2.compile("^a+$").match("aaa")
assert lark.Lark('start: "a"+', parser="lalr").parse("aa")
from automaton.delivery.apprise import check_url
from automaton.secret import Secret
assert check_url(Secret("json://localhost/x")) is None
from automaton.daemon.huge_pages import are_given, ask
assert not are_given() or ask() >= 0
"""


def settings() -> dict[str, list[str]]:
    """Each key of the unit with its values in order."""
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            key, value = line.split("=", 1)
            found.setdefault(key, []).append(value)
    return found


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60, check=False
    )


@needs_analyze
def test_the_unit_is_rated_one_and_a_half_or_better() -> None:
    rated = analyze("security", "--offline=true", "--threshold=15", "--no-pager", str(UNIT))

    assert rated.returncode == 0, rated.stdout + rated.stderr


@needs_analyze
def test_the_unit_and_the_drop_in_of_the_readme_load_without_a_complaint(tmp_path: Path) -> None:
    unit = tmp_path / "automaton.service"
    unit.write_text(re.sub(r"(?m)^ExecStart=automaton\b", "ExecStart=/bin/true", UNIT.read_text()))
    drop_in = tmp_path / "automaton.service.d" / "credentials.conf"
    drop_in.parent.mkdir()
    drop_in.write_text("\n".join(re.findall(r"(?ms)^```ini\n(.*?)^```", (HERE / "README.md").read_text())))

    verified = analyze("verify", "--man=no", str(unit))

    assert "LoadCredential=panel_key:" in drop_in.read_text()
    assert (verified.returncode, verified.stderr) == (0, "")


@needs_analyze
def test_the_check_would_notice_a_misspelt_setting(tmp_path: Path) -> None:
    unit = tmp_path / "automaton.service"
    unit.write_text("[Service]\nExecStart=/bin/true\nWatchdogSecs=30s\n")

    assert "WatchdogSecs" in analyze("verify", "--man=no", str(unit)).stderr


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("Type", "notify"),
        ("NotifyAccess", "main"),
        ("WatchdogSec", "15s"),
        ("RestartPreventExitStatus", "78"),
        ("DynamicUser", "yes"),
        ("StateDirectory", "automaton"),
        ("RuntimeDirectory", "automaton"),
        ("ConfigurationDirectory", "automaton"),
        ("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6"),
        ("MemoryDenyWriteExecute", "yes"),
        ("LimitCORE", "0"),
    ],
)
def test_the_unit_says_what_the_daemon_relies_on(key: str, value: str) -> None:
    assert settings()[key] == [value]


def test_the_unit_names_no_secret_and_no_credential() -> None:
    """`init` writes the drop-in; a credential in the unit that does not exist would keep the service down."""
    assert not [key for key in settings() if "Credential" in key]


def test_what_the_daemon_loads_makes_no_code_at_run_time() -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", UNDER_MDWE],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    if ran.returncode == 77:
        pytest.skip("this kernel cannot forbid memory that is writable and executable (Linux 6.3)")
    assert ran.returncode == 0, ran.stderr
