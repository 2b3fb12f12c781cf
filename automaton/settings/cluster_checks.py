"""What must be there before a daemon can join a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec

from automaton.problem import Problem, problem_at
from automaton.schema import nodes

LIBRARY = "nats"
"""The module of the extra `cluster`."""

INSTALLS = "sudo PIPX_HOME=/opt/pipx PIPX_BIN_DIR=/usr/local/bin pipx install --force '.[query,cluster]'"
"""What installs it over what is there, in the folder of the checkout: with `cluster` alone pipx would take
`query` away."""


def _is_installed() -> bool:
    return find_spec(LIBRARY) is not None


def check_cluster(root: nodes.Mapping, is_installed: Callable[[], bool] = _is_installed) -> Iterator[Problem]:
    """Refuses `cluster` where NATS cannot be spoken: alone a member would act beside the others."""
    cluster = root.find("cluster")
    if cluster is not None and not is_installed():
        message = (
            "the extra `cluster` is not installed, so that NATS cannot be reached; in the checkout install it"
        )
        yield problem_at(cluster.place, "needs-extra", message, suggestion=INSTALLS)
