"""What each key means, in a sentence or two, shown by editors.

Triggers and actions say it in their docstrings; the keys of everything else are described here.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from automaton.rulebook.model import RuleFile, RuleModel
from automaton.rulebook.own_fact_model import OwnFactModel
from automaton.settings.model import Settings

KEY_DESCRIPTIONS: Mapping[type[BaseModel], Mapping[str, str]] = {
    RuleModel: {
        "id": "Names the rule in state, metrics and silences: letters, digits, `-`, `_`, `.`."
        " The same `id` in a later file overrides the earlier rule key by key.",
        "note": "What it is for. Shown in `explain`, and the text of a `notify` that has none.",
        "arm": "`live`, `shadow` (judges everything, does nothing) or `off`. Never above `limits.arm`.",
        "severity": "`info`, `warning` (the default) or `critical`: which channels take its messages.",
        "servers": "Which servers: a group's name, or keys that all must fit. Without it all of them.",
        "by": "What one incident belongs to: `server` (the default), `node`, `fleet`; or a list of"
        " expressions that are added to it, as `[it.player]`.",
        "when": "Something happens: a trigger. Either this or `while`.",
        "while": "Something holds: an expression that is true for a stretch of time. Either this or `when`.",
        "for": "`while` must hold so long. A false moment starts the hold over, an unknown one pauses it.",
        "until": "What ends the incident: an expression, a trigger, or a duration (so long `while` false, or"
        " `when` without a match). Without it `while` ends with its expression, `when` with its run.",
        "if": "A guard, read when the rule would fire. Unknown counts as false.",
        "count": "Fire when so many matches lie `within` the sliding window.",
        "within": "The window of `count`; the time in which `unless` must follow, or after which `first`"
        " forgets.",
        "distinct": "Count different values of this instead of matches.",
        "first": "Fire only for a value of this that the key has not seen before, or not `within` so long.",
        "unless": "Fire if `when` is *not* followed by this `within` the time.",
        "do": "The actions of a run, one after the other.",
        "on_clear": "Actions when the incident ends, after its run.",
        "cooldown": "So long after a run has ended, failed or not, further fires are refused.",
        "escalate": "What is done `after` so long, and then `every` so long, while the incident is open,"
        " `unless` something is true.",
        "breaker": "So many runs are allowed in the window. The next fire trips it: `then` runs once, and the"
        " rule is off until `reset`.",
        "backoff": "The wait before the first run, the second, and so on; the last for all after.",
        "overlap": "What becomes of a fire while its own run is going: `skip` (the default), `restart`"
        " or `queue`.",
        "mutes": "While it is open, notices and power actions of these rules are held. `*` is every rule with"
        " a narrower `by`.",
    },
    RuleFile: {
        "version": "Which meaning of these keys the file was written for; the current one without it.",
        "vars": "Constants by name: in expressions as a name, in texts and as a whole value as `${name}`.",
        "groups": "Selectors by name.",
        "windows": "Stretches of the week by name, for `window(\"name\")`.",
        "macros": "Steps by name, with parameters, for `call`.",
        "facts": "Facts of your own by name: what a line tells, the console or an address answers.",
        "rules": "The rules.",
        "tests": "What the rules of this file must do: `automaton test` runs it on virtual time.",
    },
    OwnFactModel: {
        "type": "What its value is: `number`, `percent`, `size`, `duration`, `text` or `truth`.",
        "servers": "Who has it. Without it all; elsewhere it is unknown.",
        "line": "The last line of the game that matched tells it, by the group `value`.",
        "send": "The command that is typed every so often, where a rule that is live reads the fact.",
        "read": "What the game answers to `send`: the group `value` is the value.",
        "http": "The address of automaton.yml that is asked every so often, once for all who have the fact.",
        "json": "Where in the answer of `http` the value stands, as `a.b[0]`; `[-1]` is the last of a list.",
        "every": "How often it is asked for, from 10s on.",
        "stale": "So long a value stands that nobody tells again.",
    },
    Settings: {
        "version": "Which meaning of these keys the file was written for; the current one without it.",
        "panels": "Panels by name, each with the client keys of dedicated subusers.",
        "nodes": "Nodes without a Panel, by name.",
        "packs": "Which servers run which game, where egg, image and start-up line do not tell.",
        "tags": "What `tag:` means in rules: selectors by name.",
        "channels": "Where messages go, by name.",
        "limits": "What no rule may exceed.",
        "rules": "The folder of rule files, or one file. Packs of your own stand in `packs.d` beside it.",
        "state": "The folder in which it remembers.",
        "journal": "How long what was decided and done is kept in `state`: by age (`keep`) and `size`.",
        "cluster": "More than one machine: the servers of NATS by which members find each other.",
        "log": "How much is logged, and how.",
        "query": "Where games are asked over the network, where the Panel and the pack do not say it right.",
        "heartbeat": "A dead man's switch: an address that is called while the engine turns.",
        "listen": "Where commands, browsers and hooks reach the daemon.",
        "web": "Who may see and use the page at `listen.http`, and what it shows to all.",
        "hooks": "Who may call `hook: <name>`.",
        "http": "What the action `http` may call, by name.",
        "exec": "What the action `exec` may run, by name.",
    },
}  # fmt: skip
