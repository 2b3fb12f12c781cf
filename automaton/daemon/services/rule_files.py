"""The rule files by which the daemon judges, as it read them, and whether they are still so."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from anyio import to_thread
from starlette.routing import Route

from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.packs.load import SHIPPED
from automaton.schema.files import read_text
from automaton.web.routes import rule_files
from automaton.web.routes.rule_files import RuleFiles, RuleSource

GONE = "the file cannot be read any more"
CHANGED = "the file was changed since it was loaded: `automaton reload` takes it"


class RuleFilesService:
    """Answers with texts. Files are read in a thread: the engine waits for no disk."""

    def __init__(self, active: ActiveConfiguration) -> None:
        self._active = active

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return rule_files.routes(self)

    async def source(self, rule: str) -> RuleSource | None:
        """The file of a rule; None for an unknown rule."""
        now = self._active.configuration
        place = now.places.get(rule)
        if place is None or place.file not in now.texts:
            return None
        text = now.texts[place.file]
        changed = await to_thread.run_sync(_changed, place.file, text)
        return RuleSource(rule=rule, file=place.file, line=place.line, text=text, changed=changed)

    async def files(self) -> RuleFiles:
        """All of them, with the names that rules may use."""
        now = self._active.configuration
        own = dict.fromkeys(file for pack in now.packs.by_name.values() for file in pack.files)
        packs = await to_thread.run_sync(_read, [file for file in own if not file.startswith(SHIPPED)])
        bounds = now.bounds
        return RuleFiles(
            rules=dict(now.texts),
            packs=packs,
            channels={name: one.value for name, one in bounds.channels.items()} if bounds else {},
            hooks=sorted(bounds.hooks) if bounds else [],
            urls=sorted(bounds.urls) if bounds else [],
            programs=sorted(bounds.programs) if bounds else [],
        )


def _changed(file: str, loaded: str) -> str:
    text, _ = read_text(Path(file))
    if text is None:
        return GONE
    return "" if text == loaded else CHANGED


def _read(files: Iterable[str]) -> dict[str, str]:
    texts = {file: read_text(Path(file))[0] for file in files}
    return {file: text for file, text in texts.items() if text is not None}
