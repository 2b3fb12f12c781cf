"""What is installed is what was tested: the wheel holds its data, and works away from the checkout.

The wheel is built without a network, and tried in an environment that finds the libraries of this one
by a path file, and the package nowhere but in the wheel.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest

pytestmark = [pytest.mark.xdist_group("wheel"), pytest.mark.long]  # one worker builds it, once

ROOT = Path(__file__).parents[2]
RECIPES = sorted(path.name for path in (ROOT / "rules").glob("*.yml"))
PACKS = sorted(path.name for path in (ROOT / "automaton" / "packs").glob("*.yml"))
MONITORING = ("grafana-dashboard.json", "prometheus-rules.yml")


def run(command: Sequence[str | Path], cwd: Path) -> str:
    """What it prints; a failure shows all it said. Python looks for nothing in the folder it is run from."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its folder of programs."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    programs = folder / "bin"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python"]
    run([*pip, programs / "python", "install", "--no-deps", "--no-index", wheel], folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    # A path file adds the folder itself; path files in there, such as the checkout's, are not read.
    (packages / "libraries.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return programs


def test_what_is_installed_has_its_manual_where_man_looks(environment: Path) -> None:
    """Beside the folder of programs, as man-db finds it by PATH."""
    manual = environment.parent / "share" / "man"

    assert sorted(str(path.relative_to(manual)) for path in manual.rglob("*.?")) == [
        "man1/automaton.1", "man5/automaton-rules.5", "man5/automaton.yml.5",
    ]  # fmt: skip


def test_the_wheel_holds_code_and_data(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())

    assert "automaton/workbench/automaton.service" in names
    assert {f"automaton/recipes/{name}" for name in RECIPES} <= names
    assert {f"automaton/packs/{name}" for name in PACKS} <= names
    assert {f"automaton/monitoring/{name}" for name in MONITORING} <= names
    assert {
        "automaton/py.typed",
        "automaton/expr/grammar.lark",
        "automaton/delivery/discord.json",
        "automaton/demo/demo.yml",
    } <= names
    beside = {name.split("/")[0] for name in names if ".dist-info/" not in name and ".data/data/" not in name}
    assert beside == {"automaton"}


def test_the_installed_package_is_the_wheel_s(environment: Path, tmp_path: Path) -> None:
    where = "import automaton, pathlib; print(pathlib.Path(automaton.__file__).parents[0])"

    imported = Path(run([environment / "python", "-c", where], tmp_path).strip())

    assert imported.is_relative_to(environment.parent)


def test_the_command_says_its_version(environment: Path, tmp_path: Path) -> None:
    assert run([environment / "automaton", "version"], tmp_path).startswith("automaton 0.")


def test_the_installed_recipes_are_found_and_right(environment: Path, tmp_path: Path) -> None:
    found = "from automaton.configuration.recipes import recipes; print(*recipes(), sep='\\n')"
    paths = [Path(line) for line in run([environment / "python", "-c", found], tmp_path).splitlines()]

    assert [path.name for path in paths] == RECIPES
    assert all(path.is_relative_to(environment.parent) for path in paths)
    checked = run([environment / "automaton", "check", paths[0].parent], tmp_path)
    assert checked.startswith("all good: ")
    listed = json.loads(run([environment / "automaton", "recipes", "--json"], tmp_path))["recipes"]
    assert [f"{one['name']}.yml" for one in listed] == RECIPES
