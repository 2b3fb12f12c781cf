"""The addresses that automaton.yml names, and requests to them: these and no others.

An address may hold a token, so none stands in an outcome or a log: rules know it by its name. No
redirect is followed, for it would lead elsewhere than the operator wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from automaton.core.json_path import JsonPath, pruned
from automaton.core.outcome import LARGEST_ANSWER, LONGEST_BODY, Outcome, Result, in_brief
from automaton.pace.bounded_transport import Transport
from automaton.pace.http_client import HttpClient, NotAnswered
from automaton.pace.trust import tls_context
from automaton.secret import Secret
from automaton.settings.model import Settings

ANSWERED_WITHIN = 20.0  # seconds
BODY_WITHIN = 5.0  # seconds for a body: one that goes on for ever is cut, and the status counts
WAY = "http"
SHORTEST_SECRET = 8  # characters: shorter words of a header, as `Bearer`, are no secret and may be said


@dataclass(frozen=True, slots=True)
class NamedAddress:
    """Where a request goes, and the headers that go with it, all secrets."""

    url: Secret
    headers: Mapping[str, Secret] = field(default_factory=dict)

    def without_secrets(self, said: str) -> str:
        """An answer in which the address repeats nothing of what it was told in secret: rules may read it."""
        for secret in (self.url, *self.headers.values()):
            for word in sorted({secret.reveal(), *secret.reveal().split()}, key=len, reverse=True):
                if len(word) >= SHORTEST_SECRET:
                    said = said.replace(word, "***")
        return said


class Addresses:
    """The AddressPort of core/calls.py. A reload replaces `named`. `transport` is for tests."""

    def __init__(
        self,
        named: Mapping[str, NamedAddress],
        transport: Callable[[], Transport] | None = None,
    ) -> None:
        self.named = named
        self._transport = transport
        self._tls = tls_context()

    async def request(self, name: str, method: str, body: str = "", path: JsonPath = ()) -> Outcome:
        """One request; an empty `body` is none, any other is JSON. DONE is an answer of 2xx.

        Of the answer what lies on the `path` is kept; without one, its beginning.
        """
        address = self.named.get(name)
        if address is None:
            return Outcome(Result.REFUSED, f"`http` of automaton.yml names no `{name}` any more", WAY)
        headers = {header: value.reveal() for header, value in address.headers.items()}
        content = body.encode() if body else None
        if content is not None:
            headers["Content-Type"] = "application/json"
        transport = self._transport() if self._transport else None
        async with HttpClient(self._tls, transport=transport) as client:
            try:
                answer = await client.beginning(
                    method, address.url.reveal(), within=ANSWERED_WITHIN,
                    most=LARGEST_ANSWER if path else LONGEST_BODY, body_within=BODY_WITHIN,
                    headers=headers, content=content,
                )  # fmt: skip
            except NotAnswered as problem:
                return _unanswered(name, problem)
        said = address.without_secrets(answer.body.decode(errors="replace"))
        kept = in_brief(pruned(said, path) if path else said)
        return replace(_outcome(name, answer.status), status=answer.status, body=kept)


def addresses_of(settings: Settings) -> dict[str, NamedAddress]:
    """The addresses that rules may call, by name."""
    return {
        str(name): NamedAddress(one.url, {str(header): value for header, value in one.headers.items()})
        for name, one in settings.http.items()
    }


def _unanswered(name: str, problem: NotAnswered) -> Outcome:
    """Never with the text of the error: the address may stand in it."""
    if not problem.sent:
        why = problem.distrusted or problem.kind
        return Outcome(Result.FAILED, f"`{name}` cannot be reached: {why}", WAY)
    return Outcome(Result.UNKNOWN, f"it was sent, and `{name}` did not answer ({problem.kind})", WAY)


def _outcome(name: str, status: int) -> Outcome:
    if 200 <= status < 300:
        return Outcome(Result.DONE, f"HTTP {status}", WAY)
    if 300 <= status < 400:
        said = f"`{name}` redirects (HTTP {status}), and nobody goes there: write the final address"
        return Outcome(Result.REFUSED, said, WAY)
    return Outcome(Result.REFUSED, f"`{name}` answers HTTP {status}", WAY)
