"""Roots of Debian to install into: the release of this machine, fresh, without systemd as process 1.

Each is a layer over others, so that a test changes its own alone. Whatever runs in one runs in namespaces of
its own: processes and mounts end with it, and with `alone` it sees no network but its own loopback.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "build" / "debian-roots"
# What a server of Debian has and the smallest root has not; the package brings everything else itself.
BESIDE = "ca-certificates,curl,man-db,systemd"
SHIMS = Path(__file__).parent / "shims"
MIRROR = "http://deb.debian.org/debian"
PATIENCE = 300.0  # seconds; an installation on a busy machine takes one and a half minutes
TOOLS = ("debootstrap", "dpkg-deb", "unshare", "ip", "make")
REQUIRED = "AUTOMATON_REQUIRE_DEBOOTSTRAP"
LEFT_OUT = (
    "the tests of the package for Debian were left out: they need root, debootstrap and iproute2 on a Debian"
    f" ({REQUIRED}=1 has them fail)"
)
SYSTEMD_RUNS = "mkdir -p /run/systemd/system"
"""So that scripts of packages ask `systemctl`, which is a shim."""
CONFIGURED = """
automaton simulate > simulator.txt &
until grep -qs Control simulator.txt; do sleep 0.1; done
(umask 077; awk '$1 == "Key" {print $2}' simulator.txt > key; echo json://127.0.0.1:9 > chat)
automaton init --panel http://127.0.0.1:18080 --key-file key --chat-file chat > init.txt
"""
"""A simulated Panel with three servers, and the first configuration for it."""
_PREPARE = """
mount -t overlay overlay -o "lowerdir=$LOWER,upperdir=$UPPER,workdir=$WORK" "$MERGED"
mount -t proc proc "$MERGED/proc"
mount --rbind /dev "$MERGED/dev"
mount -t tmpfs tmpfs "$MERGED/run"
[ -z "$ALONE" ] || ip link set lo up
cd /
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin HOME=/root LANG=C.UTF-8 \\
  DEBIAN_FRONTEND=noninteractive chroot "$MERGED" /bin/bash -euo pipefail -c 'cd; eval "$1"' bash "$SCRIPT"
"""


def is_left_out() -> bool:
    """Whether this machine has no way to make a root, and nobody said that it must."""
    able = os.geteuid() == 0 and all(map(shutil.which, TOOLS)) and Path("/etc/debian_version").exists()
    return not able and os.environ.get(REQUIRED) != "1"


@dataclass(frozen=True, slots=True)
class DebianRoot:
    """`layer` is a folder for what is its own; `below` are what lies under it, the topmost first."""

    layer: Path
    below: tuple[Path, ...]

    @classmethod
    def over(cls, folder: Path, *below: Path) -> DebianRoot:
        """A new one, in which all of `below` is as it was."""
        for name in ("upper", "work", "merged"):
            (folder / name).mkdir(parents=True)
        return cls(folder, below)

    @property
    def own(self) -> Path:
        """What is different from the layers below."""
        return self.layer / "upper"

    def on_top(self, folder: Path) -> DebianRoot:
        """Another one that begins as this one is."""
        return DebianRoot.over(folder, self.own, *self.below)

    def runs(self, script: str, *, alone: bool = False, ends_with: int = 0) -> str:
        """What a script of bash prints, as root in its home. It has to end like this."""
        namespaces = ["--mount", "--pid", "--fork", "--kill-child", *(["--net"] if alone else [])]
        done = subprocess.run(
            ["unshare", *namespaces, "sh", "-euc", _PREPARE],
            env={
                "PATH": os.environ["PATH"],
                "LOWER": ":".join(map(str, self.below)),
                "UPPER": str(self.own),
                "WORK": str(self.layer / "work"),
                "MERGED": str(self.layer / "merged"),
                "ALONE": "yes" if alone else "",
                "SCRIPT": script,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == ends_with, f"{script}\nended with {done.returncode}:\n{done.stdout}"
        return done.stdout

    def takes(self, source: Path, place: str) -> None:
        """A copy of a file or folder, at this place in it."""
        target = self.own / place.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, symlinks=True)
        else:
            target.unlink(missing_ok=True)  # what says that one below is gone
            shutil.copy(source, target)

    def paths(self) -> set[str]:
        """Everything in it, but what the kernel shows."""
        return set(self.runs("find / -xdev -mindepth 1 -print").splitlines())


def fresh() -> Path:
    """A root as Debian's installer leaves it, made once a checkout, with the sources of this machine."""
    release = platform.freedesktop_os_release()["VERSION_CODENAME"]
    folder = KEPT / release
    if not folder.exists():
        new = KEPT / f"{release}.new"
        shutil.rmtree(new, ignore_errors=True)
        KEPT.mkdir(parents=True, exist_ok=True)
        made = ["debootstrap", "--variant=minbase", f"--include={BESIDE}", release, new, _mirror()]
        subprocess.run([str(part) for part in made], check=True, stdout=subprocess.DEVNULL)
        _take_sources(new)
        new.rename(folder)
    return folder


def _sources() -> list[Path]:
    """This machine's lists that name a mirror of Debian, and no folder of its own."""
    files = [*Path("/etc/apt").glob("sources.list"), *Path("/etc/apt/sources.list.d").glob("*.*")]
    return [path for path in files if "file:" not in (text := path.read_text()) and "http" in text]


def _mirror() -> str:
    found = re.search(r"(?m)https?://\S+/debian/?(?=\s)", "\n".join(path.read_text() for path in _sources()))
    return found[0] if found else MIRROR


def _take_sources(root: Path) -> None:
    (root / "etc/apt/sources.list").unlink(missing_ok=True)
    for path in _sources():
        shutil.copy(path, root / path.relative_to("/"))
    for path in Path("/etc/apt/apt.conf.d").glob("9*"):  # how this machine reaches its mirror
        shutil.copy(path, root / path.relative_to("/"))
