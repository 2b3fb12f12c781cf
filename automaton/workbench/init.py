"""`automaton init`: from a Panel's address and key, or a node's config.yml, to a folder that can be run.

Everything is asked and judged before the first file is written; no file is overwritten unless told to.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import typer

from automaton.configuration.recipes import recipes
from automaton.core.events import Profile
from automaton.errors import Refused, Weather
from automaton.packs.read import Packs, read_packs
from automaton.settings.load import check
from automaton.workbench.discovery import discover_node, discover_panel
from automaton.workbench.exit_code import FAILED, OK, TRY_AGAIN, USAGE
from automaton.workbench.init_files import InitChoices, chat_file, drop_in_text, settings_text
from automaton.workbench.schema import file_name, modeline, shipped

ETC = Path("/etc/automaton")
USUAL_WINGS = Path("/etc/pterodactyl/config.yml")
NEEDED = "the service does not start without it"
UNITS = Path("/etc/systemd/system")


@dataclass(frozen=True, slots=True)
class InitOptions:
    """What was asked for on the command line; what is missing is asked at a terminal."""

    folder: Path = ETC
    panel: str | None = None
    key_file: Path | None = None
    node_config: Path | None = None
    chat: Path | None = None
    force: bool = False
    address: str | None = None
    ca: Path | None = None


class _NotToldError(Refused):
    """Nobody is there to be asked."""


def init(wishes: InitOptions) -> int:
    """0 once all is written; 1 where something stands in the way, 75 where nobody answers now."""
    try:
        chosen = _choose(wishes)
        profiles = discover_panel(chosen) if chosen.panel else discover_node(chosen)
        written = dict(all_files(wishes, chosen, profiles))
        _judge(written, wishes.folder)
        _refuse_to_overwrite(written, force=wishes.force)
        if chosen.chat is None:
            chat_file(chosen).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_all(written)
    except _NotToldError as problem:
        typer.echo(str(problem), err=True)
        return USAGE
    except Weather as problem:
        typer.echo(f"{problem}; nothing was written", err=True)
        return TRY_AGAIN
    except Refused as problem:
        typer.echo(f"{problem}; nothing was written", err=True)
        return FAILED
    except OSError as problem:
        typer.echo(f"cannot write {problem.filename}: {problem.strerror}; nothing was written", err=True)
        return FAILED
    for line in _next(wishes, chosen, profiles, written):
        typer.echo(line)
    return OK


def unit_path(folder: Path) -> Path:
    """Where systemd looks for it; beside the rest where that stands elsewhere, to be moved there."""
    return (UNITS if folder == ETC else folder) / "automaton.service"


def unit_text() -> str:
    """The unit as it ships (`systemd/automaton.service`, which the package holds too)."""
    return (files("automaton.workbench") / "automaton.service").read_text(encoding="utf-8")


def drop_in_path(folder: Path) -> Path:
    """Beside the unit, in the folder that systemd reads with it."""
    return unit_path(folder).parent / "automaton.service.d" / "credentials.conf"


def chosen_recipes(packs: Iterable[str], known: Iterable[str]) -> list[tuple[str, str]]:
    """Name and text of the recipes for these packs: those for all games, and those named after one."""
    others = tuple(f"{name}{end}" for name in known if name not in set(packs) for end in ("-", ".yml"))
    return [
        (one.name, one.read_text(encoding="utf-8")) for one in recipes() if not one.name.startswith(others)
    ]


def _choose(wishes: InitOptions) -> InitChoices:
    """The place of the servers, asked for where it is not told."""
    panel, key, node = wishes.panel, wishes.key_file, wishes.node_config
    if node is not None and (panel is not None or key is not None):
        raise Refused("a Panel or a node, not both: the other one is added to automaton.yml by hand")
    if node is None and wishes.address is not None:
        raise Refused("`--address` is where a node listens: name the node by `--node-config`")
    if node is None and (panel is None or key is None):
        if not sys.stdin.isatty():
            raise _NotToldError("name a Panel by `--panel` and `--key-file`, or a node by `--node-config`")
        if panel is None and key is None:
            asked = "Address of the Panel, as https://panel.example.org (empty: a node without one)"
            panel = typer.prompt(asked, default="", show_default=False) or None
        if panel is None and key is None:
            node = Path(typer.prompt("Wings' own config.yml of this node", default=str(USUAL_WINGS)))
        else:
            panel = panel or typer.prompt("Address of the Panel, as https://panel.example.org")
            key = key or Path(typer.prompt("File that holds a client API key (ptlc_...) of a subuser"))
    chat = wishes.chat
    if chat is None and sys.stdin.isatty():
        told = typer.prompt(
            "File that holds the Apprise URL of a chat (empty: later, before the service starts)", default=""
        )
        chat = Path(told) if told else None
    paths = [path.absolute() for path in (key, node, chat) if path is not None]
    if bad := next((path for path in paths if not str(path).isprintable() or " " in str(path)), None):
        raise Refused(f"systemd takes no path with blanks: rename {str(bad)!r}")
    return InitChoices(
        folder=wishes.folder,
        panel=(panel or "").rstrip("/"),
        key=key.absolute() if key is not None else None,
        node=node.absolute() if node is not None else None,
        chat=chat.absolute() if chat is not None else None,
        address=(wishes.address or "").rstrip("/"),
        ca=wishes.ca.absolute() if wishes.ca is not None else None,
    )


def all_files(
    wishes: InitOptions, chosen: InitChoices, profiles: Sequence[Profile]
) -> Iterable[tuple[Path, str]]:
    """What is to be written. Editors find the schema of a file beside it, as its first line says."""
    known, _ = read_packs(())
    packs = Packs(known)
    settings = settings_text(chosen, [(one, packs.of(one)) for one in profiles])
    yield wishes.folder / "automaton.yml", modeline("automaton") + settings
    yield wishes.folder / file_name("automaton"), shipped("automaton")
    for name, text in chosen_recipes([packs.of(one) for one in profiles], known):
        yield wishes.folder / "rules.d" / name, modeline("rules") + text
    yield wishes.folder / "rules.d" / file_name("rules"), shipped("rules")
    yield unit_path(wishes.folder), unit_text()
    yield drop_in_path(wishes.folder), drop_in_text(chosen)


def _judge(files: dict[Path, str], folder: Path) -> None:
    """An address with a mistake in it is told before it stands in a file."""
    path = folder / "automaton.yml"
    errors = [
        one for one in check(files[path], path, {}, in_service=False).problems if one.severity == "error"
    ]
    if errors:
        raise Refused("; ".join(one.message for one in errors))


def _refuse_to_overwrite(files: Iterable[Path], *, force: bool) -> None:
    there = [str(path) for path in files if path.exists()]
    if there and not force:
        raise Refused(f"there is {', '.join(there)} already; `--force` overwrites")


def write_all(files: Mapping[Path, str]) -> None:
    """Writes every file, or none: each beside its place first. Raises OSError."""
    staged = {path.with_name(f".{path.name}.new"): path for path in files}
    try:
        for new, path in staged.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(files[path], encoding="utf-8")
            new.chmod(0o644)
        for new, path in staged.items():
            new.replace(path)
    finally:
        for new in staged:
            with suppress(OSError):  # its folder may be what could not be made
                new.unlink(missing_ok=True)


def _next(
    wishes: InitOptions, chosen: InitChoices, profiles: Sequence[Profile], files: Iterable[Path]
) -> Iterable[str]:
    yield f"{len(profiles)} {'server' if len(profiles) == 1 else 'servers'} seen. Written:"
    yield from (f"  {path}" for path in files)
    yield "Next:"
    secrets = [path for path in (chosen.key, chosen.chat) if path is not None]
    steps = [f"chmod 600 {path}   # others can read it" for path in secrets if _is_open(path)]
    if chosen.chat is None:
        place = f"{chat_file(chosen)} (chmod 600)"
        steps.append(f"write your chat's Apprise URL, as discord://..., to {place}; {NEEDED}")
    elif not chosen.chat.exists():
        steps.append(f"write your chat's Apprise URL to {chosen.chat} (chmod 600); {NEEDED}")
    config = "" if wishes.folder == ETC else f" -c {wishes.folder / 'automaton.yml'}"
    if wishes.folder != ETC:
        units = f"{unit_path(wishes.folder)} and {drop_in_path(wishes.folder).parent}"
        steps.append(f"copy {units} to {UNITS}, and the rest to {ETC}")
    steps.append(f"automaton check{config}")
    steps.append("systemctl daemon-reload && systemctl enable --now automaton && automaton status")
    steps.append("journalctl -fu automaton: `rule.shadow` is what would have been done")
    steps.append("when you trust it: `arm: live` in automaton.yml, then `automaton reload`")
    yield from (f"  {number}. {step}" for number, step in enumerate(steps, 1))


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & 0o077)
    except OSError:
        return False
