"""The Python environment in the `.deb`: the lock's libraries and the package, and nothing of the system's.

Law: two builds of one commit for one Python give the same files. Nothing here reads the time, and nothing
that pip writes about the machine it ran on is kept.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

HOME = "/usr/lib/automaton"
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")
OLDEST_LIBC = (2, 17)  # manylinux2014: what a wheel asks for that names no newer one
# Records of an installation: paths of the machine that built, and hashes of scripts that are not kept.
_OF_PIP = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")
_LIBC = re.compile(r"(?m)^Tag: .*-manylinux_(\d+)_(\d+)_")


@dataclass(frozen=True, slots=True)
class TargetPython:
    """The interpreter of the Debian that the package is for, as `/usr/bin/python3` is there."""

    command: Path
    version: str  # 3.13

    @property
    def package(self) -> str:
        """Debian's package that holds it."""
        return f"python{self.version}"


def target(python: Path) -> TargetPython:
    """What this interpreter is. Raises ValueError for one that no package of Debian brings."""
    asked = "import sys; print('%d.%d' % sys.version_info[:2], sys.base_prefix)"
    version, prefix = run([python, "-c", asked]).split()
    if prefix != "/usr":
        raise ValueError(f"{python} is not Debian's own Python: name that one, as /usr/bin/python3")
    return TargetPython(python, version)


def make(root: Path, python: TargetPython, lock: Path, wheel: Path) -> Path:
    """The environment in `root`, whole and compiled; its folder of packages."""
    home = root / HOME.lstrip("/")
    packages = home / "lib" / python.package / "site-packages"
    packages.mkdir(parents=True)
    (home / "bin").mkdir()
    # What `python -m venv` would make, less what tells of this machine: its folder, a patch level.
    (home / "bin" / "python3").symlink_to(f"/usr/bin/{python.package}")
    (home / "pyvenv.cfg").write_text(
        f"home = /usr/bin\ninclude-system-site-packages = false\nversion = {python.version}\n"
    )
    into = home / "bin" / "python3"
    _install(into, "--require-hashes", "--only-binary", ":all:", "--requirement", lock)
    _install(into, "--no-index", wheel)
    run([*PIP, "--python", into, "check"])  # a lock that is older than pyproject.toml lacks what is new there
    _leave_out_what_is_of_pip(home, packages)
    _write_command(home / "bin" / "automaton")
    _compile(root, home)
    return packages


def _install(into: Path, *what: str | Path) -> None:
    run([*PIP, "--python", into, "install", "--quiet", "--no-deps", "--no-compile", *what])


def _leave_out_what_is_of_pip(home: Path, packages: Path) -> None:
    for script in (home / "bin").iterdir():
        if not script.is_symlink():
            script.unlink()  # commands of libraries, each with a first line that names this machine's folder
    for name in _OF_PIP:
        for path in packages.glob(f"*.dist-info/{name}"):
            path.unlink()
    shutil.rmtree(home / "share", ignore_errors=True)  # the manual, which has its place in /usr/share/man


def _write_command(path: Path) -> None:
    path.write_text(
        f"#!{HOME}/bin/python3\nimport sys\n\nfrom automaton.cli.main import main\n\nsys.exit(main())\n"
    )
    path.chmod(0o755)


def _compile(root: Path, home: Path) -> None:
    """Here, and not when it is installed: dpkg knows each file then, and removes it.

    By hashes that nobody checks: the package's files are not edited, and a time of change would be lost on
    the way into some images, where every start would compile all of it anew.
    """
    run(
        [
            home / "bin" / "python3", "-m", "compileall", "-q", "-s", root, "-p", "/",
            "--invalidation-mode", "unchecked-hash", home / "lib",
        ]
    )  # fmt: skip


def oldest_libc(packages: Path) -> str:
    """The libc that the wheels were built for: the newest that one of them asks for."""
    texts = [path.read_text(encoding="utf-8") for path in packages.glob("*.dist-info/WHEEL")]
    return newest_of(texts)


def newest_of(wheel_files: Iterable[str]) -> str:
    """By what each wheel's own file says; one that fits several takes the oldest of them."""
    asked = [[(int(one), int(two)) for one, two in _LIBC.findall(text)] for text in wheel_files]
    newest = max((min(tags) for tags in asked if tags), default=OLDEST_LIBC)
    return ".".join(map(str, max(newest, OLDEST_LIBC)))


def run(command: Iterable[str | Path], **environment: str) -> str:
    """What it prints. A failure shows all that it said."""
    done = subprocess.run(
        [str(part) for part in command],
        env={"PATH": "/usr/bin:/bin", **environment} if environment else None,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(
            f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )
    return done.stdout
