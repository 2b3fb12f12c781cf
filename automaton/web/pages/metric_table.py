"""Every metric of the daemon: what it is called, what it means, and which field of `Metrics` it is.

Law: base units, `_total` for what only grows, and no label from a console or a player's name. Labels are
words of the code, or names that operators gave in their files; each set is bounded where it is counted.
docs/metrics.md is written from here (`make docs`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PREFIX = "automaton_"


class MetricKind(StrEnum):
    """In Prometheus' words."""

    GAUGE = "gauge"
    COUNTER = "counter"
    HISTOGRAM = "histogram"


GAUGE, COUNTER, HISTOGRAM = MetricKind.GAUGE, MetricKind.COUNTER, MetricKind.HISTOGRAM


@dataclass(frozen=True, slots=True)
class Metric:
    """`name` is without PREFIX and, as in the exposition, with its unit and `_total`.

    `field` is that of `Metrics` with its number or samples; `labels` are those of the samples, in order.
    """

    field: str
    name: str
    kind: MetricKind
    help: str
    labels: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """As it is scraped."""
        return PREFIX + self.name


RULE_OTHER = "`other` are the rules beyond the first 500"

METRICS: tuple[Metric, ...] = (
    Metric("started", "start_time_seconds", GAUGE, "When the daemon started, in Unix time."),
    Metric(
        "config_taken", "config_last_reload_successful", GAUGE, "Whether the last reload was taken, 1 or 0."
    ),
    Metric(
        "config_taken_at", "config_last_reload_success_timestamp_seconds", GAUGE,
        "When what is in force was read, in Unix time.",
    ),
    Metric("arm", "arm_info", GAUGE, "How far rules may go by `limits.arm`: always 1.", ("arm",)),
    Metric("rules", "rules", GAUGE, "Rules that are loaded."),
    # The engine.
    Metric(
        "lag", "engine_lag_seconds", HISTOGRAM, "How long events waited before the engine judged them."
    ),
    Metric("events", "engine_events_total", COUNTER, "Events that the engine judged.", ("kind",)),
    Metric(
        "turn_age", "engine_last_turn_age_seconds", GAUGE,
        "Seconds since the engine last turned, which it does at least every five.",
    ),
    Metric("queue_events", "engine_queue_events", GAUGE, "Events that wait to be judged."),
    Metric(
        "events_lost", "engine_events_lost_total", COUNTER,
        "Console lines and other events that found no room in their server's queue: no rule has seen them.",
    ),
    Metric(
        "stood", "engine_stalls_total", COUNTER,
        "How often the engine did not turn for 15 s or more: the machine was paused, or it is our fault.",
    ),
    Metric(
        "unserved_servers", "engine_unserved_servers", GAUGE,
        "Servers whose events wait though none is taken: the watchdog is not fed while there are any.",
    ),
    Metric("is_watchdog_fed", "watchdog_fed", GAUGE, "Whether systemd is told that all is well, 1 or 0."),
    Metric(
        "restless", "engine_restless", GAUGE,
        "Rules and other things that the engine looks at again and again though nothing happens, and slows"
        " down: a fault of ours.",
    ),
    Metric(
        "verdicts", "verdicts_total", COUNTER,
        f"What rules came to, by rule ({RULE_OTHER}; empty is the engine itself) and verdict.",
        ("rule", "verdict"),
    ),
    Metric(
        "rules_counted_together", "verdicts_rules_together", GAUGE,
        "Rules whose verdicts are counted together as `other`.",
    ),
    Metric("runs", "runs", GAUGE, "Runs of rules that go on now."),
    Metric("incidents", "incidents_open", GAUGE, "Incidents that are open.", ("severity",)),
    Metric("unacknowledged", "incidents_unacknowledged", GAUGE, "Open incidents of which nobody took note."),
    Metric("breakers_tripped", "breakers_tripped", GAUGE, "Rules that are off for a key: too many runs."),
    Metric("silences", "silences", GAUGE, "Silences that go on."),
    Metric("rules_by_hand", "rules_set_by_hand", GAUGE, "Rules whose arm a person set, to the next reload."),
    Metric("is_on_hold", "on_hold", GAUGE, "Whether `automaton hold` holds every action, 1 or 0."),
    Metric(
        "memory_unreadable", "memory_unreadable_parts", GAUGE,
        "Parts of what was remembered that could not be read at the start.",
    ),
    Metric(
        "servers_let_go", "memory_servers_forgotten_total", COUNTER,
        "Servers that are not listed any more and were forgotten early, for they were too many.",
    ),
    Metric(
        "values_let_go", "memory_values_forgotten_total", COUNTER,
        "Values of `first` that were forgotten early, for they were too many.",
    ),
    Metric(
        "untold", "cluster_matches_lost_total", COUNTER,
        "Matches and news of the fleet's rules that engines of a cluster never heard: too many, or too old.",
    ),
    # Links, Panels and nodes.
    Metric("links", "links", GAUGE, "Servers' links by their state.", ("state",)),
    Metric("parked", "links_parked", GAUGE, "Links that wait for a person, by cause.", ("cause",)),
    Metric(
        "reconnects", "link_reconnects_total", COUNTER,
        "Links and tries of links that ended, and were or will be tried again, by cause.", ("panel", "cause"),
    ),
    Metric(
        "token_requests", "link_token_requests_total", COUNTER,
        "Websocket tokens that were asked for. The Panel allows 5 a minute for each server.", ("panel",),
    ),
    Metric(
        "wings_errors", "link_errors_total", COUNTER,
        "Errors that Wings reported and that answered nothing of ours.", ("panel",),
    ),
    Metric(
        "lines_cut", "link_lines_cut_total", COUNTER, "Console lines that were longer than a rule sees."
    ),
    Metric(
        "panels_up", "panel_up", GAUGE, "Whether the Panel, or that of a node, answers, 1 or 0.", ("panel",)
    ),
    Metric(
        "panels_listed", "panel_servers_listed", GAUGE,
        "Whether the list of its servers could be read the last time, 1 or 0.", ("panel",),
    ),
    Metric(
        "panel_requests", "panel_requests_total", COUNTER,
        "Requests to the Panel or node by how they ended: `2xx`, `3xx`, `4xx`, `429` (rate limit), `5xx`,"
        " `other`, `none` for no answer.",
        ("panel", "code"),
    ),
    # What it does.
    Metric(
        "calls", "calls_total", COUNTER,
        "What rules, and the engine for facts, asked of the world, by what became of it: `done`, `refused`,"
        " `failed`, `unknown`.",
        ("action", "result"),
    ),
    Metric(
        "power_actions", "power_actions_total", COUNTER,
        "Power actions by what became of them, those by hand included.", ("signal", "result"),
    ),
    Metric(
        "actions_outlived", "actions_outlived_total", COUNTER,
        "Actions that were written when this member's right to act was over, for it was stopped exactly then."
        " Only with `cluster`.",
    ),
    Metric(
        "deliveries", "deliveries_total", COUNTER,
        "Messages by what became of a try (`sent`, `failed`, `refused`), and incidents that were given up"
        " (`dropped`, `too_old`). `other` are channels beyond the first 200.",
        ("channel", "outcome"),
    ),
    Metric(
        "outbox", "outbox_incidents", GAUGE,
        "Incidents and reports of which something is not sent yet.", ("channel",),
    ),
    Metric(
        "outbox_oldest", "outbox_oldest_age_seconds", GAUGE,
        "How long the oldest of them waits, 0 for none.", ("channel",),
    ),
    Metric(
        "failures_in_a_row", "delivery_failures_in_a_row", GAUGE,
        "Tries in a row that failed at a target, 0 where the last one arrived.", ("target",),
    ),
    # What is kept.
    Metric("is_journal_healthy", "journal_healthy", GAUGE, "Whether the journal can be written, 1 or 0."),
    Metric("journal_backlog", "journal_backlog_entries", GAUGE, "Entries that are not on disk yet."),
    Metric("journal_commits", "journal_commits_total", COUNTER, "Commits to the journal."),
    Metric("journal_entries", "journal_entries_total", COUNTER, "Entries in them."),
    Metric(
        "journal_rows_lost", "journal_rows_lost_total", COUNTER,
        "Rows of the trail that found no room while the disk took nothing, or with `cluster` the trail in"
        " NATS.",
    ),
    Metric(
        "journal_committed_at", "journal_last_commit_timestamp_seconds", GAUGE,
        "When the last commit was on disk, in Unix time.",
    ),
    Metric(
        "page_starts", "page_starts_total", COUNTER,
        "Starts of the page's process: each but the first is of a page that ended.",
    ),
    Metric(
        "heartbeats", "heartbeats_total", COUNTER, "Calls of the address of `heartbeat`.", ("result",)
    ),
    Metric(
        "heartbeat_answered_at", "heartbeat_last_success_timestamp_seconds", GAUGE,
        "When the last call of it succeeded, in Unix time.",
    ),
    # More than one machine.
    Metric(
        "cluster_members", "cluster_members", GAUGE,
        "Members of the cluster as this one sees them: `established`, `new`, `draining`, `dead` (for an"
        " hour). This and all that follows only with `cluster`.",
        ("state",),
    ),
    Metric(
        "cluster_established", "cluster_established", GAUGE,
        "Whether this member has been here for long enough to be given shards, 1 or 0.",
    ),
    Metric(
        "cluster_generation_behind", "cluster_generation_behind", GAUGE,
        "Whether another member has a newer configuration, 1 or 0.",
    ),
    Metric(
        "cluster_appends_work", "cluster_appends_work", GAUGE,
        "Whether NATS confirmed something that this member wrote within the last ten seconds, 1 or 0.",
    ),
    Metric("cluster_shards_owned", "cluster_shards_owned", GAUGE, "Shards that this member owns."),
    Metric(
        "cluster_shards_unowned", "cluster_shards_unowned", GAUGE,
        "Shards that nobody owns, as this member sees it: nothing acts on them.",
    ),
    Metric(
        "cluster_shards_taking_over", "cluster_shards_taking_over", GAUGE,
        "Shards of this member whose power and commands wait for what their last owner may have sent.",
    ),
    Metric(
        "cluster_epochs", "cluster_epochs", GAUGE,
        "The epochs of all shards, summed: it grows by one with each claim.",
    ),
    Metric(
        "cluster_fenced", "cluster_fenced_total", COUNTER,
        "Shards that another member claimed while this one took them for its own.",
    ),
    Metric(
        "cluster_lease_left", "cluster_lease_left_seconds", GAUGE,
        "Seconds that the shortest lease of this member's shards still lasts: ten are all, with less than"
        " five nothing is sent.",
    ),
    Metric(
        "cluster_appends", "cluster_append_seconds", HISTOGRAM,
        "How long NATS took to confirm what was written to logs.",
    ),
    Metric(
        "cluster_appends_unanswered", "cluster_appends_unanswered_total", COUNTER,
        "Writes to logs that NATS refused or did not answer: what became of them was found out by reading.",
    ),
    Metric(
        "cluster_logs_went_back", "cluster_logs_went_back", GAUGE,
        "Shards of this member whose log lost its end, and that wait for `automaton cluster adopt`.",
    ),
    Metric(
        "cluster_twins", "cluster_twins", GAUGE,
        "Names that two processes have at once, as this member hears.",
    ),
    Metric(
        "cluster_skew", "cluster_clock_skew_seconds", GAUGE,
        "By how much the clock of another member differs from this one's, at the most.",
    ),
    Metric(
        "cluster_mail_lost", "cluster_mail_lost_total", COUNTER,
        "What engines had to tell each other and could not, by why: it is told anew within ten seconds.",
        ("reason",),
    ),
    Metric(
        "cluster_messages_waiting", "cluster_messages_waiting", GAUGE,
        "Messages of this member's nodes that the owner of their channel has not taken yet.", ("channel",),
    ),
    Metric(
        "cluster_messages_oldest", "cluster_messages_oldest_age_seconds", GAUGE,
        "How long the oldest of them waits, 0 for none.", ("channel",),
    ),
    Metric(
        "cluster_account_share", "cluster_account_share_per_minute", GAUGE,
        "Requests a minute that are this member's of what the Panel's account may ask.",
        ("panel", "account"),
    ),
)  # fmt: skip

