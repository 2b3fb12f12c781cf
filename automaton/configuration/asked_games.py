"""Which games are asked over the network and where, as automaton.yml says it over packs and Panels.

Without the libraries of the extra `query` none is, so that nobody is warned of each server's unasked players.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

from automaton.configuration.needs_extra import LIBRARIES
from automaton.core.events import Profile
from automaton.core.facts.query_address import NOT_INSTALLED, QueryChoice
from automaton.core.pack import QueryForm
from automaton.core.rules.rule import QueryOf, as_listed
from automaton.settings.model import Settings
from automaton.settings.query import QuerySettings, choice_of


def is_installed(module: str) -> bool:
    """Whether it could be imported; it is not."""
    return find_spec(module) is not None


def queries_of(settings: Settings, is_there: Callable[[str], bool]) -> QueryOf:
    """What is said of asking a server's game. `is_there` tells whether a library is."""
    if not all(map(is_there, LIBRARIES)):
        return not_installed
    return QueriesOf(settings.query) if settings.query else as_listed


def not_installed(
    _profile: Profile, _pack: str, _tags: frozenset[str], _form: QueryForm | None
) -> QueryChoice:  # fmt: skip
    """Says of all games that they are not asked, for a library is missing."""
    return NOT_INSTALLED


@dataclass(frozen=True, slots=True)
class QueriesOf:
    """What the settings say of a game. Equal to that of another load where they say the same."""

    query: tuple[QuerySettings, ...]

    def __call__(
        self, profile: Profile, pack: str, tags: frozenset[str], form: QueryForm | None
    ) -> QueryChoice:
        """What they say of a server's."""
        return choice_of(self.query, profile, pack, tags, form)
