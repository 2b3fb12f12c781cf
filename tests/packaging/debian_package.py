"""The `.deb`: what lies where on a Debian machine, and the archive of it. `make deb`.

    python -m tests.packaging.debian_package [--python /usr/bin/python3] [--revision 1] [--output build/deb]

Law: two builds of one commit on one release of Debian are the same, byte for byte, whoever runs them.
Texts and scripts of the package are in systemd/debian/; README.md there says why it is built as it is.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import re
import shutil
import string
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from tests.packaging import private_environment
from tests.packaging.debian_tree import CONFFILES, NAME, ROOT, TEXTS, put, stage
from tests.packaging.private_environment import TargetPython, run

# Of xz, measured: 16 s of processor and 21.8 MB, where its usual 6 takes 45 s for 19.0 MB; zstd takes 5 s,
# and lintian 2.122 calls such a package malformed.
LEVEL = 2
SCRIPTS = ("postinst", "prerm", "postrm")
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
"""Debian's names of the machines for which every library of the lock has wheels."""
# Who answers for a package that was built at home. DEBFULLNAME and DEBEMAIL, as Debian's own tools read them.
NOBODY = ("who built it", "root@localhost.localdomain")
_BEFORE_A_RELEASE = re.compile(r"\.?(a|b|rc|dev)(?=[0-9])")


def debian_version(version: str, revision: str, release: str) -> str:
    """`0.2.0rc1` is older than `0.2.0`, and the package for Debian 12 older than that for Debian 13."""
    upstream = _BEFORE_A_RELEASE.sub(r"~\1", version)
    return f"{upstream}-{revision}+deb{release}"


def debian_changelog(version: str) -> str:
    """The one entry that Debian's tools read: of this build."""
    at = format_datetime(datetime.fromtimestamp(epoch(), UTC))
    change = "  * changelog.gz beside this file tells what is new."
    return f"{NAME} ({version}) stable; urgency=medium\n\n{change}\n\n -- {maintainer()}  {at}\n"


def control(root: Path, python: TargetPython, packages: Path, version: str) -> None:
    """DEBIAN/: what dpkg needs to know, and what it runs."""
    folder = root / "DEBIAN"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    files = sorted(regular_files(root))
    said = string.Template((TEXTS / "control").read_text(encoding="utf-8")).substitute(
        version=version,
        architecture=ARCHITECTURES[platform.machine()],
        maintainer=maintainer(),
        installed_size=sum(-(-path.stat().st_size // 1024) for path in files),
        python=python.package,
        libc=private_environment.oldest_libc(packages),
    )
    put(folder / "control", text=said)
    put(folder / "conffiles", text="".join(f"{path}\n" for path in CONFFILES))
    sums = (f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(root)}\n" for path in files)
    put(folder / "md5sums", text="".join(sums))
    for script in SCRIPTS:
        put(folder / script, TEXTS / script)


def regular_files(root: Path) -> Iterator[Path]:
    """Those that take room: no folders and no links."""
    return (
        path
        for path in root.rglob("*")
        if path.is_file() and not path.is_symlink() and "DEBIAN" not in path.parts
    )


def settle(root: Path) -> None:
    """Modes that depend on nobody's umask."""
    for path in root.rglob("*"):
        if not path.is_symlink():
            runs = path.is_dir() or path.name in SCRIPTS or path.parent.name == "bin"
            path.chmod(0o755 if runs else 0o644)
    root.chmod(0o755)


def pack(root: Path, output: Path, *, compression: str = "xz") -> Path:
    """The archive. dpkg-deb sorts, and takes no time later than the commit's."""
    settle(root)
    said = (root / "DEBIAN/control").read_text(encoding="utf-8")
    version, architecture = (
        re.findall(rf"(?m)^{key}: (.*)$", said)[0] for key in ("Version", "Architecture")
    )
    built = output / f"{NAME}_{version}_{architecture}.deb"
    run(
        ["dpkg-deb", f"-Z{compression}", f"-z{LEVEL}", "--root-owner-group", "--build", root, built],
        SOURCE_DATE_EPOCH=str(epoch()),
    )
    return built


def epoch() -> int:
    """Seconds: of the commit, or where there is none of the newest change told."""
    told = os.environ.get("SOURCE_DATE_EPOCH", "")
    if told:
        return int(told)
    if (ROOT / ".git").exists() and shutil.which("git"):
        return int(run(["git", "-C", ROOT, "log", "-1", "--format=%ct"]))
    return int((ROOT / "CHANGELOG.md").stat().st_mtime)


def maintainer() -> str:
    """Name and address of who builds."""
    return f"{os.environ.get('DEBFULLNAME', NOBODY[0])} <{os.environ.get('DEBEMAIL', NOBODY[1])}>"


def release() -> str:
    """Debian's number, as 13."""
    return platform.freedesktop_os_release()["VERSION_ID"]


def build(python: TargetPython, revision: str, output: Path) -> Path:
    """From the checkout to the archive. The tree stays beside it, as `root`."""
    said = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    version = debian_version(said["project"]["version"], revision, release())
    root, wheels = output / "root", output / "wheel"
    for folder in (root, wheels):
        shutil.rmtree(folder, ignore_errors=True)
    os.environ["SOURCE_DATE_EPOCH"] = str(epoch())
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", wheels.absolute()])
    (wheel,) = wheels.glob("*.whl")
    packages = stage(root, python, wheel, debian_changelog(version))
    control(root, python, packages, version)
    return pack(root, output)


def main() -> int:
    """Says where the package is and how large; 1 and a sentence where it cannot be built here."""
    parser = argparse.ArgumentParser(description="Builds the .deb of this checkout.")
    parser.add_argument("--python", type=Path, default=Path("/usr/bin/python3"), help="Debian's own Python")
    parser.add_argument("--revision", default="1", help="of the package, where the program's version stays")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "deb")
    options = parser.parse_args()
    os.chdir(ROOT)
    try:
        built = build(private_environment.target(options.python), options.revision, options.output.absolute())
    except (ValueError, RuntimeError, OSError) as problem:
        sys.stderr.write(f"the package was not built: {problem}\n")
        return 1
    sys.stdout.write(f"{built} ({built.stat().st_size / 1e6:.1f} MB)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
