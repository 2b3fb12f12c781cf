"""What the page's process is told of automaton.yml."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from automaton.journal.sqlite_journals import NAME
from automaton.secret import Secret
from automaton.settings.field_types import is_loopback
from automaton.settings.model import Settings
from automaton.settings.web import StatusSettings, TrustedProxy, WebUser
from automaton.web.pages.page_settings import PageProxy, PageSettings, PageStatus, PageToken, PageUser


def page_settings(settings: Settings, control: Path) -> PageSettings:
    """Of these settings, for a daemon whose control socket is at `control`."""
    web = settings.web
    proxy = web.trusted_proxy
    return PageSettings(
        control=str(control.absolute()),
        hosts=sorted(_hosts(settings)),
        is_local=settings.page_address is not None and is_loopback(settings.page_address[0]),
        public_url=web.public_url or "",
        users={str(name): _user(user) for name, user in web.users.items()},
        tokens={
            str(name): PageToken(token=one.token.reveal(), role=one.role.value)
            for name, one in web.tokens.items()
        },
        proxy=_proxy(proxy) if proxy is not None else None,
        certificate=str(web.tls.certificate) if web.tls is not None else "",
        key=str(web.tls.key) if web.tls is not None else "",
        status=_status(web.status) if web.status is not None else None,
        metrics_of_servers=web.metrics.servers,
        metrics_series=web.metrics.series,
        journal=str((settings.state / NAME).absolute()),
        state=str(settings.state.absolute()),
        is_shared=settings.cluster is not None,
        log_level=settings.log.level,
        log_format=settings.log.format,
    )


def _hosts(settings: Settings) -> set[str]:
    """Names under which the page answers: whoever comes by another was led here by a stranger's DNS.

    Literal addresses and `localhost` are let in without standing here (web/pages/security/hosts.py).
    """
    hosts = {str(host) for host in settings.web.hosts}
    if settings.web.public_url is not None:
        hosts.add(urlsplit(settings.web.public_url).hostname or "")
    if settings.page_address is not None:
        hosts.add(settings.page_address[0])
    return {host.lower().removesuffix(".") for host in hosts} - {""}


def _user(user: WebUser) -> PageUser:
    return PageUser(role=user.role.value, password=_revealed(user.password), totp=_revealed(user.totp))


def _proxy(proxy: TrustedProxy) -> PageProxy:
    socket = str(proxy.socket.absolute()) if proxy.socket is not None else ""
    return PageProxy(header=str(proxy.header), secret=_revealed(proxy.secret), socket=socket)


def _status(status: StatusSettings) -> PageStatus:
    words = {str(rule): str(text) for rule, text in status.incidents.items()}
    return PageStatus(title=str(status.title), groups=[str(name) for name in status.groups], incidents=words)


def _revealed(secret: Secret | None) -> str:
    return secret.reveal() if secret is not None else ""
