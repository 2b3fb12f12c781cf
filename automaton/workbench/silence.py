"""`automaton silence`: holds the actions of some rules on some servers for a while."""

from __future__ import annotations

from collections.abc import Sequence, Set
from pathlib import Path
from urllib.parse import quote

from automaton.did_you_mean import did_you_mean, nearest
from automaton.errors import Invalid, Refused
from automaton.expr.units import duration
from automaton.match.glob import compile_glob
from automaton.printable import say
from automaton.web.routes.servers import ServerRow
from automaton.web.routes.silences import SilenceList, SilenceRow
from automaton.workbench.daemon_client import DaemonClient
from automaton.workbench.daemon_command import TableLayout, print_json, print_list, with_daemon
from automaton.workbench.exit_code import OK
from automaton.workbench.terminal import plain, span, title

OF_A_TAG = "tag:"
OF_A_PACK = "pack:"  # as rules say it
HEAD = ("ID", "RULES", "SERVERS", "ENDS IN", "NOTE")


def silences(config: Path, *, as_json: bool) -> int:
    """Lists those that have not ended. 0, also where there are none."""
    nothing = "nothing is silenced"
    return print_list(
        config, "/v1/silences", SilenceList, lambda answer: answer.silences, LAYOUT, nothing, as_json=as_json
    )


def silence(
    config: Path, rules: Sequence[str], servers: Sequence[str], length: str, note: str, *, as_json: bool
) -> int:
    """Begins one. 0, with a warning where it fits no rule or server now; 1 where it was refused."""

    def work(daemon: DaemonClient) -> int:
        body: dict[str, object] = {
            "rules": list(rules), "servers": list(servers), "seconds": _seconds(length), "note": note,
        }  # fmt: skip
        for warning in _fits_nothing(daemon, rules, servers):
            say(f"warning: {warning}", err=True)
        row = daemon.ask("POST", "/v1/silences", SilenceRow, body)
        if as_json:
            print_json(row)
        say(
            f"silence {row.id}: {_scope(row)}, for {span(row.left)};"
            f" `automaton silence end {row.id}` ends it",
            err=as_json,
        )
        return OK

    return with_daemon(config, work)


def end_silence(config: Path, id_: str, *, as_json: bool) -> int:
    """Ends one. 1 where no silence has this id."""

    def work(daemon: DaemonClient) -> int:
        left = daemon.ask("POST", f"/v1/silences/{quote(id_, safe='')}/end", SilenceList, {})
        if as_json:
            print_json(left)
        say(f"silence {id_} has ended", err=as_json)
        return OK

    return with_daemon(config, work)


def _cells(row: SilenceRow) -> tuple[str, ...]:
    rules, servers = (", ".join(map(plain, globs)) or "*" for globs in (row.rules, row.servers))
    return (row.id, title(rules), title(servers), span(row.left), plain(row.note))


LAYOUT = TableLayout(HEAD, _cells)


def _scope(row: SilenceRow) -> str:
    rules = f"the rules {', '.join(map(plain, row.rules))}" if row.rules else "all rules"
    servers = f"the servers {', '.join(map(plain, row.servers))}" if row.servers else "all servers"
    return f"{rules} on {servers}"


def _seconds(text: str) -> float:
    try:
        return duration(text)
    except Invalid as error:
        problem = error.problem
        hint = f", did you mean `{problem.suggestion}`?" if problem.suggestion else ""
        raise Refused(f"`--for {text}`: {problem.message}{hint}") from None


def _fits_nothing(daemon: DaemonClient, rules: Sequence[str], servers: Sequence[str]) -> list[str]:
    """Warns only: a glob that fits nothing is most often a slip, but may be meant for what is to come."""
    rows = daemon.rules()
    chosen = [row for row in rows if not rules or any(_fits(glob, [row.id]) for glob in rules)]
    known = _Known(
        [row.id for row in rows],
        # Facts are asked for only where a tag is named: there may be thousands of servers.
        daemon.servers_with_facts() if any(map(_is_of_a_tag, servers)) else daemon.servers(),
        {row.by.strip("[").partition(",")[0] for row in chosen},
    )
    doubts = [
        *(known.doubt_of_rule(glob) for glob in rules),
        *(known.doubt_of_server(glob) for glob in servers),
    ]
    return [one for one in doubts if one]


class _Known:
    """What a silence may name now. `by` is of its rules: those by `node` hear nodes by their bare names."""

    def __init__(self, rules: list[str], servers: Sequence[ServerRow], by: Set[str]) -> None:
        self._rules = rules
        self._by = by
        self._nodes = sorted({row.node for row in servers if row.node})
        names = [name for row in servers for name in (row.name, row.id, row.uuid)]
        self._named = [*names, *(f"node:{node}" for node in self._nodes), *_tags_of(servers)]

    def doubt_of_rule(self, glob: str) -> str:
        """Why this may be a slip, "" where it fits a rule."""
        return "" if _fits(glob, self._rules) else f"no rule fits `{glob}` now{_near(glob, self._rules)}"

    def doubt_of_server(self, glob: str) -> str:
        """Why this may be a slip, "" where it fits a server, or a node whose rules are silenced."""
        if _fits(glob, self._named):
            return ""
        if _fits(glob, self._nodes):
            meant = did_you_mean(f"node:{glob}").removeprefix(",")
            return "" if self._by == {"node"} else f"`{glob}` is a node:{meant}"
        if glob.casefold() == "fleet":
            only = "`fleet` names rules by `fleet` alone: name no server, and all are meant"
            return "" if self._by == {"fleet"} else only
        if glob.casefold().startswith(OF_A_PACK):
            return f"no server fits `{glob}`: a silence knows names, `node:` and `tag:`, and no packs"
        return f"no server fits `{glob}` now{_near(glob, self._named)}"


def _tags_of(servers: Sequence[ServerRow]) -> set[str]:
    values = [row.facts["tags"].value for row in servers if "tags" in row.facts]
    return {f"{OF_A_TAG}{tag}" for value in values if isinstance(value, list) for tag in value}


def _is_of_a_tag(glob: str) -> bool:
    return glob.casefold().startswith(OF_A_TAG)


def _near(glob: str, texts: Sequence[str]) -> str:
    return did_you_mean(nearest(glob, map(plain, texts)))


def _fits(glob: str, texts: Sequence[str]) -> bool:
    return any(compile_glob(glob).covers(text) for text in texts)
