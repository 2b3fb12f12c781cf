"""What people mean who know another system: its words, and ours for them. Asked before spelling distance.

One row a word, by the place at which it is written. A row is our word, or a `Meant` where a word alone would
not do. Data and look-up only: who finds a wrong word says so, with its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto


class At(Enum):
    """Where a word is written."""

    FILE = auto()
    RULE = auto()
    SELECTOR = auto()
    TRIGGER = auto()
    TRIGGER_KEY = auto()
    ACTION = auto()
    ACTION_KEY = auto()
    FILES = auto()
    FACT = auto()
    CHOICE = auto()
    EVENT = auto()
    STATE = auto()
    STOPPED_BY = auto()
    NAME = auto()
    FIELD = auto()
    FUNCTION = auto()
    OPERATOR = auto()
    ZONE = auto()
    TEST = auto()
    EXPECT = auto()


@dataclass(frozen=True, slots=True)
class Meant:
    """What to write instead, empty where that is no single thing; and why, as the end of a sentence."""

    write: str = ""
    why: str = ""


def _all(words: str, meant: str | Meant) -> dict[str, str | Meant]:
    return dict.fromkeys(words.split(), meant)


_OF_SETTINGS = Meant(
    why="it stands in automaton.yml, for rule files can neither see a secret nor raise a limit"
)
_A_RULE = Meant(why="a rule stands in the list `rules`: write `rules:`, and below it `- id: …`")
_OF_NOTIFY = Meant(why="it belongs to a `notify` in `do`: indent it as deep as the word `notify`")
_NO_NULL = Meant(
    "not connected", "nothing equals what is not known; whether the server is seen at all is `connected`"
)
_OF_TIME = Meant(
    'window("quiet")',
    "the time of day is asked by a window of `windows`, and a moment is `when: {schedule: …}`",
)

_POWER = "done by `power`"
_NO_SERVICE = Meant("power: restart", "an action is a verb with its value, and the server is the rule's own")

ROWS: Mapping[At, Mapping[str, str | Meant]] = {
    At.FILE: {
        **_all("automation automations rule alert alerts alerting triggers jobs tasks", "rules"),
        **_all("variables variable var constants const defaults env secrets values", "vars"),
        **_all("group hosts inventory hostgroups selectors", "groups"),
        **_all("window schedules time_intervals mute_time_intervals maintenance calendars", "windows"),
        **_all("macro script scripts functions templates anchors blueprints", "macros"),
        **_all("test unit_tests cases", "tests"),
        **_all("channels panels nodes limits hooks http exec packs tags heartbeat listen state log",
               _OF_SETTINGS),
        **_all("receivers contactpoints contact_points notifications webhooks", _OF_SETTINGS),
        **_all("id when while do if for until servers cooldown", _A_RULE),
    },
    At.RULE: {
        **_all("on trigger triggers event events whenever", "when"),
        **_all("expr expression match query state_is", "while"),
        **_all("condition conditions guard only_if filter", "if"),
        **_all("action actions then run steps perform tasks execute sequence commands", "do"),
        **_all("alert alias name title rule slug rule_id", "id"),
        **_all("description summary annotations comment comments desc", "note"),
        **_all("keep_firing_for clear resolve recovery clear_when reset_when", "until"),
        **_all("server target targets hosts host scope selector applies_to entity_id instance", "servers"),
        **_all("group_by key per scope_by foreach", "by"),
        **_all("mode concurrency", "overlap"),
        **_all("inhibit inhibits inhibit_rules suppress", "mutes"),
        **_all("throttle debounce rate_limit delay_after min_interval once_per interval", "cooldown"),
        **_all("priority level labels urgency", "severity"),
        **_all("on_resolve resolved on_recovery on_end after_clear finally", "on_clear"),
        **_all("pending duration hold hold_for sustained", "for"),
        **_all("window period timeframe timewindow", "within"),
        **_all("retry retries max_retries max circuit_breaker", "breaker"),
        **_all("threshold times occurrences", "count"),
        **_all("escalation escalations", "escalate"),
        **_all("status dry_run shadow simulate", "arm"),
        "enabled": Meant("arm: off", "a rule is switched off by `arm`"),
        "disabled": Meant("arm: off", "a rule is switched off by `arm`"),
        "initial_state": Meant("arm: off", "a rule is switched off by `arm`"),
        "where": Meant("when: {…, where: …}", "it stands inside the trigger"),
        "is": Meant("when: {rule: …, is: open}", "it stands inside the trigger, beside `rule`"),
        "not": Meant("servers: {not: …}", "it stands inside `servers`, or beside `console` in the trigger"),
        "from": Meant("when: {console: …, from: chat}", "it stands inside the trigger, beside `console`"),
        "missed": Meant("when: {schedule: …, missed: run}", "it stands inside the trigger"),
        **_all("tz timezone time_zone jitter",
               Meant("when: {schedule: …, tz: …}", "it stands inside the trigger")),
        **_all("text message msg body content channel", _OF_NOTIFY),
        "else": Meant("if: …, do: […], else: […]", "it belongs to an action, as `wait`, `if` or `countdown`"),
        "at": Meant(why="it belongs to a `countdown` in `do`: indent it as deep as the word `countdown`"),
        "force_after": Meant(why="it belongs to a `power` in `do`: indent it as deep as the word `power`"),
        "with": Meant(why="it belongs to a `call` in `do`: indent it as deep as the word `call`"),
        "template": Meant("while: memory_pct > 90", "an expression stands bare, without braces"),
        "value_template": Meant("while: memory_pct > 90", "an expression stands bare, without braces"),
        "service": Meant("do: [{power: restart}]", "what is done is a list of verbs"),
        "command": Meant('do: [{send: "…"}]', "a command is typed by an action"),
        "cron": Meant('when: {schedule: "0 5 * * *"}', "a time of the clock is a trigger"),
        **_all("notify send say power save probe backup wait countdown call mute end",
               Meant("do: […]", "it is an action, and stands in the list `do`")),
        **_all("console schedule hook any state",
               Meant("when: {…}", "it is a trigger, and stands inside `when`")),
    },
    At.SELECTOR: {
        **_all("uuid identifier server_id short_id uuids ids", "id"),
        **_all("server names hostname host title", "name"),
        **_all("location fqdn nodes machine", "node"),
        **_all("nest eggs egg_id type", "egg"),
        **_all("docker_image container docker images", "image"),
        **_all("tags label labels", "tag"),
        **_all("game games module template app packs", "pack"),
        **_all("groups hostgroup", "group"),
        **_all("exclude except without none", "not"),
        **_all("all any everything", Meant(why="a rule without `servers` is for all servers")),
    },
    At.TRIGGER: {
        **_all("platform trigger type kind",
               Meant("event: crash", "a trigger is its own word with its value")),
        **_all("cron time at every daily time_pattern interval timer", "schedule"),
        **_all("log line pattern regex match output stdout message failregex console_output", "console"),
        **_all("webhook http post", "hook"),
        **_all("events on type", "event"),
        **_all("status power from to entity_id",
               Meant("state: any -> offline", "a change of the power state is one text")),
        **_all("crash crashed oom", Meant("event: crash", "it is an event")),
        **_all("join joined player_join", Meant("event: player.join", "it is an event")),
        **_all("leave left quit player_leave", Meant("event: player.leave", "it is an event")),
        "chat": Meant("event: chat", "it is an event"),
        "ready": Meant("event: ready", "it is an event"),
        **_all("start started starting online",
               Meant("state: any -> starting", "it is a change of the power state")),
        **_all("stop stopped offline down",
               Meant("state: any -> offline", "it is a change of the power state")),
        **_all("or any_of anyof either", "any"),
        **_all("numeric_state above below expr template value_template while condition",
               Meant("while: memory_pct > 90", "what holds for a time is no trigger but the rule's `while`")),
    },
    At.TRIGGER_KEY: {
        **_all("if condition conditions filter with payload event_data", "where"),
        **_all("source stream", "from"),
        **_all("exclude ignoreregex unless except", "not"),
        **_all("timezone zone time_zone", "tz"),
        **_all("random splay spread delay", "jitter"),
        **_all("catch_up catchup persistent misfire", "missed"),
        **_all("status becomes", "is"),
        "for": Meant(why="what happens lasts no time: `for` belongs to a rule with `while`"),
        "to": Meant("state: any -> offline", "a change of the power state is one text"),
    },
    At.ACTION: {
        **_all("service action call_service data", _NO_SERVICE),
        **_all("restart reboot", Meant("power: restart", _POWER)),
        "start": Meant("power: start", _POWER),
        **_all("stop shutdown", Meant("power: stop", _POWER)),
        **_all("kill terminate", Meant("power: kill", _POWER)),
        **_all("signal set_power power_action state", "power"),
        **_all("command cmd console rcon input type send_command console_command", "send"),
        **_all("broadcast announce tell chat tellraw message_players alert_players", "say"),
        **_all("discord slack telegram email mail alert message webhook_notify log warn tell_staff",
               "notify"),
        **_all("delay sleep pause wait_template wait_for_trigger wait_for", "wait"),
        **_all("webhook request rest_command url fetch get post", "http"),
        **_all("shell script run shell_command program execute exec_command", "exec"),
        **_all("choose condition when unless", "if"),
        **_all("stop_run return exit break abort", "end"),
        **_all("macro include use run_script", "call"),
        **_all("silence snooze", "mute"),
        **_all("ping check healthcheck", "probe"),
        **_all("save_all flush world_save", "save"),
        **_all("snapshot create_backup", "backup"),
        **_all("file delete_file delete_files remove_files write_file wipe", "files"),
        **_all("env environment variables set_variable egg_variables", "startup"),
        **_all("install reinstall_server rebuild", "reinstall"),
        **_all("warn_players timer", "countdown"),
        **_all("repeat loop while for foreach",
               Meant(why="there are no loops: a rule fires anew, or `escalate` repeats")),
        **_all("text title message_text", _OF_NOTIFY),
    },
    At.ACTION_KEY: {
        **_all("message msg body content description", "text"),
        **_all("subject heading summary", "title"),
        **_all("priority level urgency", "severity"),
        **_all("timeout for max_time deadline until wait_for", "within"),
        **_all("marks warnings steps announce_at remind", "at"),
        **_all("message_template warning broadcast", "say"),
        **_all("then actions action", "do"),
        **_all("otherwise on_failure on_timeout on_error catch", "else"),
        **_all("cancel_if abort_if stop_if", "unless"),
        **_all("kill_after force timeout_kill", "force_after"),
        **_all("args arguments params parameters vars", "with"),
        **_all("body payload data content json_body", "json"),
        **_all("verb type", "method"),
        **_all("server servers target entity_id", Meant(why="an action is done on the rule's own server")),
    },
    At.FILES: {
        **_all("remove rm unlink erase", "delete"),
        **_all("move mv from", "rename"),
        **_all("into target destination", "to"),
        **_all("create put edit", "write"),
        **_all("content contents body", "text"),
        **_all("extract unzip unpack untar", "decompress"),
    },
    At.FACT: {
        **_all("kind unit device_class unit_of_measurement", "type"),
        **_all("pattern regex console match", "line"),
        **_all("command ask", "send"),
        **_all("answer wait", "read"),
        **_all("interval scan_interval scrape_interval", "every"),
        **_all("url rest resource", "http"),
        **_all("path value_template json_path value_json", "json"),
        **_all("expire_after timeout ttl", "stale"),
    },
    At.CHOICE: {
        **_all("warn average medium high", "warning"),
        **_all("error err crit fatal emergency page alert disaster", "critical"),
        **_all("notice debug low ok information", "info"),
        **_all("reboot restarted", "restart"),
        **_all("reinstall install wipe", Meant("reinstall: 30m", "it is an action of its own")),
        **_all("shutdown halt down stopped soft_stop", "stop"),
        **_all("terminate force force_stop hard_stop sigkill force-stop", "kill"),
        **_all("boot up startup started", "start"),
        **_all("dry_run dry-run test simulate log_only audit", "shadow"),
        **_all("on true enabled enable active armed yes", "live"),
        **_all("disabled false disable no inactive", "off"),
        **_all("single ignore drop parallel", "skip"),
        **_all("queued wait", "queue"),
        **_all("replace cancel", "restart"),
        **_all("player players user", "chat"),
        **_all("server console stdout", "game"),
        **_all("wings panel system", "daemon"),
        **_all("firing active opened triggered", "open"),
        **_all("resolved closed ok ended", "cleared"),
        **_all("catch_up true always", "run"),
        **_all("machine host", "node"),
        **_all("global all everything", "fleet"),
    },
    At.EVENT: {
        **_all("server.start server.starting start starting power.start server:power.start boot startup",
               Meant("state: any -> starting", "a start is a change of the power state; `event: ready` comes"
                     " once the game is up")),
        **_all("server.started started online server.online running application.started server.running",
               Meant("state: any -> running", "it is a change of the power state; `event: ready` is the"
                     " game's own word")),
        **_all("server.stop stop server.stopping power.stop server:power.stop shutdown",
               Meant("state: any -> stopping", "a stop is a change of the power state")),
        **_all("server.stopped stopped offline server.offline down server.down exit exited",
               Meant("state: any -> offline", "it is a change of the power state")),
        **_all("restart server.restart reboot",
               Meant("state: any -> starting", "a restart is seen as a start: a change of the power state")),
        **_all("server.crash server.crashed crashed crash.detected died oom out_of_memory", "crash"),
        **_all("crash.loop crash.aborted crash.failed given_up", "crash.unhandled"),
        **_all("join joined player_join player.joined player.connect playerjoin login connect",
               "player.join"),
        **_all("leave left quit player_leave player.left player.quit player.disconnect disconnect",
               "player.leave"),
        **_all("message say player.chat player.message chat.message", "chat"),
        **_all("player.died died_player", "player.death"),
        **_all("loaded done server.ready up", "ready"),
        **_all("backup backup.done backup.finished backup.complete server:backup.complete",
               "backup.completed"),
        **_all("installed install server.installed install.done server:installed", "install.completed"),
        **_all("disk.full disk.limit out_of_disk", "disk.exceeded"),
        **_all("disconnected unreachable link.lost node.down", "link.down"),
        **_all("connected reconnected", "link.up"),
        **_all("deleted server.removed", "server.deleted"),
        **_all("time timer schedule cron tick",
               Meant('schedule: "0 5 * * *"', "a time of the clock is a trigger")),
    },
    At.STATE: {
        **_all("stopped down off dead exited shutdown not_running inactive halted 0", "offline"),
        **_all("online up on started active alive healthy ready 1", "running"),
        **_all("start booting boot loading starting_up restarting", "starting"),
        **_all("stop shutting_down closing", "stopping"),
        **_all("crashed crash failed error",
               Meant('stopped_by == "crash"', "how it went down is `stopped_by`")),
        "installing": Meant("installing", "it is a fact of its own"),
        "suspended": Meant("suspended", "it is a fact of its own"),
        **_all("unknown unavailable disconnected null none",
               Meant("not connected", "while it is not known the comparison is unknown")),
    },
    At.STOPPED_BY: {
        **_all("user human admin manual player owner panel person schedule", "operator"),
        **_all("rule bot automation us daemon self", "automaton"),
        **_all("oom crashed failure killed", "crash"),
        **_all("node docker host limit", "wings"),
        **_all("none null nothing no", "nobody"),
        **_all("clean shutdown normal stopped game", "exit"),
        **_all("unknown missed", "unseen"),
    },
    At.NAME: {
        **_all("online running is_running up is_up is_online started alive", Meant('state == "running"')),
        **_all("offline stopped down is_offline is_down is_stopped", Meant('state == "offline"')),
        **_all("starting booting", Meant('state == "starting"')),
        **_all("stopping", Meant('state == "stopping"')),
        **_all("crashed crash", Meant('stopped_by == "crash"')),
        **_all("players_online player_count num_players online_players players_count playercount players_max"
               " active_users playersonline users", "players"),
        **_all("status power server_state power_state", "state"),
        **_all("cpu cpu_usage cpu_percent cpu_absolute cpu_load load processor", "cpu_pct"),
        **_all("memory_percent mem_pct mem_percent memory_usage ram_pct ram_percent mem_usage",
               "memory_pct"),
        **_all("mem ram memory_bytes used_memory mem_used rss", "memory"),
        **_all("max_memory mem_limit memory_limit_bytes memory_max", "memory_limit"),
        **_all("disk_percent disk_usage storage_pct disk_used_pct", "disk_pct"),
        **_all("disk_bytes storage disk_used space", "disk"),
        **_all("network_rx net_rx rx_bytes received inbound", "rx"),
        **_all("network_tx net_tx tx_bytes sent outbound", "tx"),
        **_all("uptime_seconds up_time running_for runtime", "uptime"),
        **_all("server server_name hostname servername", "name"),
        **_all("identifier uuid server_id", "id"),
        **_all("game template module", "pack"),
        **_all("tag labels label groups", "tags"),
        **_all("docker_image container", "image"),
        **_all("location fqdn node_name", "node"),
        **_all("last_line log console output", "lines"),
        **_all("time_left remaining countdown seconds_left", "left"),
        **_all("duration firing_for active_for", "open_for"),
        **_all("acknowledged ack is_acked", "acked"),
        **_all("count number_of_matches value", "matches"),
        **_all("rule_id alertname alert", "rule"),
        **_all("servers total_servers fleet_size", "total"),
        **_all("reason exit_reason cause stop_reason", "stopped_by"),
        **_all("is_connected reachable linked", "connected"),
        **_all("last_output silence idle console_idle", "console_age"),
        **_all("None null nil undefined NULL NaN unknown unavailable", _NO_NULL),
        **_all("True TRUE yes on Yes YES", "true"),
        **_all("False FALSE no off No NO", "false"),
        **_all("hour minute weekday time today date", _OF_TIME),
        **_all("player user username message text line exit_code oom code",
               Meant(why="fields of a match are read as `it.player`, `it.line` and so on")),
        **_all("tps lag mspt ping fps latency",
               Meant(why="no such figure is known by itself: `facts:` makes one of the lines that tell it")),
    },
    At.FIELD: {
        **_all("user username name who nick nickname sender author", "player"),
        **_all("message msg content body said words", "text"),
        **_all("raw log output full whole", "line"),
        **_all("code exitcode exit status_code", "exit_code"),
        **_all("oom_killed out_of_memory killed", "oom"),
        **_all("success successful is_successful result", "ok"),
        **_all("old previous old_state before", "from"),
        **_all("new current new_state after", "to"),
    },
    At.FUNCTION: {
        **_all("avg_over_time mean average moving_average", Meant("avg(memory_pct, 5m)")),
        **_all("min_over_time", Meant("min(memory_pct, 5m)")),
        **_all("max_over_time", Meant("max(players, 1h)")),
        **_all("increase delta deriv irate derivative", Meant("rate(rx, 5m)")),
        **_all("predict_linear predict forecast", Meant("eta(disk, disk_limit, 2h)")),
        **_all("absent absent_over_time up", Meant("not connected")),
        **_all("count_over_time changes resets",
               Meant("starts(1h)", "matches are counted by `count` and `within`")),
        **_all("is_state states state_attr", Meant('state == "running"', "a fact is read by its name")),
        **_all("regex regex_match match search re_match regexp regexFind fullmatch test label_replace",
               Meant("matches(name, '^lobby')")),
        **_all("includes has in_string substr find indexOf startswith startsWith endswith like",
               Meant('contains(name, "lobby")')),
        **_all("length size", Meant("len(it.text)")),
        **_all("tolower lowercase toLowerCase downcase upper toUpperCase casefold", Meant("lower(it.text)")),
        **_all("since time_since last_seen elapsed as_timestamp", Meant("age(ready)")),
        **_all("now time hour day_of_week utcnow", _OF_TIME),
        **_all("float int number str round abs string bool Number parseInt",
               Meant(why="it is not needed: beside a number a text is read as one")),
        **_all("if iif cond ternary", Meant(why="there is none: write two rules, or the action `if`")),
        **_all("any all avg_by", Meant("count(not connected) > 0")),
    },
    At.OPERATOR: {
        **_all("&& & AND &&& And", "and"),
        **_all("|| | OR Or", "or"),
        **_all("! NOT Not ~ unless", "not"),
        **_all("= === is IS eq equals EQ := ==== ", "=="),
        **_all("!== <> =! ne NE ~!= isnt", "!="),
        **_all("=> => gte ge GE ≥ =>= >==", ">="),
        **_all("=< lte le LE ≤ <==", "<="),
        **_all("gt GT >> ", ">"),
        **_all("lt LT <<", "<"),
        **_all("=~ ~= ~~ =~~ matches like LIKE regex match ~",
               Meant("matches(name, '^lobby')", "a text is matched by a function")),
        **_all("!~ !=~", Meant("not matches(name, '^lobby')", "a text is matched by a function")),
        **_all("contains includes has",
               Meant('contains(name, "lobby")', "a text is looked into by a function")),
        **_all("IN within among", "in"),
        **_all("nin notin", "not in"),
        **_all("? ?? ?:",
               Meant(why="there is no choice inside an expression: write two rules, or the action `if`")),
        **_all("** ^", Meant(why="there are no powers")),
        **_all("// div DIV", "/"),
        **_all("mod MOD", Meant(why="there is no remainder: `%` is a percent")),
    },
    At.EXPECT: {
        **_all("save probe", Meant("send", "a test sees the command that is typed, as `send: save-all`")),
        **_all("when time moment", "at"),
        **_all("message msg body", "text"),
        **_all("command cmd", "send"),
        **_all("state phase status", "is"),
    },
    At.TEST: {
        **_all("given input inputs input_series steps when events replay script", "feed"),
        **_all("then assert asserts expected expectations should alert_rule_test verify", "expect"),
        **_all("title it describe description alertname", "name"),
        **_all("setup host on", "server"),
        **_all("time start begin begins clock", "now"),
        **_all("rule only", "rules"),
    },
    At.ZONE: {
        **_all("CEST MESZ Berlin Germany MEZ", "Europe/Berlin"),
        **_all("BST London UK", "Europe/London"),
        **_all("EDT ET New_York NYC", "America/New_York"),
        **_all("PDT PST PT Los_Angeles", "America/Los_Angeles"),
        **_all("CDT CT CST Chicago", "America/Chicago"),
        **_all("MDT MT Denver", "America/Denver"),
        **_all("IST India", "Asia/Kolkata"),
        **_all("JST Tokyo", "Asia/Tokyo"),
        **_all("AEST AEDT Sydney", "Australia/Sydney"),
        **_all("MSK Moscow", "Europe/Moscow"),
        **_all("BRT Sao_Paulo", "America/Sao_Paulo"),
        **_all("Z Zulu utc gmt", "UTC"),
        **_all("local localtime system auto", Meant(why="without `tz` it is the machine's")),
    },
}  # fmt: skip

_OFFSET = re.compile(r"(?:UTC|GMT|Z)?\s*[+-]\s*\d{1,2}(?::?\d\d)?", re.I)


def meant(at: At, word: str) -> Meant | None:
    """What somebody means who writes this word at this place; None where nobody is known to."""
    if at is At.ZONE and _OFFSET.fullmatch(word):
        return Meant("Europe/Berlin", "a zone is named by a place in it, which knows of summer time")
    rows = ROWS[at]
    found = rows.get(word) or rows.get(word.lower())
    return Meant(found) if isinstance(found, str) else found


def meant_word(at: At, word: str) -> str:
    """The same where one of our words will do; empty otherwise."""
    found = meant(at, word)
    return found.write if found is not None and not found.why else ""