OF_THE_PAGE: tuple[Metric, ...] = (
    Metric(
        "requests", "page_requests_total", COUNTER, "Requests to the page by the status of their answer.",
        ("code",),
    ),
    Metric("streams", "page_streams_open", GAUGE, "Browsers that are sent what changes."),
    Metric(
        "logins_failed", "page_logins_failed_total", COUNTER, "Logins that were refused."
    ),
    Metric("sessions", "page_sessions", GAUGE, "People that are signed in."),
    Metric("daemon_up", "up", GAUGE, "Whether the daemon answered this scrape, 1 or 0."),
)  # fmt: skip

OF_SERVERS: tuple[Metric, ...] = (
    Metric(
        "info", "server_info", GAUGE, "A server's name, and where it is: always 1.",
        ("server", "name", "node", "panel"),
    ),
    Metric("state", "server_state", GAUGE, "The power state of a server: 1 for the one it has.",
           ("server", "state")),
    Metric("is_linked", "server_linked", GAUGE, "Whether the server's link is up, 1 or 0.", ("server",)),
    Metric("memory", "server_memory_bytes", GAUGE, "Memory in use.", ("server",)),
    Metric("memory_limit", "server_memory_limit_bytes", GAUGE, "Its memory limit, where it has one.",
           ("server",)),
    Metric("cpu", "server_cpu_cores", GAUGE, "Processor time, in cores.", ("server",)),
    Metric("disk", "server_disk_bytes", GAUGE, "Disk space in use.", ("server",)),
    Metric("disk_limit", "server_disk_limit_bytes", GAUGE, "Its disk limit, where it has one.", ("server",)),
    Metric(
        "received", "server_network_received_bytes_total", COUNTER, "Received since the server's start.",
        ("server",),
    ),
    Metric(
        "sent", "server_network_sent_bytes_total", COUNTER, "Sent since the server's start.", ("server",)
    ),
    Metric("uptime", "server_uptime_seconds", GAUGE, "Time since its start, 0 while it is off.", ("server",)),
    Metric("players", "server_players", GAUGE, "Players on it, where its pack counts them.", ("server",)),
)  # fmt: skip

LEFT_OUT = Metric(
    "servers_left_out", "servers_left_out", GAUGE, "Servers without series: `web.metrics.series` is reached."
)
BUILD = Metric("build", "build_info", GAUGE, "Always 1.", ("version", "python"))

NOT_IN_THE_TABLE = frozenset({"version", "python", "pid", "servers", "servers_left_out"})
"""Fields of `Metrics` that are no metric by themselves."""
