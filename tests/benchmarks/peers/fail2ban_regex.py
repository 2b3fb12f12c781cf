"""fail2ban-regex: a `failregex` each in one filter, no date in the lines; who failed is the match itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.peers.tool import answer_of, number_in, write_lines

_PARTS = re.compile(r"(?s)(\(\?i\))?(\^)?(.*?)(\$)?")


class Fail2banRegex:
    """Debian's package `fail2ban`."""

    name = "fail2ban-regex"
    most_lines: int | None = None

    def version(self) -> str | None:
        found = number_in(answer_of("fail2ban-regex", "--version"), "fail2ban-regex")
        python = number_in(answer_of("/usr/bin/python3", "--version"), "Python")
        return found and f"{found}, Python {python}"

    def rules(self, patterns: Sequence[str]) -> str:
        """Its filter. Each `failregex` has to say who failed; `%` is the parser's own sign."""
        each = [_with_identity(one).replace("%", "%%") for one in patterns]
        return "[Definition]\ndatepattern = {NONE}\nfailregex = " + "\n            ".join(each) + "\n"

    def prepare(self, folder: Path, patterns: Sequence[str], lines: Sequence[str]) -> list[str]:
        (folder / "rules.conf").write_text(self.rules(patterns), encoding="utf-8")
        read = write_lines(folder / "lines", lines)
        return ["fail2ban-regex", "--encoding=utf-8", "--out=msg", str(read), str(folder / "rules.conf")]

    def hits(self, output: str) -> int:
        return sum(map(bool, output.splitlines()))


def _with_identity(pattern: str) -> str:
    """What stands between the anchors, behind the flags, is who failed."""
    found = _PARTS.fullmatch(pattern)
    assert found is not None
    flags, begin, middle, end = (part or "" for part in found.groups())
    return f"{flags}{begin}<F-ID>{middle}</F-ID>{end}"
