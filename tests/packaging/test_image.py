"""The image, built by buildah where that is; and everywhere what it is made of, in a root of Debian."""

from __future__ import annotations

import json
import os
import re
import resource
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaging.containerfile import ROOT, stages
from tests.packaging.debian_root import DebianRoot, fresh

pytestmark = [pytest.mark.debian, pytest.mark.long, pytest.mark.xdist_group("debian")]

_, KEPT = stages()
# Its user, without a capability, on a root that cannot be written; the two volumes can.
BOXED = """
box() {{ setpriv --reuid={uid} --regid={gid} --clear-groups --no-new-privs --bounding-set=-all \\
  env -i PATH=/usr/local/bin:/usr/bin:/bin {environment} "$@"; }}
healthy() {{ box sh -c {health}; }}
mount -t tmpfs -o mode=755,uid={uid},gid={gid} tmpfs /var/lib/automaton
"""


@pytest.mark.skipif(shutil.which("buildah") is None, reason="buildah is not installed here")
def test_the_image_is_built(tmp_path: Path) -> None:
    """On a root of debootstrap, for no registry is asked."""
    store: list[str | Path] = [
        "buildah",
        "--root",
        tmp_path / "store",
        "--runroot",
        tmp_path / "run",
        "--storage-driver",
        "overlay",
    ]
    base = _says(*store, "from", "scratch")
    _says(*store, "add", "--quiet", base, fresh(), "/")
    _says(*store, "commit", "--quiet", base, KEPT.base)
    _says(
        *store, "build", "--pull=never", "--format", "docker", *_as_here(tmp_path), "--tag", "automaton", ROOT
    )

    image = json.loads(_says(*store, "inspect", "--type", "image", "automaton"))["Docker"]["config"]
    assert (image["User"], image["Entrypoint"] + image["Cmd"]) == (KEPT.one("USER"), KEPT.command)
    assert image["Healthcheck"]["Test"] == ["CMD-SHELL", KEPT.health]


def _says(*command: str | Path) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
    return done.stdout.strip()


def _as_here(tmp_path: Path) -> list[str]:
    """How a builder without a daemon runs on this machine: within its limits, and on its network."""
    limits = {"nofile": resource.RLIMIT_NOFILE, "nproc": resource.RLIMIT_NPROC}
    options = [
        f"--ulimit={name}={hard}:{hard}"
        for name, of in limits.items()
        if (hard := resource.getrlimit(of)[1]) > 0
    ]
    if certificates := os.environ.get("PIP_CERT"):
        pip = tmp_path / "pip.conf"
        pip.write_text("[global]\ncert = /of-the-host.crt\n")
        options += [f"--volume={certificates}:/of-the-host.crt:ro", f"--volume={pip}:/etc/pip.conf:ro"]
    return [*options, "--isolation=chroot", "--network=host"]


def test_what_the_image_is_made_of_runs_without_rights_on_a_root_that_is_read_only(
    before: DebianRoot, package: Path, tmp_path: Path
) -> None:
    root = before.on_top(tmp_path / "root")
    root.takes(package, f"/deb/{package.name}")
    root.runs(re.sub(r"--mount=\S+", "", KEPT.one("RUN")) + " > /dev/null 2>&1")

    assert _lives(root) == "read-only\nunhealthy\nhealthy\nhealthy\nended 0\n"


def _lives(root: DebianRoot) -> str:
    """What a life of the image says: configured, started, a link lost, ended."""
    uid, gid = KEPT.one("USER").split(":")
    boxed = BOXED.format(
        uid=uid,
        gid=gid,
        environment=" ".join(f"{key}={value}" for key, value in KEPT.environment.items()),
        health=shlex.quote(KEPT.health),
    )
    return root.runs(
        f"""
        {boxed}
        mkdir -p /tmp/sim && mount -t tmpfs tmpfs /tmp/sim && cd /tmp/sim
        automaton simulate > simulator.txt 2> /dev/null &  # its folder in /tmp cannot be removed in the end
        simulator=$!
        until grep -qs Control simulator.txt; do sleep 0.1; done
        awk '$1 == "Key" {{print $2}}' simulator.txt > key; echo json://127.0.0.1:9 > chat
        install -d -m 700 -o {uid} -g {gid} /etc/automaton/secrets
        install -m 600 -o {uid} key /etc/automaton/secrets/panel_key
        install -m 600 -o {uid} chat /etc/automaton/secrets/ops_chat
        cd /var/lib/automaton
        box automaton init --panel http://127.0.0.1:18080 --key-file /etc/automaton/secrets/panel_key \\
          --chat-file /etc/automaton/secrets/ops_chat > /dev/null
        mount -o remount,bind,ro /
        box touch /tmp/x 2> /dev/null || echo read-only
        healthy 2> /dev/null || echo unhealthy
        box {shlex.join(KEPT.command)} > log 2>&1 &
        daemon=$!
        until automaton status 2> /dev/null | grep -q '3/3 servers'; do sleep 0.1; done
        healthy && echo healthy
        kill $simulator
        until (automaton status || true) | grep -q '0/3 servers'; do sleep 0.1; done
        healthy && echo healthy
        kill $(pgrep -P $daemon)
        wait $daemon && echo ended $?
        """,
        alone=True,
    )
