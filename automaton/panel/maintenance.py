"""What a Panel alone can do to a server: backups, files, variables of the egg, a reinstall (protocol.md 6.2).

Names are literal for Wings, and it says nothing of those that are not there: so a folder is listed before
something in it is deleted or renamed. Nothing here is asked twice.
"""

from __future__ import annotations

from dataclasses import replace

import anyio

from automaton.core.calls import FileChange, FileOperation
from automaton.core.outcome import Outcome, Result
from automaton.errors import AutomatonError, Refused
from automaton.match.path_glob import WILD, fitting
from automaton.pace.http_client import MOST_OF_A_LIST
from automaton.panel.backup_rotation import expendable
from automaton.panel.http_status import OF_THE_DAEMON, WAY
from automaton.panel.requests import NO_PANEL, PanelRequests
from automaton.panel.responses import ListedBackup, is_locked, read_backups, read_names

MAX_BACKUP_PAGES = 50
"""Of 20 backups each: a server with a thousand is none that anybody rotates by hand."""

MAX_FOLDERS = 20  # that one deletion looks into; each is a request
MAX_NAMES = 500
"""Of one deletion, once its globs are resolved: more are a folder, which goes as a whole."""

LISTED_WITHIN = 60.0  # seconds for all listings of one call
UNPACKED_WITHIN = 900.0
"""Seconds: the Panel itself waits a quarter of an hour for Wings to unpack."""

NOT_LOCKED = "the backup is made and not locked: that takes the permission `backup.delete` of the key's user"


