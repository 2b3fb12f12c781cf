"""Changes files of the server through the Panel: deletes, renames, writes, unpacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from pydantic import ValidationInfo, model_validator

from automaton.core.calls import Authority, Call, FileChange, FileOperation, World
from automaton.core.console.command import FORBIDDEN, SURROGATE
from automaton.core.outcome import Outcome
from automaton.core.pack import Pack
from automaton.core.rules.action import Ask, Memo, Progress
from automaton.core.rules.scene import StepScene
from automaton.core.stable_names import stable_name
from automaton.expr.guarded_fill import fill_guarded
from automaton.expr.template import Template
from automaton.match.path_glob import why_no_path, why_no_segment
from automaton.schema.base import OneOrMany, Strict, TemplateText
from automaton.schema.invalid import invalid
from automaton.schema.kinds import Wants
from automaton.schema.maintenance import PanelStep
from automaton.words_of_others import At

MOST_PATHS = 50  # of one step; the Panel and Wings take them in one request
LONGEST_TEXT = 64 * 1024  # characters of a file that is written: a configuration, not a world

DELETE, RENAME, WRITE, DECOMPRESS = FileOperation

NEEDS: Mapping[FileOperation, tuple[str, ...]] = {
    DELETE: ("file.read", "file.delete"),
    RENAME: ("file.read", "file.update"),
    WRITE: ("file.create",),
    DECOMPRESS: ("file.create",),
}
"""The Panel's permissions (protocol.md 6.2). What is deleted or renamed is looked for in its folder first."""


@stable_name("ChangeFiles")
@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFiles(Call):
    """One change of a server's files."""

    verb: ClassVar[str] = "files"
    lane: ClassVar[str] = "files"  # unpacking takes minutes, and no command of another run waits for it
    bounds_itself: ClassVar[bool] = True  # by what the Panel itself waits for (panel/maintenance.py)
    change: FileChange

    async def perform(self, world: World) -> Outcome:
        """Has the Panel do it."""
        return await world.servers.change_files(self.server, self.change)

    @property
    def argument(self) -> str:
        """As in `delete world, world_nether`, `rename a to b`; never the text that is written."""
        between = " to " if self.change.operation is RENAME else ", "
        return f"{self.change.operation} {between.join(self.change.paths)}"

    def fields(self) -> Mapping[str, str]:
        """The operation and the paths."""
        return {"files": self.argument}

    def in_full(self) -> str:
        """With the text that is written."""
        return f"{self.verb} {self.argument} {self.change.text}".rstrip()

    def in_short(self) -> str:
        """The operation; a path may contain a date."""
        return f"{self.verb} {self.change.operation}"

    def not_allowed(self, authority: Authority | None, pack: Pack) -> str:
        """The first path that is not allowed. An archive may hold anything that its folder may."""
        paths = [*self.change.paths]
        if self.change.operation is DECOMPRESS:
            paths += [beside(path) for path in self.change.paths]
        for path in paths:
            if authority is None or not authority.allows_path(path):
                return f"the path `{path}` (`files`)"
        return ""


def beside(archive: str) -> str:
    """The glob for everything in the folder of an archive, into which it is unpacked."""
    return f"{archive.rpartition('/')[0]}/*".lstrip("/")


