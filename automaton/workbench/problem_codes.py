"""Every code that a problem of a file may have, with what it is about: `automaton check --codes`.

Codes are for programs and stay as they are; messages are for people and may be improved.
"""

from __future__ import annotations

from automaton.printable import say, say_json

OF_A_FILE = {
    "encoding": "a file is no UTF-8",
    "no-file": "a file is not there",
    "not-read": "what lies in the folder of rules and is not read",
    "too-large": "a file, a feed, or what a test reads is larger than is read",
    "unreadable": "a file cannot be read",
    "writable-by-all": "everybody may write a file, and so command the servers",
    "writable-by-group": "a group may write a file, and so command the servers",
}

OF_YAML = {
    "alias": "an alias of nothing",
    "comma": "a comma that was to be part of a value",
    "duplicate-key": "a key stands twice",
    "key": "a key that is no text",
    "merge-key": "a merge key, which is not read",
    "second-document": "more than one document in a file",
    "tag": "a tag of YAML, as `!x`",
    "too-deep": "values, or calls of macros, stand too deep inside each other",
    "too-many-values": "too many values, each alias counted as what it stands for",
    "yaml": "YAML cannot read it; the rest of the file was not checked",
}

OF_SHAPE = {
    "empty-list": "an empty list says nothing",
    "missing-key": "a key is missing",
    "newer-version": "a file that a newer automaton reads",
    "no-value": "a key has no value",
    "not-supported-yet": "the language has this, and this version has not",
    "older-version": "a file whose keys are read differently by now",
    "two-kinds": "two triggers or two actions in one entry",
    "unknown-key": "a key that is not known here",
    "unknown-kind": "a trigger, an action, or a kind of parameter that there is not",
    "wrong-shape": "a mapping, a list or a single value where another is expected",
    "wrong-value": "a value that cannot stand here",
    "wrong-word": "a word that is none of those that may stand here",
}

OF_VALUES = {
    "address": "no host and port",
    "budget": "no budget as `3/1h`",
    "ca": "no file of certificates",
    "clock": "no time of the day as `07:30`",
    "constant": "a constant that cannot stand in an expression",
    "count": "no whole number",
    "cron": "no cron line, or one whose day never comes",
    "duration": "no duration as `10m`, or one that is out of bounds",
    "expression": "an expression that cannot be read, or whose names or kinds are wrong",
    "flag": "neither `true` nor `false`",
    "group-by": "messages are not grouped by this",
    "header": "no header that can be sent",
    "moment": "no moment as `2026-01-05 12:00`",
    "name": "no name of letters, digits, `-`, `_`, `.`",
    "path": "no path",
    "pattern": "no RE2 pattern",
    "line-break": "a block scalar whose last line break would be a part of the value",
    "pattern-quotes": "a pattern of which YAML took something away: it wants single quotes",
    "program": "no program that can be run",
    "query-host": "no host that a game can be asked at",
    "query-port": "no port that a game can be asked at",
    "size": "no size as `512MiB`",
    "socket-path": "a path that is too long for a socket",
    "state": "no change of state as `running -> offline`",
    "text": "no text",
    "files": "no operation on files, or more than one in a step",
    "no-path": "no path below a server's root",
    "time-zone": "no time zone as `Europe/Berlin`",
    "too-long": "a text that is too long, or a feed with too many entries",
    "url": "no address as `https://panel.example.org`",
}

OF_KEYS_TOGETHER = {
    "count-within": "`count` and `within` go together",
    "distinct-count": "`distinct` needs `count`",
    "first-alone": "`first` goes neither with `count` nor with `unless`",
    "in-vain": "something that does nothing where it stands",
    "of-when": "a key that belongs to `when`",
    "of-while": "a key that belongs to `while`",
    "unless-count": "`unless` does not go with `count`",
    "unless-within": "`unless` needs `within`",
    "when-or-while": "a rule has exactly one of `when` and `while`",
    "where-in-any": "a `where` inside `any` reads more than its match",
    "too-wide": "an action on one server, in a rule that looks at many",
}

