"""More than one machine, in automaton.yml: `cluster`."""

from __future__ import annotations

import re
import socket
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import field_validator

from automaton.schema.annotations import read_by
from automaton.schema.base import Count, OneOrMany, Slug, Strict
from automaton.schema.invalid import invalid
from automaton.schema.readers import text_of
from automaton.secret import Secret
from automaton.settings.field_types import Authority, HttpUrl
from automaton.settings.secrets import SecretText

_EXPECTED = "an address as `nats://10.0.0.1:4222`"
REPLICAS = (1, 3, 5)
"""How many servers may keep a log: an even number survives no more than one less, and NATS takes no 7."""

SHORTEST_KEY = 32
"""Letters: what is sealed by it lies where everybody with NATS' permissions can read it."""

_CLUSTER = re.compile(r"[A-Za-z0-9-]{1,40}")
"""Its name, as it stands in subjects and streams of NATS (`cluster/names.py`)."""

_NO_NAME = re.compile(r"[^A-Za-z0-9_.-]+")


def _nats(value: object) -> str:
    """The address of a server of NATS; never a password."""
    text = str(text_of(value, _EXPECTED))
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in ("nats", "tls") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise invalid("url", "this is no address of NATS", text, expected=_EXPECTED)
    if parts.username is not None or parts.password is not None:
        message = "an address holds no user and no password: name them in `credentials`"
        raise invalid("url", message, found="`…@…`", expected=_EXPECTED)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise invalid("url", "an address of NATS ends with its port", text, expected=_EXPECTED)
    return text.rstrip("/")


NatsUrl = Annotated[str, read_by(_nats, type="string", format="uri")]
"""An address of a server of NATS, by `nats://` or `tls://`."""


class ClusterSettings(Strict):
    """Several daemons that share the work and stand in for each other, joined by NATS with JetStream.

    ```yaml
    servers: [nats://10.0.0.1:4222, nats://10.0.0.2:4222, nats://10.0.0.3:4222]
    credentials: {credential: nats}
    key: {credential: cluster_key}
    monitor: [http://10.0.0.1:8222, http://10.0.0.2:8222, http://10.0.0.3:8222]
    name: hosting
    member: eu-a
    replicas: 3
    ca: /etc/automaton/nats-ca.pem
    ```

    `credentials` are what NATS knows this member by: `user:password`, or a token. `key` seals what
    members share of the page: the same on all of them, 32 letters or more. `monitor` is where each server of
    NATS tells how it is set up, for `automaton check --online`. All members have one `name`, and each its
    own `member`, which is the machine's name where nothing is written. `replicas` is how many servers keep
    each log.
    """

    servers: OneOrMany[NatsUrl]
    credentials: SecretText | None = None
    key: SecretText | None = None
    monitor: OneOrMany[HttpUrl] = ()
    name: Slug = "automaton"
    member: Slug | None = None
    replicas: Count = 3
    ca: Authority | None = None

    @property
    def own_name(self) -> str:
        """What this member is called."""
        return str(self.member or _NO_NAME.sub("-", socket.gethostname())[:64] or "member")

    @field_validator("name")
    @classmethod
    def _is_word(cls, name: str) -> str:
        if not _CLUSTER.fullmatch(name):
            message = "a cluster's name has up to 40 letters, digits and hyphens: NATS has it in its subjects"
            raise invalid("name", message, found=name)
        return name

    @field_validator("replicas")
    @classmethod
    def _is_odd(cls, replicas: int) -> int:
        if replicas not in REPLICAS:
            message = (
                "1, 3 or 5 servers of NATS keep a log: it makes no more than 5 copies, and an even number"
                " survives the loss of no more servers than one less"
            )
            raise invalid("count", message, found=str(replicas), expected="`3`")
        return replicas

    @field_validator("key")
    @classmethod
    def _is_long(cls, key: Secret | None) -> Secret | None:
        if key is not None and 0 < len(key.reveal()) < SHORTEST_KEY:
            message = f"it can be found by trying: the key of a cluster has {SHORTEST_KEY} letters or more"
            raise invalid("weak-token", message, found="***", expected="what `openssl rand -hex 32` prints")
        return key
