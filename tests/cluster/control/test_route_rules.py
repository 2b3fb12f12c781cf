"""Every route of the control API says how it is answered in a cluster."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from starlette.routing import Route

from automaton.cluster.control.route_rules import ROUTES
from automaton.pace.clock import SystemClock
from automaton.web import routes
from automaton.web.acknowledge import AckPages


def there_are() -> set[tuple[str, str]]:
    """The routes of all files of `web/routes/`, and what else the control socket answers."""
    port: Any = object()
    found: list[Route] = [*AckPages(port, SystemClock()).routes()]
    for module in iter_modules(routes.__path__):
        made = getattr(import_module(f"automaton.web.routes.{module.name}"), "routes", None)
        found += made(port) if made is not None else []
    return {(method, one.path) for one in found for method in (one.methods or set()) - {"HEAD"}}


def test_a_route_that_is_new_must_say_how_it_is_answered() -> None:
    assert there_are() - ROUTES.keys() == set()


def test_the_table_names_no_route_that_is_gone() -> None:
    assert ROUTES.keys() - there_are() == set()
