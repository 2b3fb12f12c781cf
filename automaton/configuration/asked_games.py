"""Which games are asked over the network and where, as automaton.yml says it over packs and Panels.

Without the libraries of the extra `query` none is, so that nobody is warned of each server's unasked players.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from automaton.configuration.needs_extra import LIBRARIES
from automaton.core.events import Profile
from automaton.core.facts.query_address import NOT_INSTALLED, QueryChoice
from automaton.core.pack import QueryForm
from automaton.core.rules.rule import QueryOf, as_listed
from automaton.settings.model import Settings
from automaton.settings.query import choice_of


def is_installed(module: str) -> bool:
    """Whether it could be imported; it is not."""
    return find_spec(module) is not None


def queries_of(settings: Settings, is_there: Callable[[str], bool]) -> QueryOf:
    """What is said of asking a server's game. `is_there` tells whether a library is."""
    if not all(map(is_there, LIBRARIES)):
        return lambda _profile, _pack, _tags, _form: NOT_INSTALLED
    if not settings.query:
        return as_listed

    def of(profile: Profile, pack: str, tags: frozenset[str], form: QueryForm | None) -> QueryChoice:
        return choice_of(settings.query, profile, pack, tags, form)

    return of