OF_NAMES = {
    "group-in-settings": "a group where automaton.yml knows none",
    "group-ring": "groups name each other in a ring",
    "macro-ring": "macros call each other in a ring",
    "missing-parameter": "a macro is called without a parameter",
    "parameter": "a parameter of another kind",
    "repeated-channel": "a channel stands twice in one `notify`",
    "repeated-rule": "a rule stands twice in a file",
    "json-path": "what is no place in JSON, as `a.b[0]`",
    "no-value-group": "a pattern of a fact has no group `value`",
    "one-source": "a fact comes from none, or from two places, or lacks what goes with it",
    "repeated-fact": "two facts have one name",
    "wrong-type": "what a game answers over the network is of another type",
    "too-often": "a fact is asked for too often",
    "unread-fact": "a fact that no rule reads",
    "repeated-window": "a window stands in two files",
    "rule-ring": "rules set each other off in a ring",
    "too-many-steps": "macros become too many steps",
    "test-failed": "a line is something else than a pack's test says",
    "one-sign-twice": "a pack whose numbers have one sign for two things",
    "two-of-a-name": "two things have the same name",
    "two-types": "two packs tell a fact of one name in different types",
    "unknown-channel": "a channel that automaton.yml has not",
    "unknown-event": "an event that no pack has",
    "unknown-fact": "a fact that there is not",
    "unknown-group": "a group that no file has",
    "unknown-hook": "a hook that automaton.yml has not",
    "unknown-macro": "a macro that no file has",
    "unknown-name": "a name that `vars` and parameters have not",
    "unknown-pack": "a pack that there is not",
    "unknown-parameter": "a parameter that the macro has not",
    "unknown-pattern": "a pattern that the pack has not",
    "unknown-program": "a program that automaton.yml has not",
    "unknown-rule": "a rule that no file has",
    "unknown-tag": "a tag that automaton.yml has not",
    "unknown-url": "an address that automaton.yml has not",
    "unknown-verb": "an expectation of something that automaton does not do",
    "unknown-http": "a test feeds the answer of an address that none of its rules calls",
    "unknown-exec": "a test feeds the answer of a program that none of its rules runs",
    "unknown-server": "a server that the test has not",
    "no-node": "a test of rules by `node`, of whose servers none has one",
    "unheard-hook": "a test calls a hook of which none of its rules can hear: the call names no server",
}

OF_DEEDS = {
    "control-character": "what is typed at a console has more than one line, or a control character",
    "first-word": "a value stands where a command is chosen",
    "never-asked": "a question of a fact that no game is asked, as its stop command",
    "not-allowed": "`limits.allow` allows it for no server, or does not let a game be asked for what is read",
    "player-chooses": "a player decides what a rule does, or when",
    "unanchored": "a pattern of a rule that acts, or of a pack, does not begin with `^`",
    "value-place": "a value stands where a command takes none of its kind",
}

NOT_MEANT = {
    "always-true": "an expression that is true whenever it is known",
    "cannot-do": "a step that no game of the rule's servers can do",
    "count-too-high": "a `count` that the game never reaches",
    "deaf-pattern": "a pattern that looks where what it is for never comes, or for a prefix that is cut off",
    "does-nothing": "a rule without `do` and `mutes` that no other listens to, or an empty `do`",
    "mark-beyond": "a mark that lies before the beginning of its countdown",
    "mutes-nothing": "`mutes` names no other rule",
    "never-escalates": "an `escalate` of an incident that is over at once",
    "never-a-stop": "a change to `offline` that no stop goes through",
    "never-clears": "`until` is never true once `while` is false",
    "never-comes": "what is listened to never happens, or in no game of the rule's servers",
    "fraction-compared": "a percent that is compared with a fraction, as `memory_pct > 0.9`",
    "glob-compared": "a text with `*` that is compared for equality",
    "never-fires": "`if` and `while` are never true together",
    "never-sent": "the channel does not take messages of this severity",
    "says-nothing": "a pack's `say` without the text that it is to say",
    "takes-place": "a pack takes the place of a shipped one that knows more",
    "never-true": "an expression that can never be true",
    "keep-too-high": "a `keep` for which the Panel leaves no room",
    "needs-extra": "games asked over the network, or a cluster, while the extra for it is not installed",
    "needs-panel": "a step that a Panel does, on servers that are watched without one",
    "unproved": "a rule that acts on lines of a pack that nobody saw printed",
    "unknown-chat": "a log in which people speak in a form that the pack does not know",
    "while-it-runs": "files are changed though the game may run, which writes them itself",
    "no-brake": "a rule that starts or restarts, without `cooldown` and `breaker`",
    "not-filled": "a text with a name in braces or behind a dollar, which is not filled",
    "opposite-power": "two rules want the opposite of a server on one event",
    "queue-cooldown": "`overlap: queue` with a `cooldown`, which refuses what is queued",
    "no-player": "a join, a leave or words of a person, of nobody",
    "no-number": "a poll whose pattern has no group `n`",
}

