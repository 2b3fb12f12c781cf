"""Where NATS is, and as whom a member comes to it, of what automaton.yml says."""

from __future__ import annotations

from automaton.cluster.nats.connection import Access
from automaton.pace.trust import tls_context
from automaton.secret import Secret
from automaton.settings.cluster import ClusterSettings


def access_of(cluster: ClusterSettings) -> Access:
    """`credentials` are `user:password`, or a token."""
    secure = cluster.ca is not None or any(server.startswith("tls://") for server in cluster.servers)
    tls = tls_context(cluster.ca) if secure else None
    text = cluster.credentials.reveal() if cluster.credentials is not None else ""
    user, colon, password = text.partition(":")
    if colon:
        return Access(tuple(cluster.servers), user=user, password=Secret(password), tls=tls)
    return Access(tuple(cluster.servers), token=Secret(text) if text else None, tls=tls)
