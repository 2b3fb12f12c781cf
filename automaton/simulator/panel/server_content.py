"""What the Panel does to a server between its starts: backups, files, variables, a reinstall.

Protocol.md 6.2; read from Pterodactyl's own routes and services, of which the texts are quoted.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from automaton.simulator.panel.access_control import AccessControl, PanelError
from automaton.simulator.panel.accounts import User
from automaton.simulator.panel.response_bodies import listed
from automaton.simulator.wings.backups import RESTORED, ServerBackup
from automaton.simulator.wings.game_server import GameServer
from automaton.simulator.wings.installation import BUSY, install
from automaton.simulator.wings.server_files import FileProblem

T = TypeVar("T")

RESTORE_SECONDS = 10.0
BACKUPS_A_PAGE = 20
MADE_AT_MOST, MADE_WITHIN = 2, 600.0
"""Backups of one server in so many seconds, whoever asks, deleted ones too (config/backups.php)."""


class ServerContent(AccessControl):
    """The routes of one Panel below a server, but for power, commands and tokens."""

    def content_routes(self, one: str) -> list[Route]:
        """Its routes, below the path of one server."""
        backup = f"{one}/backups/{{backup}}"
        handlers = (
            ("POST", f"{one}/settings/reinstall", self._reinstall),
            ("GET", f"{one}/backups", self._list_backups),
            ("POST", f"{one}/backups", self._back_up),
            ("GET", backup, self._show_backup),
            ("DELETE", backup, self._delete_backup),
            ("POST", f"{backup}/lock", self._lock_backup),
            ("POST", f"{backup}/restore", self._restore),
            ("GET", f"{one}/files/list", self._list_files),
            ("GET", f"{one}/files/contents", self._read_file),
            ("POST", f"{one}/files/write", self._write_file),
            ("PUT", f"{one}/files/rename", self._rename_files),
            ("POST", f"{one}/files/delete", self._delete_files),
            ("POST", f"{one}/files/decompress", self._decompress_file),
            ("GET", f"{one}/startup", self._show_startup),
            ("PUT", f"{one}/startup/variable", self._set_variable),
        )
        return [Route(path, self.for_server(handler), methods=[method]) for method, path, handler in handlers]

    async def _reinstall(self, request: Request, user: User, server: GameServer) -> Response:
        self._admit(user, server, "settings.reinstall")
        if not install(server):
            text = f"An error occurred on the remote host: {BUSY}"
            raise PanelError(409, "DaemonConnectionException", text)
        self._note(server, "reinstall", user)
        return Response(status_code=202)

    # Backups

    async def _list_backups(self, request: Request, user: User, server: GameServer) -> Response:
        self.check_may(user, server, "backup.read")
        self.check_state(server)
        shown = [_shown(one) for one in server.backups.all()]
        return JSONResponse(listed(shown, page=number_in(request, "page", 1), per_page=BACKUPS_A_PAGE))

    async def _show_backup(self, request: Request, user: User, server: GameServer) -> Response:
        self.check_may(user, server, "backup.read")
        return JSONResponse(_shown(self._backup(request, server)))

    async def _back_up(self, request: Request, user: User, server: GameServer) -> Response:
        self._admit(user, server, "backup.create")
        self._count_backup(server)
        body = await _body(request)
        # Who may not delete backups may not lock one either: the wish is ignored, and nothing is said.
        locked = body.get("is_locked") is True and user.may(server.build.uuid, "backup.delete")
        backup = server.backups.begin(_text(body, "name"), f"panel {user.name}", locked=locked)
        return JSONResponse(_shown(backup))

    def _count_backup(self, server: GameServer) -> None:
        """Raises PanelError where too many were made lately, or too many are there."""
        now = self.inventory.schedule.now.wall
        lately = [one for one in server.backups.made if now - one < MADE_WITHIN]
        if len(lately) >= MADE_AT_MOST:
            text = f"Only two backups may be generated within a {MADE_WITHIN:g} second span of time."
            after = {"Retry-After": str(ceil(lately[0] + MADE_WITHIN - now))}
            raise PanelError(429, "TooManyRequestsHttpException", text, after)
        most = server.backups.most
        if server.backups.counted() >= most:
            text = f"Cannot create a new backup, this server has reached its limit of {most} backups."
            raise PanelError(400, "TooManyBackupsException", text)

    async def _delete_backup(self, request: Request, user: User, server: GameServer) -> Response:
        self._admit(user, server, "backup.delete")
        backup = self._backup(request, server)
        if backup.is_locked and not backup.has_failed:
            raise PanelError(400, "BackupLockedException", "Cannot delete a backup that is marked as locked.")
        server.backups.delete(backup.uuid, f"panel {user.name}")
        return Response(status_code=204)

    async def _lock_backup(self, request: Request, user: User, server: GameServer) -> Response:
        self.check_may(user, server, "backup.delete")
        return JSONResponse(_shown(server.backups.toggle_lock(self._backup(request, server).uuid)))

    async def _restore(self, request: Request, user: User, server: GameServer) -> Response:
        self._admit(user, server, "backup.restore")
        if self._backup(request, server).completed is None:
            text = "This backup cannot be restored at this time: not completed or failed."
            raise PanelError(400, "BadRequestHttpException", text)
        server.backups.restore(RESTORED, RESTORE_SECONDS)
        return Response(status_code=204)

    def _backup(self, request: Request, server: GameServer) -> ServerBackup:
        backup = server.backups.find(request.path_params["backup"])
        if backup is None:
            text = "The requested resource could not be found on the server."
            raise PanelError(404, "NotFoundHttpException", text)
        return backup

    # Files

    async def _list_files(self, request: Request, user: User, server: GameServer) -> Response:
        self._admit(user, server, "file.read")
        folder = request.query_params.get("directory", "/")
        found = _of_wings(lambda: server.files.listed(folder))
        data = [
            {"object": "file_object", "attributes": {"name": name, "is_file": is_file, "size": size}}
            for name, is_file, size in found
        ]
        return JSONResponse({"object": "list", "data": data})

    async def _read_file(self, request: Request, user: User, server: GameServer) -> Response:
        self._admit(user, server, "file.read-content")
        path = request.query_params.get("file", "")
        return PlainTextResponse(_of_wings(lambda: server.files.read(path)))

    async def _write_file(self, request: Request, user: User, server: GameServer) -> Response:
        self._admit(user, server, "file.create")
        path, text = request.query_params.get("file", ""), (await request.body()).decode(errors="replace")
        _of_wings(lambda: server.files.write(path, text))
        self._note(server, f"write {path}", user)
        return Response(status_code=204)

    async def _rename_files(self, request: Request, user: User, server: GameServer) -> Response:
        self._admit(user, server, "file.update")
        body = await _body(request)
        for one in _items(body):
            if isinstance(one, dict):
                source, target = _text(one, "from"), _text(one, "to")
                self._rename(server, _text(body, "root"), source, target)
                self._note(server, f"rename {source} {target}", user)
        return Response(status_code=204)

    def _rename(self, server: GameServer, root: str, source: str, target: str) -> None:
        _of_wings(lambda: server.files.rename(root, source, target))

    async def _delete_files(self, request: Request, user: User, server: GameServer) -> Response:
        self._admit(user, server, "file.delete")
        body = await _body(request)
        names = [one for one in _items(body) if isinstance(one, str)]
        _of_wings(lambda: server.files.delete(_text(body, "root"), names))
        self._note(server, f"delete {' '.join(names)}", user)
        return Response(status_code=204)

    async def _decompress_file(self, request: Request, user: User, server: GameServer) -> Response:
        self._admit(user, server, "file.create")
        body = await _body(request)
        _of_wings(lambda: server.files.decompress(_text(body, "root"), _text(body, "file")))
        self._note(server, f"decompress {_text(body, 'file')}", user)
        return Response(status_code=204)

    # Variables of the egg

    async def _show_startup(self, request: Request, user: User, server: GameServer) -> Response:
        self.check_may(user, server, "startup.read")
        egg = server.build.egg
        data = [
            {
                "object": "egg_variable",
                "attributes": {
                    "env_variable": one.name,
                    "default_value": one.default,
                    "server_value": server.variables[one.name],
                    "is_editable": one.is_editable,
                },
            }
            for one in egg.variables
            if one.is_viewable
        ]
        return JSONResponse({"object": "list", "data": data, "meta": {"startup_command": egg.startup}})

    async def _set_variable(self, request: Request, user: User, server: GameServer) -> Response:
        self.check_may(user, server, "startup.update")
        self.check_state(server)
        body = await _body(request)
        key, value = _text(body, "key"), _text(body, "value")
        found = next((one for one in server.build.egg.variables if one.name == key), None)
        if found is None or not found.is_viewable:
            text = "The environment variable you are trying to edit does not exist."
            raise PanelError(400, "BadRequestHttpException", text)
        if not found.is_editable:
            text = "The environment variable you are trying to edit is read-only."
            raise PanelError(400, "BadRequestHttpException", text)
        if not found.fits(value):
            raise PanelError(422, "ValidationException", found.told)
        server.variables[key] = value
        self.inventory.log.add(
            self.inventory.schedule.now.wall,
            "startup",
            server.build.uuid,
            f"{key}={value}",
            f"panel {user.name}",
        )
        return JSONResponse(
            {"object": "egg_variable", "attributes": {"env_variable": key, "server_value": value}}
        )

    def _admit(self, user: User, server: GameServer, permission: str) -> None:
        self.check_may(user, server, permission)
        self.check_state(server)
        self.check_node(server)

    def _note(self, server: GameServer, detail: str, user: User) -> None:
        wall = self.inventory.schedule.now.wall
        self.inventory.log.add(wall, "files", server.build.uuid, detail, f"panel {user.name}")


def number_in(request: Request, name: str, default: int) -> int:
    """A number from 1 on in the address."""
    text = request.query_params.get(name, "")
    return max(1, int(text)) if text.isdigit() else default


async def field_of(request: Request, name: str) -> str:
    """A text in the body, empty for none."""
    return _text(await _body(request), name)


async def _body(request: Request) -> dict[str, object]:
    try:
        body = await request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _text(body: dict[str, object], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _items(body: dict[str, object]) -> list[object]:
    files = body.get("files")
    return list(files) if isinstance(files, list) else []


def _shown(backup: ServerBackup) -> dict[str, object]:
    return {"object": "backup", "attributes": backup.shown()}


def _of_wings(act: Callable[[], T]) -> T:
    """What Wings answers, in the Panel's shape where it refuses."""
    try:
        return act()
    except FileProblem as problem:
        text = f"An error was encountered while trying to communicate with the daemon: {problem.said}"
        raise PanelError(problem.status, "DaemonConnectionException", text) from problem
