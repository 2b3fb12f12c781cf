"""What holds for all tests: properties are not timed, and what needs a program of the machine says so.

It is left out where the program is missing, and required where CI says it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import structlog
from hypothesis import settings

from tests.long import is_long
from tests.packaging import debian_root

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

FREECIV = "/usr/games/freeciv-server"
REQUIRED = "AUTOMATON_REQUIRE_FREECIV"
# Hypothesis gives an example 200 ms, which a busy machine takes for a pause.
settings.register_profile("untimed", parent=settings(), deadline=None)
settings.load_profile("untimed")

LEFT_OUT = f"{FREECIV} is not installed: the tests on a real game were left out ({REQUIRED}=1 has them fail)"


@pytest.fixture(autouse=True)
def logs_as_at_the_beginning() -> Iterator[None]:
    """A test that sets up the log, as a daemon does, leaves no level behind under which others would look."""
    yield
    structlog.reset_defaults()


def is_left_out() -> bool:
    return shutil.which(FREECIV) is None and os.environ.get(REQUIRED) != "1"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "smoke: in a folder of long tests, and run by `make test` all the same"
    )
    config.addinivalue_line("markers", "freeciv: runs the real game freeciv-server of Debian's packages")
    config.addinivalue_line("markers", "debian: installs the built package into a fresh root of Debian")


def missing() -> dict[str, str]:
    """The markers whose tests are left out here, each with what is said of it."""
    found = {}
    if is_left_out():
        found["freeciv"] = LEFT_OUT
    if debian_root.is_left_out():
        found["debian"] = debian_root.LEFT_OUT
    return found


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if is_long(item):
            item.add_marker(pytest.mark.long)
    left_out = [item for item in items if any(item.get_closest_marker(name) for name in missing())]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    for words in missing().values():
        terminalreporter.write_line(words, yellow=True)
