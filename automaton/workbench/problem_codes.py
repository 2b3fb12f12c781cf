"""Every code that a problem of a file may have, with what it is about: `automaton check --codes`.

Codes are for programs and stay as they are; messages are for people and may be improved.
"""

from __future__ import annotations

from automaton.printable import say, say_json

CODES = {
    # A file as a file
    "encoding": "a file is no UTF-8",
    "no-file": "a file is not there",
    "too-large": "a file, a feed, or what a test reads is larger than is read",
    "unreadable": "a file cannot be read",
    "writable-by-all": "everybody may write a file, and so command the servers",
    "writable-by-group": "a group may write a file, and so command the servers",
    # YAML
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
    # Shape
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
    # Values
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
    "header": "no header that can be sent",
    "moment": "no moment as `2026-01-05 12:00`",
    "name": "no name of letters, digits, `-`, `_`, `.`",
    "path": "no path",
    "pattern": "no RE2 pattern",
    "pattern-quotes": "a pattern that is not in single quotes",
    "program": "no program that can be run",
    "socket-path": "a path that is too long for a socket",
    "state": "no change of state as `running -> offline`",
    "text": "no text",
    "time-zone": "no time zone as `Europe/Berlin`",
    "too-long": "a text that is too long, or a feed with too many entries",
    "url": "no address as `https://panel.example.org`",
    # Keys of a rule that go together
    "count-within": "`count` and `within` go together",
    "distinct-count": "`distinct` needs `count`",
    "in-vain": "something that does nothing where it stands",
    "of-when": "a key that belongs to `when`",
    "of-while": "a key that belongs to `while`",
    "unless-count": "`unless` does not go with `count`",
    "unless-within": "`unless` needs `within`",
    "when-or-while": "a rule has exactly one of `when` and `while`",
    "where-in-any": "a `where` inside `any` reads more than its match",
    "too-wide": "an action on one server, in a rule that looks at many",
    # Names that stand elsewhere
    "group-in-settings": "a group where automaton.yml knows none",
    "group-ring": "groups name each other in a ring",
    "macro-ring": "macros call each other in a ring",
    "missing-parameter": "a macro is called without a parameter",
    "parameter": "a parameter of another kind",
    "repeated-rule": "a rule stands twice in a file",
    "repeated-window": "a window stands in two files",
    "rule-ring": "rules set each other off in a ring",
    "too-many-steps": "macros become too many steps",
    "two-of-a-name": "two things have the same name",
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
    "unknown-url": "an address that automaton.yml has not",
    "unknown-verb": "an expectation of something that automaton does not do",
    # What rules may do
    "control-character": "what is typed at a console has more than one line, or a control character",
    "first-word": "a value stands where a command is chosen",
    "not-allowed": "`limits.allow` allows it for no server",
    "player-chooses": "a player decides what a rule does, or when",
    "unanchored": "a pattern of a rule that acts, or of a pack's names, does not begin with `^`",
    "value-place": "a value stands where a command takes none of its kind",
    # What is surely not meant
    "always-true": "an expression that is true whenever it is known",
    "count-too-high": "a `count` that the game never reaches",
    "does-nothing": "a rule without `do` and `mutes` that no other listens to",
    "mutes-nothing": "`mutes` names no other rule",
    "never-clears": "`until` is never true once `while` is false",
    "never-comes": "what is listened to never happens",
    "never-fires": "`if` and `while` are never true together",
    "never-sent": "the channel does not take messages of this severity",
    "never-true": "an expression that can never be true",
    "no-brake": "a rule that starts or restarts, without `cooldown` and `breaker`",
    "no-number": "a poll whose pattern has no group `n`",
    # automaton.yml
    "bad-url": "no address that messages can be sent to",
    "literal-secret": "a secret stands in the file",
    "no-panel": "neither a Panel nor a node",
    "no-program": "a program that is not there, or cannot be run",
    "no-rules": "the folder of rules is not there",
    "node-config": "the config.yml of a node has a mistake",
    "open-port": "others can reach where it listens",
    "open-secret": "everybody can read the file of a secret",
    "plain-panel": "the key travels in plain text",
    "rules-alone": "rules were judged without automaton.yml, which has a mistake",
    "secret": "a secret is not named as one",
    "unreadable-secret": "a secret cannot be read",
    "unverified": "anybody is taken for the Panel",
    "weak-token": "the token of a hook is short enough to be found by trying",
    # `--online`
    "fact-unknown": "a fact that some servers never have",
    "keys-not-readable": "the keys are not readable here, so nobody was asked",
    "lacks-permission": "the key's user lacks a permission",
    "never-heard": "lines that the key's user is not shown",
    "no-server": "a selector fits no server",
    "not-asked": "somebody could not be asked now",
    "refused": "somebody refused to answer",
    # `tests` of rule files
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


def codes(*, as_json: bool) -> int:
    """Prints the table. 0."""
    if as_json:
        say_json({"codes": CODES})
        return 0
    width = max(map(len, CODES))
    for code, about in CODES.items():
        say(f"{code:<{width}}  {about}")
    return 0