class FilesModel(Strict):
    """One operation on the files of a server."""

    keys_of: ClassVar[At | None] = At.FILES

    delete: OneOrMany[TemplateText] = ()
    rename: TemplateText | None = None
    to: TemplateText | None = None
    write: TemplateText | None = None
    text: TemplateText | None = None
    decompress: TemplateText | None = None

    @model_validator(mode="after")
    def _is_one_operation(self, info: ValidationInfo) -> Self:
        found = list(self.operations())
        if len(found) != 1:
            said = " and ".join(f"`{one}`" for one in found)
            message = f"{said} are two operations: each is a step of its own" if found else "nothing is done"
            expected = "one of `delete`, `rename` with `to`, `write` with `text`, `decompress`"
            raise invalid("files", message, expected=expected)
        for first, second, one, other in (
            ("rename", "to", self.rename, self.to), ("write", "text", self.write, self.text),
        ):  # fmt: skip
            if (one is None) is not (other is None):
                raise invalid("files", f"`{first}` and `{second}` belong together: one of them is missing")
        if len(self.delete) > MOST_PATHS:
            raise invalid("files", f"one step deletes at most {MOST_PATHS} paths; a folder goes as a whole")
        for path in self.paths():
            _check_literal(path, is_glob=bool(self.delete))
        return self

    def operations(self) -> Iterator[FileOperation]:
        """Those that are named."""
        for operation in FileOperation:
            if getattr(self, operation.value):
                yield operation

    def paths(self) -> tuple[Template, ...]:
        """The paths, as they are written."""
        return (*self.delete, *(one for one in (self.rename, self.to, self.write, self.decompress) if one))


def _check_literal(path: Template, *, is_glob: bool) -> None:
    """Refuses what is no path whatever its values are."""
    probe = "".join(piece if isinstance(piece, str) else "x" for piece in path.pieces)
    if problem := why_no_path(probe, is_glob=is_glob):
        better = probe.strip("/") if len(path.pieces) == 1 else ""
        better = "" if why_no_path(better, is_glob=is_glob) else better
        raise invalid("no-path", f"`{path.source}`: {problem}", path.origin, suggestion=better)


@stable_name("Files")
class Files(PanelStep):
    """One operation on the server's files, for wipes and configuration between two starts.

    ```yaml
    files: {delete: [world, "world_*"]}
    else: [{notify: ops, text: "${name} keeps its world: ${result.reason}"}, end]
    ```

    `{rename: world, to: old}` · `{write: motd.txt, text: "…"}` · `{decompress: seeds/next.tar.gz}`, which is
    unpacked beside itself. Paths are below the server's root; `*` and `?` stand in the last segment of what
    is deleted. Each must be allowed by `limits.allow.files`; what an archive is unpacked into, too. A filled
    value in a path is part of one segment, and never empty, `.` or `..`; one in a `text` has no control
    character.
    """

    verb: ClassVar[str] = "files"

    files: FilesModel

    @property
    def operation(self) -> FileOperation:
        """What is done."""
        return next(self.files.operations())

    def wants(self) -> Wants:
        """Its paths."""
        paths = self.files.paths()
        return Wants(paths=paths, unpacks=self.operation is DECOMPRESS, permissions=NEEDS[self.operation])

    def step(self, scene: StepScene, memo: Memo | None) -> Progress:
        """Refuses what is no path, else has it done and takes the outcome."""
        if memo is not None:
            return self.ended(scene)
        paths = []
        for template in self.files.paths():
            path, problem = self._path(template, scene)
            if problem:
                return self.refused(problem)
            paths.append(path)
        text, problem = _text(self.files.text, scene)
        if problem:
            return self.refused(problem)
        change = FileChange(self.operation, tuple(paths), text)
        return Ask(ChangeFiles(server=scene.facts.profile.uuid, change=change), {"asked": True})

    def _path(self, template: Template, scene: StepScene) -> tuple[str, str]:
        path, problem = fill_guarded(template, scene, scene.now.mono, why_no_segment)
        # Two values beside each other, or one beside a dot, may still come to `..`.
        problem = problem or why_no_path(path, is_glob=self.operation is DELETE)
        return path, f"`{template.source}` is no path to use: {problem}" if problem else ""


def _text(template: Template | None, scene: StepScene) -> tuple[str, str]:
    if template is None:
        return "", ""
    text, problem = fill_guarded(template, scene, scene.now.mono, _why_no_value)
    if not problem and len(text) > LONGEST_TEXT:
        problem = f"the text has {len(text)} characters, {LONGEST_TEXT} are the most"
    return text, problem


def _why_no_value(value: str) -> str:
    found = FORBIDDEN.search(value) or SURROGATE.search(value)
    return f"it holds the control character U+{ord(found[0]):04X}" if found else ""
