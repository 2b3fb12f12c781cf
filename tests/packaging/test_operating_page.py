"""docs/operating.md on fresh machines: what it has its reader type does what it says.

What is not typed here: `make deb`, by which the package was built; pipx and uv, for which test_wheel.py
stands; podman, for which test_containerfile.py does.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import fences, text_of
from tests.packaging.debian_root import CONFIGURED, SYSTEMD_RUNS, DebianRoot

pytestmark = [pytest.mark.debian, pytest.mark.long, pytest.mark.xdist_group("debian")]

PAGE = text_of("docs/operating.md")
# Nobody is there who says yes.
YES = "echo 'APT::Get::Assume-Yes \"true\";' > /etc/apt/apt.conf.d/99yes"
NIGHT_CHAT = "{urls: [{credential: night_chat}]}"
STARTED = f"""
{YES}
{CONFIGURED}
{SYSTEMD_RUNS}
systemctl enable --now automaton 2> /dev/null
"""


def typed(heading: str, number: int = 0) -> str:
    """The commands of one fence under a heading, without building."""
    section = re.split(rf"(?m)^###? {re.escape(heading)}$", PAGE)[1]
    section = re.split(r"(?m)^###? ", section)[0]
    return re.sub(r"(?m)^make deb$| +#.*$", "", fences(section, "sh")[number])


def test_installing(before: DebianRoot, package: Path, tmp_path: Path) -> None:
    root = before.on_top(tmp_path / "root")
    root.takes(package, f"/root/build/deb/{package.name}")
    install, init = typed("The package for Debian").strip().splitlines()

    assert init == "sudo automaton init"  # as CONFIGURED does with answers
    root.runs(f"{YES}; {install} > /dev/null 2>&1")
    assert "3 servers seen" in root.runs(f"{CONFIGURED}\ncat init.txt", alone=True)


def test_another_secret(installed: DebianRoot) -> None:
    said = installed.runs(
        f"""
        {STARTED}
        mkdir -p /etc/automaton/secrets
        {typed("Secrets").strip()} <<< json://127.0.0.1:9
        {typed("Secrets", 1)}
        stat -c '%a %U' /etc/automaton/secrets/night_chat
        sed -i 's/^  ops: .*/&\\n  night: {NIGHT_CHAT}/' /etc/automaton/automaton.yml
        automaton check 2> /dev/null
        automaton reload
        ls /run/credentials/automaton.service
        """,
        alone=True,
    )

    assert re.search(r"600 root\nall good: .*\nthe new configuration is taken\nnight_chat\n", said), said


def test_a_secret_is_encrypted(installed: DebianRoot) -> None:
    said = installed.runs(
        f"""
        mkdir -p /etc/automaton/secrets && echo json://127.0.0.1:9 > /etc/automaton/secrets/night_chat
        ({typed("Secrets", 2)}) 2> /dev/null
        ! grep json /etc/automaton/secrets/night_chat.cred
        systemd-creds decrypt --name=night_chat /etc/automaton/secrets/night_chat.cred -
        """
    )

    assert said == "json://127.0.0.1:9\n"


def test_a_backup_comes_back(installed: DebianRoot) -> None:
    said = installed.runs(
        f"""
        {STARTED}
        automaton silence -s lobby --for 2h > /dev/null
        {typed("Backups")}
        automaton silence end $(automaton silence | awk 'NR == 2 {{print $1}}') > /dev/null
        automaton silence
        {typed("Backups", 1)}
        automaton silence
        tar -tzf /var/backups/automaton-etc.tar.gz
        """,
        alone=True,
    )

    assert re.search(r"(?s)nothing is silenced\n.*\nrestored: .*\n\w{8}  \*      lobby ", said), said
    assert "etc/automaton/automaton.yml\n" in said
    assert "etc/systemd/system/automaton.service.d/credentials.conf\n" in said


def test_upgrading(outdated: DebianRoot, package: Path, tmp_path: Path) -> None:
    root = outdated.on_top(tmp_path / "root")
    root.takes(package, f"/root/build/deb/{package.name}")

    said = root.runs(f"{STARTED}\n{typed('Upgrading')}\ncat /var/log/automaton.log", alone=True)

    assert "all good: " in said
    assert "ok: 3/3 servers" in said
    assert said.count("daemon.started") == 2


def test_moving(installed: DebianRoot, first: tuple[DebianRoot, str], tmp_path: Path) -> None:
    other = first[0].on_top(tmp_path / "other")
    # The secrets lie where `init` asks for them to be put.
    asked = CONFIGURED.replace(
        "--key-file key --chat-file chat", "--key-file $S/key --chat-file $S/chat"
    ).replace("automaton init", "S=/etc/automaton/secrets; mkdir -p $S; mv key chat $S; automaton init")
    installed.runs(
        f"""
        {STARTED.replace(CONFIGURED, asked)}
        automaton silence -s lobby --for 2h > /dev/null
        {typed("Moving to another machine")}
        """,
        alone=True,
    )
    other.takes(installed.own / "root/automaton.tar.gz", "/root/automaton.tar.gz")

    said = other.runs(
        f"""
        automaton simulate > simulator.txt &
        until grep -qs Control simulator.txt; do sleep 0.1; done
        {typed("Moving to another machine", 1)}
        automaton silence
        """,
        alone=True,
    )

    assert "ok: 3/3 servers" in said
    assert re.search(r"\n\w{8}  \*      lobby ", said), said


def test_uninstalling(installed: DebianRoot) -> None:
    remove, purge = typed("Uninstalling").strip().splitlines()

    said = installed.runs(
        f"""
        {STARTED}
        {remove} > /dev/null 2>&1
        ls -d /etc/automaton/automaton.yml /var/lib/automaton/journal.db
        {purge} > /dev/null 2>&1
        ls -d /etc/automaton /var/lib/automaton 2> /dev/null || echo both are gone
        """,
        alone=True,
    )

    assert said == "/etc/automaton/automaton.yml\n/var/lib/automaton/journal.db\nboth are gone\n"


def test_everything_lies_where_the_page_says(installed: DebianRoot) -> None:
    section = PAGE.partition("\n## Where everything lies\n")[2].partition("\n## ")[0]
    places = [one for one in re.findall(r"(?m)^\| `(/[^`]+)`", section) if "secrets" not in one]

    assert len(places) > 8
    installed.runs(f"{STARTED}\nls -d {' '.join(places)}", alone=True)
