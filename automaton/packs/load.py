"""Loads packs: those that ship with automaton, and an operator's own beside the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from automaton.core.events import Profile
from automaton.core.ports import Selector
from automaton.core.wings_events import WINGS_EVENTS
from automaton.packs.model import PackFile
from automaton.problem import Problem
from automaton.schema.files import read_text
from automaton.schema.kinds import KnownEvents
from automaton.schema.nodes import read_all
from automaton.schema.validate import fit

FALLBACK = "wings"
"""The pack of a server whose game no other pack knows."""


@dataclass(frozen=True, slots=True)
class Packs:
    """All packs by name. `chosen` are the settings' choices for some servers, which go before any `match`."""

    by_name: Mapping[str, PackFile]
    chosen: tuple[tuple[str, Selector], ...] = ()

    def of(self, profile: Profile) -> str:
        """The name of a server's pack."""
        for name, servers in self.chosen:
            if servers.covers(profile, frozenset(), ""):
                return str(name)  # a plain str: the name in a file is a Scalar, which carries its place along
        return next((str(name) for name, pack in self.by_name.items() if pack.fits(profile)), FALLBACK)

    @property
    def known_events(self) -> KnownEvents:
        """The events of all packs and their fields; an event of several packs has those of all."""
        events = dict(WINGS_EVENTS)
        prefix = frozenset[str]()
        for pack in self.by_name.values():
            prefix |= pack.prefix.groups if pack.prefix else frozenset()
            for name, fields in pack.for_engine().events.items():
                events[name] = events.get(name, frozenset()) | fields
        patterns = frozenset(name for pack in self.by_name.values() for name in pack.patterns)
        return KnownEvents(events, prefix, patterns)


def read_packs(own: Iterable[Path]) -> tuple[dict[str, PackFile], list[Problem]]:
    """An operator's packs, then the shipped ones; of two with the same name the operator's is taken."""
    problems: list[Problem] = []
    texts = []
    for path in own:
        text, found = read_text(path)
        problems += found
        if text is not None:
            texts.append((str(path), text))
    texts += [
        (f"packs/{resource.name}", resource.read_text(encoding="utf-8"))
        for resource in sorted(files("automaton.packs").iterdir(), key=lambda one: one.name)
        if resource.name.endswith(".yml")
    ]
    packs: dict[str, PackFile] = {}
    for name, text in texts:
        node, found = read_all(text, name)
        problems += found
        if node is None:
            continue
        pack, found = fit(node, PackFile)
        problems += found
        if pack is not None:
            packs.setdefault(pack.pack, pack)
    return packs, problems
