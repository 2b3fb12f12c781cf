"""The files of one server: a small tree of texts, as far as a rule may change them (protocol.md 6.2).

As in Wings names are literal, and nothing is said of one that is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

ARCHIVE = "archive of: "
"""How the text of an archive begins; the names that it holds follow, with spaces between them."""

ARCHIVES = (".tar.gz", ".tgz", ".zip", ".tar")
FIRST = {
    "server.jar": "(the game)",
    "server.properties": "motd=A server\n",
    "plugins/Essentials/config.yml": "debug: false\n",
    "seeds/next.tar.gz": f"{ARCHIVE}map/level.dat map/region/r.0.0.mca",
}
WORLDS = ("world", "world_nether", "world_the_end")


class FileProblem(Exception):
    """What Wings answers instead: an HTTP status and a sentence."""

    def __init__(self, status: int, said: str) -> None:
        self.status, self.said = status, said
        super().__init__(said)


class ServerFiles:
    """Texts by path, without a slash in front. A folder is there as long as something is in it."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = dict(FIRST)

    def boot(self, variables: Mapping[str, str]) -> None:
        """What a game does at its start: a world that is not there is made, of the seed that is set."""
        for world in WORLDS:
            self.texts.setdefault(f"{world}/level.dat", f"seed={variables.get('SEED', '')}\n")

    def install(self) -> None:
        """What the egg's script does: the game is downloaded anew, and the rest is left alone."""
        self.texts["server.jar"] = "(the game, installed anew)"

    def listed(self, folder: str) -> list[tuple[str, bool, int]]:
        """What is in a folder: name, whether it is a file, size. Raises FileProblem where it is not there."""
        within = f"{_clean(folder)}/" if _clean(folder) else ""
        found: dict[str, tuple[str, bool, int]] = {}
        for path, text in self.texts.items():
            if path.startswith(within):
                name, slash, _ = path.removeprefix(within).partition("/")
                found[name] = (name, not slash, 0 if slash else len(text))
        if within and not found:
            raise FileProblem(404, "The requested resources was not found on the system.")
        return sorted(found.values())

    def read(self, path: str) -> str:
        """The text of a file. Raises FileProblem where it is not there."""
        text = self.texts.get(_clean(path))
        if text is None:
            raise FileProblem(404, "The requested resources was not found on the system.")
        return text

    def write(self, path: str, text: str) -> None:
        """Writes a file, and makes the folders that it needs."""
        self.texts[_clean(path)] = text

    def delete(self, root: str, names: Iterable[str]) -> None:
        """Deletes files, and folders with all in them."""
        for name in names:
            gone = _joined(root, name)
            for path in list(self.texts):
                if path == gone or path.startswith(f"{gone}/"):
                    del self.texts[path]

    def rename(self, root: str, source: str, target: str) -> None:
        """Renames a file or a folder. Raises FileProblem where the new name is taken."""
        old, new = _joined(root, source), _joined(root, target)
        if any(path == new or path.startswith(f"{new}/") for path in self.texts):
            raise FileProblem(400, "Cannot move or rename file, destination already exists.")
        for path in list(self.texts):
            if path == old or path.startswith(f"{old}/"):
                self.texts[new + path.removeprefix(old)] = self.texts.pop(path)

    def decompress(self, root: str, name: str) -> None:
        """Unpacks an archive into `root`. Raises FileProblem for what is none."""
        text = self.read(_joined(root, name))
        if not name.endswith(ARCHIVES) or not text.startswith(ARCHIVE):
            raise FileProblem(400, "The archive provided is in a format Wings does not understand.")
        for held in text.removeprefix(ARCHIVE).split():
            self.write(_joined(root, held), "(unpacked)")


def _joined(root: str, name: str) -> str:
    return _clean(f"{root}/{name}")


def _clean(path: str) -> str:
    """The path without what Wings' own join takes out. Raises FileProblem for one that leaves the server."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                raise FileProblem(400, "The requested path resolves to a location outside of the server.")
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
