"""Roots of Debian with the package in several states. Each is made once: the tests share a worker."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaging.debian_package import pack
from tests.packaging.debian_root import ROOT, SHIMS, DebianRoot, fresh

BUILT = ROOT / "build" / "deb"


@pytest.fixture(scope="session")
def package() -> Path:
    """Built as an operator does. AUTOMATON_KEEP_PACKAGE=1 takes what lies in build/deb, for work on tests."""
    if os.environ.get("AUTOMATON_KEEP_PACKAGE") == "1":
        return next(BUILT.glob("*.deb"))
    shutil.rmtree(BUILT, ignore_errors=True)
    subprocess.run(["make", "-C", str(ROOT), "deb"], check=True, stdout=subprocess.DEVNULL)
    (built,) = BUILT.glob("*.deb")
    return built


@pytest.fixture(scope="session")
def older(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a lower number, and with another text in the file that is the operator's to edit."""
    folder = tmp_path_factory.mktemp("older")
    shutil.copytree(BUILT / "root", folder / "root", symlinks=True)
    control, readme = folder / "root/DEBIAN/control", folder / "root/etc/automaton/README"
    control.write_text(re.sub(r"(?m)^Version: .*", "Version: 0.0.1-1", control.read_text()))
    readme.write_text("An older text.\n")
    return pack(folder / "root", folder, compression="none")


def with_sources(folder: Path) -> DebianRoot:
    root = DebianRoot.over(folder, fresh())
    root.runs("mv /usr/bin/systemctl /usr/bin/systemctl.real; apt-get update -qq")
    for shim in SHIMS.iterdir():
        root.takes(shim, f"/usr/bin/{shim.name}")
    return root


@pytest.fixture(scope="session")
def before(tmp_path_factory: pytest.TempPathFactory) -> DebianRoot:
    """A fresh root that knows Debian's packages."""
    return with_sources(tmp_path_factory.mktemp("before"))


@pytest.fixture(scope="session")
def first(
    before: DebianRoot, package: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[DebianRoot, str]:
    """One in which it has just been installed, and what was said meanwhile."""
    root = before.on_top(tmp_path_factory.mktemp("installed"))
    root.takes(package, "/root/automaton.deb")
    return root, root.runs("apt-get install -y --no-install-recommends ./automaton.deb 2>&1")


@pytest.fixture(scope="session")
def outdated(
    before: DebianRoot, older: Path, package: Path, tmp_path_factory: pytest.TempPathFactory
) -> DebianRoot:
    """One in which the older one is installed, and the newer one lies ready."""
    root = before.on_top(tmp_path_factory.mktemp("outdated"))
    root.takes(older, "/root/older.deb")
    root.takes(package, "/root/newer.deb")
    root.runs("apt-get install -y --no-install-recommends ./older.deb 2>&1")
    return root


@pytest.fixture
def installed(first: tuple[DebianRoot, str], tmp_path: Path) -> DebianRoot:
    """Of one's own, to do anything with."""
    return first[0].on_top(tmp_path / "root")
