"""Which files `automaton init` writes, and where: settings, recipes of the games seen, what systemd reads."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

from automaton.configuration.recipes import all_recipes
from automaton.core.events import Profile
from automaton.packs.load import Packs, read_packs
from automaton.safe_files import OWN, open_to_overwrite
from automaton.secret import Secret
from automaton.workbench.init_choices import ETC, InitChoices
from automaton.workbench.init_texts import drop_in_text, settings_text
from automaton.workbench.schema import file_name, modeline, shipped

UNITS = Path("/etc/systemd/system")
PACKAGED_UNIT = Path("/usr/lib/systemd/system/automaton.service")
"""Where the package for Debian has it. One in /etc would hide it, and all that an upgrade brings."""


def unit_path(folder: Path) -> Path:
    """Where systemd looks for the unit; for any other folder than /etc/automaton in that, to be copied."""
    return (UNITS if folder == ETC else folder) / "automaton.service"


def unit_text() -> str:
    """The unit as it ships (`systemd/automaton.service`, which the package holds too)."""
    return (files("automaton.workbench") / "automaton.service").read_text(encoding="utf-8")


def drop_in_path(folder: Path) -> Path:
    """Beside the unit, in the folder that systemd reads with it."""
    return unit_path(folder).parent / "automaton.service.d" / "credentials.conf"


def chosen_recipes(packs: Collection[str]) -> list[tuple[str, str]]:
    """Names and texts of the recipes for all games, and for those of these packs.

    Without those that want a tag, an address or a hook: there is none yet.
    """
    every = [one for one in all_recipes() if one.fits(packs)]
    return [(one.file, one.text) for one in every if one.stands_alone]


def all_files(
    choices: InitChoices, profiles: Sequence[Profile], packaged_unit: Path = PACKAGED_UNIT
) -> Iterable[tuple[Path, str]]:
    """Every file with its text. A schema is beside what it is for, as the first line there tells editors."""
    known, _ = read_packs(())
    packs = Packs(known)
    settings = settings_text(choices, [(one, packs.of(one)) for one in profiles])
    yield choices.folder / "automaton.yml", modeline("automaton") + settings
    yield choices.folder / file_name("automaton"), shipped("automaton")
    for name, text in chosen_recipes([packs.of(one) for one in profiles]):
        yield choices.folder / "rules.d" / name, modeline("rules") + text
    yield choices.folder / "rules.d" / file_name("rules"), shipped("rules")
    if choices.folder != ETC or not packaged_unit.exists():
        yield unit_path(choices.folder), unit_text()
    yield drop_in_path(choices.folder), drop_in_text(choices)


def write_all(files: Mapping[Path, str], secrets: Mapping[Path, Secret] | None = None) -> None:
    """Writes every file or, where one fails, none: each beside its place first. Raises OSError.

    Secrets can be read by their owner alone, from the first byte on.
    """
    texts = {path: (text, 0o644) for path, text in files.items()}
    texts |= {path: (secret.reveal() + "\n", OWN) for path, secret in (secrets or {}).items()}
    staged = {path.with_name(f".{path.name}.new"): path for path in texts}
    try:
        for new, path in staged.items():
            text, mode = texts[path]
            path.parent.mkdir(mode=0o700 if mode == OWN else 0o777, parents=True, exist_ok=True)
            with open_to_overwrite(new) as file:
                os.fchmod(file.fileno(), mode)
                file.write(text.encode())
        for new, path in staged.items():
            new.replace(path)
    finally:
        for new in staged:
            with suppress(OSError):  # its folder may be what could not be made
                new.unlink(missing_ok=True)
