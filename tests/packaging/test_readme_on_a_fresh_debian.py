"""README.md's list for an empty Debian, typed as it stands there: from the package to a rule on the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import fences, text_of
from tests.packaging.debian_root import DebianRoot

PASSWORD = "correct horse battery"
SECTION = (
    text_of("README.md").partition("\n### The whole of it on an empty Debian\n")[2].partition("\n## ")[0]
)
(LIST,) = fences(SECTION, "sh")
COMMANDS = LIST.strip().splitlines()
# What a person sees before the next line is typed; who types a password has no terminal here.
SEEN_AFTER = {
    "sudo systemctl enable": "until automaton status | grep -q ' 3/3 servers'; do sleep 0.1; done",
    "curl -X POST": "until automaton plan | grep -q crash-alert; do sleep 0.1; done",
}
AT_THE_PAGE = f"""
page() {{ curl --silent --fail --cookie-jar jar --cookie jar "$@"; }}
page -H 'Origin: http://127.0.0.1:9532' -d name=anna -d 'password={PASSWORD}' -d next=/ -d code= \\
  http://127.0.0.1:9532/login > /dev/null
page http://127.0.0.1:9532/
page http://127.0.0.1:9532/rules/crash-alert
"""


def test_it_is_under_ten_commands() -> None:
    assert 3 < len(COMMANDS) < 10


@pytest.mark.debian
@pytest.mark.long
@pytest.mark.xdist_group("debian")
def test_the_list_leads_to_a_rule_that_is_seen_on_the_page(
    before: DebianRoot, package: Path, tmp_path: Path
) -> None:
    root = before.on_top(tmp_path / "root")
    root.takes(package, f"/root/build/deb/{package.name}")
    install, *rest = COMMANDS

    root.runs(f"{install.replace('install', 'install -y --no-install-recommends')} 2>&1")
    said = root.runs("\n".join([*map(_typed, rest), AT_THE_PAGE]), alone=True)

    assert "3 servers seen" in said
    assert re.search(r"crash-alert for lobby: fired once in shadow", said)
    fleet, rule = said.split("</html>")[:2]
    assert "lobby" in fleet
    assert "crash-alert" in rule
    assert "shadow" in rule


def _typed(line: str) -> str:
    seen = "".join(f"\n{what}" for begin, what in SEEN_AFTER.items() if line.startswith(begin))
    answered = f"{line} <<< '{PASSWORD}'" if " init " in line else line
    return f"{answered}{seen}"
