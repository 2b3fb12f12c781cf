"""`web` of automaton.yml: where the page is reached, who may see it, who may act, and what it shows to all.

Who is not named here sees nothing but what is public: health, `/metrics`, the status page, links of messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from pydantic import Field

from automaton.schema.base import OneOrMany, Slug, Strict, Text
from automaton.schema.selector import ServerSelector
from automaton.settings.field_types import FilePath, HostName, HttpUrl, PersonName
from automaton.settings.secrets import SecretText

MOST_SERIES = 200_000
"""Series of servers' stats: some 20,000 servers with ten figures each, and 40 MB of text a scrape."""


class Role(Enum):
    """What a person may do: a viewer sees everything, an operator acts too."""

    VIEWER = "viewer"
    OPERATOR = "operator"


class WebUser(Strict):
    """A person. Without `password` only a proxy that signs people in can name him.

    ```yaml
    password: {credential: web_anna}
    role: operator
    totp: {credential: web_anna_totp}
    ```
    """

    password: SecretText | None = None
    role: Role = Role.VIEWER
    totp: SecretText | None = None


class ApiToken(Strict):
    """A program, which sends `Authorization: Bearer …` to `/api/v1`.

    ```yaml
    token: {credential: web_grafana}
    role: viewer
    ```
    """

    token: SecretText
    role: Role = Role.VIEWER


class TrustedProxy(Strict):
    """A proxy that signs people in, and names them in a header: `secret` or `socket` tells it from others.

    ```yaml
    secret: {credential: web_proxy}
    header: X-Forwarded-User
    ```

    With `secret` it sends `X-Automaton-Proxy: <secret>`; with `socket` it reaches the page by that file
    alone. A person whom `users` does not name has no role.
    """

    secret: SecretText | None = None
    socket: FilePath | None = None
    header: Text = "X-Forwarded-User"


class Tls(Strict):
    """A certificate of its own, for those without a proxy; both are read anew at a reload.

    ```yaml
    certificate: /etc/automaton/tls/fullchain.pem
    key: /etc/automaton/tls/privkey.pem
    ```
    """

    certificate: FilePath
    key: FilePath


class StatusSettings(Strict):
    """The public page: which servers stand on it, in which groups, without a login.

    ```yaml
    title: Our servers
    groups: {Survival: {tag: survival}, Minigames: [{id: "1a2b3c4d"}]}
    incidents: {memory-high: We are making room for more players.}
    ```

    `incidents` is what it says while an incident of a rule is open, by the rule's id; of other rules it says
    nothing.
    """

    title: Text = "Status"
    groups: Mapping[Text, ServerSelector] = {}
    incidents: Mapping[Slug, Text] = {}


class MetricsSettings(Strict):
    """What `/metrics` tells beside the daemon's own figures: those of its servers, if they are wanted.

    ```yaml
    servers: true
    series: 10000
    ```
    """

    servers: bool = False
    series: int = Field(default=10_000, ge=1, le=MOST_SERIES)


class WebSettings(Strict):
    """The page at `listen.http`, and what else listens there.

    ```yaml
    public_url: https://automaton.example.org
    users: {anna: {password: {credential: web_anna}, role: operator}}
    ```

    `public_url` is where people reach it: messages then have a link that acknowledges. `hosts` are further
    names under which it answers.
    """

    public_url: HttpUrl | None = None
    hosts: OneOrMany[HostName] = ()
    users: Mapping[PersonName, WebUser] = {}
    tokens: Mapping[Slug, ApiToken] = {}
    trusted_proxy: TrustedProxy | None = None
    tls: Tls | None = None
    status: StatusSettings | None = None
    metrics: MetricsSettings = MetricsSettings()

    @property
    def has_page(self) -> bool:
        """Whether anything but hooks and links of messages is wanted of `listen.http`."""
        return bool(self.users or self.tokens or self.trusted_proxy or self.status)
