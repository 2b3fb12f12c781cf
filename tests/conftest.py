"""What holds for all tests: properties are not timed, and what needs a game of the machine says so.

It is left out where the game is missing, and required where CI says it.
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


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if is_long(item):
            item.add_marker(pytest.mark.long)
    if not is_left_out():
        return
    left_out = [item for item in items if item.get_closest_marker("freeciv")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    if is_left_out():
        terminalreporter.write_line(LEFT_OUT, yellow=True)