OF_SETTINGS = {
    "bad-mention": "nobody is called by this there",
    "bad-url": "no address that messages can be sent to",
    "literal-secret": "a secret stands in the file",
    "certificate": "the page's certificate or key cannot be used",
    "hooks-apart": "`listen.http` is for the page by now, and `listen.hooks` for hooks",
    "host": "no name of a host, as `automaton.example.org`",
    "no-hash": "no hash of a password, or no secret of one-time codes",
    "plain-login": "passwords and tokens would travel in plain text",
    "no-panel": "neither a Panel nor a node",
    "no-program": "a program that is not there, or cannot be run",
    "no-rules": "the folder of rules is not there, or has no rule",
    "node-config": "the config.yml of a node has a mistake",
    "open-port": "others can reach where it listens",
    "open-secret": "everybody can read the file of a secret",
    "plain-link": "links that acknowledge travel in plain text",
    "plain-panel": "the key travels in plain text",
    "max-age-too-short": "what waits for its group is too old by the time that this speaks",
    "repeat-too-short": "a channel repeats itself sooner than its groups speak",
    "rules-alone": "rules were judged without automaton.yml, which has a mistake",
    "secret": "a secret is not named as one",
    "unreadable-secret": "a secret cannot be read",
    "unverified": "anybody is taken for the Panel",
    "weak-token": "a token or a proxy's secret is short enough to be found by trying",
}

ONLINE = {
    "clocks-apart": "the clock of another member of the cluster goes differently",
    "fact-unknown": "a fact that some servers never have",
    "keys-not-readable": "the keys are not readable here, so nobody was asked",
    "lacks-permission": "the key's user lacks a permission",
    "never-heard": "lines that the key's user is not shown",
    "nats-setup": "something that has to be changed at the servers of NATS, or is better changed",
    "nats-unseen": "how the servers of NATS are set up is not to be seen",
    "no-server": "a selector fits no server",
    "not-asked": "somebody could not be asked now",
    "older-configuration": "another member of the cluster has an older configuration",
    "other-format": "another member of the cluster and this one cannot read what both write",
    "refused": "somebody refused to answer",
}

OF_TESTS = {
    "backwards": "a feed goes back in time",
    "count-of-one": "`count` of what is there once",
    "expects-nothing": "an expectation without anything expected",
    "fed-by-link": "an event that the link itself gives",
    "needs-another": "a key that needs another one",
    "not-fed": "something that cannot be fed",
    "one-of-two": "two keys of which one is meant",
    "which-rule": "several rules, and none is named",
    "which-server": "several servers, and none is named",
}

GROUPS = {
    "A file as a file": OF_A_FILE,
    "YAML": OF_YAML,
    "Shape": OF_SHAPE,
    "Values": OF_VALUES,
    "Keys of a rule that go together": OF_KEYS_TOGETHER,
    "Names that stand elsewhere": OF_NAMES,
    "What rules may do": OF_DEEDS,
    "What is surely not meant": NOT_MEANT,
    "automaton.yml": OF_SETTINGS,
    "`--online`": ONLINE,
    "`tests` of rule files": OF_TESTS,
}
"""The codes by what they are about, in the order in which a file is read."""

CODES = {code: about for group in GROUPS.values() for code, about in group.items()}


def codes(*, as_json: bool) -> int:
    """Prints the table. 0."""
    if as_json:
        say_json({"codes": CODES})
        return 0
    width = max(map(len, CODES))
    for code, about in CODES.items():
        say(f"{code:<{width}}  {about}")
    return 0
