"""The package for Debian in fresh roots: installed, run, upgraded, removed and purged."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaging.debian_root import CONFIGURED, SYSTEMD_RUNS, DebianRoot

pytestmark = [pytest.mark.debian, pytest.mark.long, pytest.mark.xdist_group("debian")]

# What a machine keeps for itself while packages come and go; hosts is left by netbase, which Python brings.
OF_THE_MACHINE = re.compile(r"/(var/(cache|log|lib/(apt|dpkg))|tmp|etc/hosts)(/|$)")
# Answers dpkg's question about a file that both sides changed, as its own proposal does: keep it.
KEEPING = "-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold"


def test_it_brings_what_it_needs_and_says_what_is_next(first: tuple[DebianRoot, str]) -> None:
    root, said = first

    assert "run `automaton init`" in said
    assert root.runs("automaton version").startswith("automaton 0.")
    checked = root.runs("automaton check /usr/share/doc/automaton/examples/ 2>/dev/null")
    assert checked.startswith("all good: ")


def test_every_library_in_it_finds_what_it_is_linked_with(installed: DebianRoot) -> None:
    linked = installed.runs("find /usr/lib/automaton -name '*.so*' -exec ldd {} + 2>&1")

    assert "libc.so.6 => /" in linked
    assert [line for line in linked.splitlines() if "not found" in line] == []


def test_the_licence_of_every_library_in_it_lies_where_the_copyright_file_says(installed: DebianRoot) -> None:
    told = installed.runs("cat /usr/share/doc/automaton/copyright")
    brought = installed.runs("ls -d /usr/lib/automaton/lib/*/site-packages/*.dist-info | wc -l")
    texts = re.findall(r"(?m)^ (/usr/lib/automaton/\S+)$", told)

    assert told.count("\nFiles: ") == int(brought)  # our own stands there as `*`
    assert len(texts) > 30
    installed.runs(f"ls {' '.join(texts)}")


@pytest.mark.skipif(shutil.which("lintian") is None, reason="lintian is not installed here")
def test_lintian_finds_nothing(package: Path) -> None:
    found = subprocess.run(
        ["lintian", "--allow-root", package], capture_output=True, text=True, timeout=600, check=False
    )

    assert (found.stdout, found.returncode) == ("", 0)


def test_nothing_is_enabled_and_nothing_is_configured(installed: DebianRoot) -> None:
    assert installed.runs("ls -A /etc/automaton") == "README\n"
    assert installed.runs("systemctl.real is-enabled automaton", ends_with=1) == "disabled\n"
    assert "there is no such file" in installed.runs("automaton run 2>&1", ends_with=78)


def test_systemd_takes_the_installed_unit(installed: DebianRoot) -> None:
    assert installed.runs("systemd-analyze verify automaton.service 2>&1") == ""


@pytest.mark.parametrize("page", ["1 automaton", "5 automaton.yml", "5 automaton-rules"])
def test_man_finds_the_manual(installed: DebianRoot, page: str) -> None:
    # man-db leaves out what is not Latin without a locale; its own word for a page that is not there is 16
    assert (
        f"{page.split()[1].upper()}({page[0]})" in installed.runs(f"man {page} 2>/dev/null | head -1").upper()
    )


def test_a_shell_completes_its_commands(installed: DebianRoot) -> None:
    completed = installed.runs(
        "source /usr/share/bash-completion/completions/automaton; COMP_WORDS=(automaton stat); COMP_CWORD=1;"
        " _automaton_completion automaton; echo ${COMPREPLY[@]}"
    )

    assert completed == "status\n"
    assert installed.runs("head -1 /usr/share/zsh/vendor-completions/_automaton") == "#compdef automaton\n"
    assert "automaton" in installed.runs("cat /usr/share/fish/vendor_completions.d/automaton.fish")


def test_an_upgrade_keeps_what_is_the_operators_and_restarts_what_ran(
    outdated: DebianRoot, tmp_path: Path
) -> None:
    root = outdated.on_top(tmp_path / "root")

    said = root.runs(
        f"""
        {CONFIGURED}
        {SYSTEMD_RUNS}
        systemctl enable --now automaton 2> /dev/null
        echo '# mine' >> /etc/automaton/automaton.yml
        echo 'my notes' >> /etc/automaton/README
        before=$(cat /run/automaton.pid)
        apt-get install -y {KEEPING} ./newer.deb 2>&1
        kill -0 $before 2> /dev/null || echo it was restarted
        automaton status
        tail -1 /etc/automaton/automaton.yml
        cat /etc/automaton/README
        ls /etc/automaton /etc/systemd/system
        """,
        alone=True,
    )

    assert "Configuration file '/etc/automaton/README'" in said
    assert "it was restarted\nok: 3/3 servers" in said
    assert "# mine\nAn older text.\nmy notes\n" in said
    assert "README.dpkg-dist" in said
    assert "automaton.service\n" not in said  # the unit is the package's: `init` writes none that hides it


def test_an_upgrade_starts_nothing_that_did_not_run(outdated: DebianRoot, tmp_path: Path) -> None:
    root = outdated.on_top(tmp_path / "root")

    said = root.runs(
        f"""
        {CONFIGURED}
        {SYSTEMD_RUNS}
        systemctl enable automaton 2> /dev/null
        apt-get install -y ./newer.deb > /dev/null 2>&1
        systemctl is-active automaton || echo it does not run
        """,
        alone=True,
    )

    assert said == "it does not run\n"


def test_removed_it_is_gone_and_comes_back_as_it_was(installed: DebianRoot) -> None:
    said = installed.runs(
        f"""
        {CONFIGURED}
        {SYSTEMD_RUNS}
        systemctl enable --now automaton 2> /dev/null
        automaton silence -s lobby --for 2h > /dev/null
        apt-get remove -y automaton > /dev/null 2>&1
        systemctl is-active automaton || echo it does not run
        hash -r; command -v automaton || echo it is gone
        ls -d /usr/lib/automaton 2> /dev/null || echo and all that it brought
        ls /etc/automaton/automaton.yml /var/lib/automaton/journal.db
        apt-get install -y --no-install-recommends ./automaton.deb > /dev/null 2>&1
        systemctl start automaton
        automaton silence
        """,
        alone=True,
    )

    assert said.startswith(
        "it does not run\nit is gone\nand all that it brought\n/etc/automaton/automaton.yml\n"
    )
    assert re.search(r"(?m)^\w{8}  \*      lobby ", said)


def test_purged_it_leaves_nothing(before: DebianRoot, installed: DebianRoot) -> None:
    installed.runs(
        f"""
        {CONFIGURED}
        {SYSTEMD_RUNS}
        systemctl enable --now automaton 2> /dev/null
        apt-get purge -y automaton > /dev/null 2>&1
        apt-get autoremove --purge -y > /dev/null 2>&1
        rm automaton.deb simulator.txt init.txt key chat
        """,
        alone=True,
    )
    after = installed.paths()
    named = [path for path in after if "automaton" in path and not path.startswith(("/var/log/", "/tmp/"))]

    assert {path for path in after - before.paths() if not OF_THE_MACHINE.match(path)} == set()
    assert named == []  # also of what dpkg remembers
