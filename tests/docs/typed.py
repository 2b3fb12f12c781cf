"""What a page has its reader type, as scripts that a test can run, and what of it no test runs, with why.

A command is a line of a fence, with all that a here-document, or a `\\` or `|` at its end, joins to it. Law:
a test types what SAFE knows and nothing else, for pages also tell of what changes the whole machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tests.docs.pages import PAGES, blocks, text_of

ELSEWHERE: Mapping[str, tuple[str, str, str]] = {
    "README.md": (
        "\n### The whole of it on an empty Debian\n", "\n## ",
        "tests/packaging/test_readme_on_a_fresh_debian.py",
    ),
    "docs/first-hour.md": (
        "\n## Simulated servers\n", "\n## Your own servers\n",
        "tests/acceptance/test_first_hour_page.py",
    ),
}  # fmt: skip
"""Parts of pages, from what to what, that a test of their own types."""

NOT_RUN: Mapping[str, str] = {
    r"make demo$": "tests/demo plays it; it goes on until Ctrl-C",
    r"export PATH=": "the test sets both",
    r"mkdir \.\./\w+ && cd": "the test has a folder of its own",
    r"\(umask 077; cat > key\)": "waits for what is pasted; the test writes the file",
    r"automaton run$": "goes on until Ctrl-C; the other commands ask the daemon that the test has started",
    r"automaton simulate ": "goes on until Ctrl-C; tests of tests/acceptance start it so",
    r"curl -N ": "a stream, which goes on until Ctrl-C; tests/web read it",
    r"sudo PIPX_HOME=|sudo UV_TOOL_DIR=": "installs for the whole machine; tests/packaging holds the wheel",
    r"sudo automaton init": "asks questions, and writes to /etc; tests/workbench/test_init.py answers them",
    r"sudo systemctl |sudo systemd-creds ": "asks systemd; tests/packaging/test_operating_page.py has one",
    r"make deb$|dpkg-deb -x |sudo new/usr/": "tests/packaging/test_operating_page.py opens what was built",
    r"sudo apt ": "changes the machine; tests/packaging/test_operating_page.py has a root of its own",
    r"podman |mkdir -p config state": "tests/packaging/test_containerfile.py holds its parts",
    r"sudo install -m |echo LoadCredential=|cd /etc/": "tests/packaging/test_operating_page.py types it",
    r"sudo sh -c 'umask 077; automaton web ": "asks at a terminal; tests/workbench/test_web_login.py answers",
    r"sudo automaton cluster ": "tests/acceptance/test_cluster_page.py has one",
    r"sudo install -d |sudo ch(own|mod) ": "of root's files; tests/docs/test_cluster_page.py has its own",
    r"sudo tar ": "of the machine's /etc; tests/packaging/test_operating_page.py types it",
    r"pip install --require-hashes": "installs from an index; `make licences` does that",
}
"""By how a command begins."""


SAFE = re.compile(
    r"(?:sudo )?automaton [a-z][^|;&]*$|curl [^|;&]*$|cat > [\w./]+ <<'END'\n|\(umask 077; [^|&]*\)$",
    re.DOTALL,
)
"""What changes nothing beyond the folder in which it is typed: the rest is for NOT_RUN to explain."""


def commands_of(page: str) -> Iterator[str]:
    """Each command of the page's fences for the shell, in its order, without those that ELSEWHERE types."""
    text = text_of(page)
    if page in ELSEWHERE:
        begins, ends, _ = ELSEWHERE[page]
        before, _, rest = text.partition(begins)
        text = before + "".join(rest.partition(ends)[1:])
    for kind, inside in blocks(text):
        if kind in ("sh", ""):
            yield from split(inside)


def split(script: str) -> Iterator[str]:
    """The commands of a script."""
    parts = re.compile(r"(?ms)^cat > \S+ <<'END'\n.*?^END$|^(?:[^\\\n|]|\\.|\|\n?)*$")
    for found in parts.finditer(script):
        command = found[0].strip()
        if command and not command.startswith("#"):
            yield command


def why_not(command: str) -> str:
    """Why no test runs it; empty for what one does."""
    return next((reason for begins, reason in NOT_RUN.items() if re.match(begins, command)), "")


def pages_to_type() -> list[str]:
    """Those with a command that is to be run."""
    return [page for page in PAGES if any(is_typed(command) for command in commands_of(page))]


def is_typed(command: str) -> bool:
    """Whether a test types it: it is safe, and there is no reason not to."""
    bare = re.sub(r" +# .*$", "", command)
    return SAFE.match(bare) is not None and not why_not(command)