class Maintenance(PanelRequests):
    """Asks for what is done between two starts of a server."""

    async def backup(self, uuid: str, name: str, *, locked: bool = False) -> Outcome:
        """Asks for a backup. DONE means that it began; `ref` is its uuid, where the answer names it."""
        asked = {"name": name, "is_locked": True} if locked else {"name": name}
        outcome, body = await self.answered(f"/servers/{uuid}/backups", asked)
        if outcome.result is not Result.DONE:
            return outcome
        return replace(outcome, detail=NOT_LOCKED) if locked and not is_locked(body) else outcome

    async def rotate_backups(self, uuid: str, made: tuple[str, ...], keep: int) -> Outcome:
        """Deletes the oldest of the backups with these uuids but `keep`; `ref` are those left, in order."""
        try:
            with anyio.fail_after(LISTED_WITHIN):
                listed = await self._backups(uuid)
        except (AutomatonError, TimeoutError) as problem:
            return _not_listed(problem)
        left = {one.uuid for one in listed}
        for old in expendable(listed, made, keep):
            outcome = await self.act(f"/servers/{uuid}/backups/{old}", method="DELETE")
            if outcome.result is not Result.DONE:
                return outcome
            left.discard(old)
        return Outcome(Result.DONE, way=WAY, ref=" ".join(one for one in made if one in left))

    async def change_files(self, uuid: str, change: FileChange) -> Outcome:
        """Does one change. DONE with a `detail` says what was so already."""
        files = f"/servers/{uuid}/files"
        match change.operation:
            case FileOperation.DELETE:
                return await self._delete(files, change.paths)
            case FileOperation.RENAME:
                return await self._rename(files, *change.paths)
            case FileOperation.WRITE:
                content = change.text.encode(errors="replace")
                return await self.act(
                    f"{files}/write", params={"file": f"/{change.paths[0]}"}, content=content
                )
            case FileOperation.DECOMPRESS:
                folder, _, name = change.paths[0].rpartition("/")
                body = {"root": f"/{folder}", "file": name}
                return await self.act(f"{files}/decompress", body, within=UNPACKED_WITHIN)

    async def set_startup(self, uuid: str, variables: tuple[tuple[str, str], ...]) -> Outcome:
        """Sets variables, one request each, up to the first that is refused; says which were set before."""
        done: list[str] = []
        for name, value in variables:
            body = {"key": name, "value": value}
            outcome = await self.act(f"/servers/{uuid}/startup/variable", body, method="PUT")
            if outcome.result is not Result.DONE:
                before = f"; set before it: {', '.join(done)}" if done else ""
                return Outcome(outcome.result, f"`{name}`: {outcome.detail}{before}", WAY, outcome.passing)
            done.append(name)
        return Outcome(Result.DONE, way=WAY)

    async def reinstall(self, uuid: str) -> Outcome:
        """Asks for an installation. DONE means that it began."""
        return await self.act(f"/servers/{uuid}/settings/reinstall")

    async def _backups(self, uuid: str) -> list[ListedBackup]:
        found: list[ListedBackup] = []
        number = pages = 1
        while number <= pages:
            page = read_backups(
                await self.get(f"/servers/{uuid}/backups", {"page": number}, most=MOST_OF_A_LIST)
            )
            if page is None:
                raise Refused(NO_PANEL, status=200)
            backups, pages = page
            if pages > MAX_BACKUP_PAGES:
                raise Refused(
                    f"the server has {pages} pages of backups; {MAX_BACKUP_PAGES} are read", status=200
                )
            found += backups
            number += 1
        return found

    async def _delete(self, files: str, paths: tuple[str, ...]) -> Outcome:
        """Deletes what is there of these paths, and says what is not."""
        folders = {path.rpartition("/")[0] for path in paths}
        if len(folders) > MAX_FOLDERS:
            detail = f"the paths are in {len(folders)} folders; {MAX_FOLDERS} are the most at once"
            return Outcome(Result.REFUSED, detail, WAY)
        try:
            with anyio.fail_after(LISTED_WITHIN):
                there = {folder: await self._names(files, folder) for folder in sorted(folders)}
        except (AutomatonError, TimeoutError) as problem:
            return _not_listed(problem)
        found: dict[str, None] = {}
        missing: list[str] = []
        for path in paths:
            fits = _resolved(path, there[path.rpartition("/")[0]])
            found.update(dict.fromkeys(fits))
            missing += [] if fits else [f"`{path}`"]
        detail = f"not there: {', '.join(missing)}" if missing else ""
        if not found:
            return Outcome(Result.DONE, detail, WAY)
        if len(found) > MAX_NAMES:
            detail = f"{len(found)} files fit, {MAX_NAMES} are the most: delete their folder"
            return Outcome(Result.REFUSED, detail, WAY)
        outcome = await self.act(f"{files}/delete", {"root": "/", "files": list(found)})
        return Outcome(Result.DONE, detail, WAY) if outcome.result is Result.DONE else outcome

    async def _rename(self, files: str, source: str, target: str) -> Outcome:
        """Renames what is there; Wings would say nothing of what is not (protocol.md 6.2)."""
        folder, _, name = source.rpartition("/")
        try:
            with anyio.fail_after(LISTED_WITHIN):
                names = await self._names(files, folder)
        except (AutomatonError, TimeoutError) as problem:
            return _not_listed(problem)
        if name not in names:
            return Outcome(Result.REFUSED, f"there is no `{source}`", WAY)
        body = {"root": "/", "files": [{"from": source, "to": target}]}
        return await self.act(f"{files}/rename", body, method="PUT")

    async def _names(self, files: str, folder: str) -> list[str]:
        """What is in a folder; nothing in one that is not there."""
        try:
            body = await self.get(f"{files}/list", {"directory": f"/{folder}"}, most=MOST_OF_A_LIST)
        except Refused as problem:
            if problem.status == 404 and problem.code == OF_THE_DAEMON:
                return []
            raise
        names = read_names(body)
        if names is None:
            raise Refused(NO_PANEL, status=200)
        return names


def _resolved(path: str, there: list[str]) -> list[str]:
    folder, slash, name = path.rpartition("/")
    if WILD & set(name):
        return [f"{folder}{slash}{one}" for one in fitting(name, there)]
    return [path] if name in there else []


def _not_listed(problem: Exception) -> Outcome:
    """What was to be looked at first could not be: nothing was done."""
    if isinstance(problem, Refused):
        return Outcome(Result.REFUSED, str(problem), WAY)
    said = str(problem) or f"the Panel did not answer within {LISTED_WITHIN:g} s"
    return Outcome(Result.FAILED, said, WAY)
