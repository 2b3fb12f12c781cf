"""The servers that automaton.yml chooses for Panels, packs, tags and limits, and what it chooses them by."""

from __future__ import annotations

from collections.abc import Iterator

from automaton.packs.load import Packs
from automaton.problem import FilePlace, Problem
from automaton.rulebook.references import unknown_packs, unknown_tags
from automaton.schema.scalar import target_of
from automaton.schema.selector import ServerSelector
from automaton.settings.model import Settings


def fits_nothing(settings: Settings, packs: Packs) -> Iterator[Problem]:
    """Globs of packs and tags that no pack and none of its tags fit, each as a warning."""
    for selector in _selectors(settings):
        yield from unknown_packs(selector, packs.known_events.packs)
        yield from unknown_tags(selector, settings.tags)


def place_of_selector(selector: ServerSelector) -> FilePlace:
    """Where its first glob stands; the file `-` for one that has none, as that of all servers."""
    for clause in selector.any_of:
        for globs in (clause.id, clause.name, clause.node, clause.egg, clause.image, clause.tag, clause.pack):
            for glob in globs:
                return target_of(glob.origin)
        if clause.not_ is not None:
            return place_of_selector(clause.not_)
    return FilePlace("-")


def _selectors(settings: Settings) -> Iterator[ServerSelector]:
    yield from (panel.servers for panel in settings.panels.values())
    yield from settings.packs.values()
    yield from settings.tags.values()
    yield from (entry.servers for entry in settings.limits.allow or () if entry.servers is not None)
    yield from (one.servers for one in settings.query)
    if settings.web.status is not None:
        yield from settings.web.status.groups.values()
