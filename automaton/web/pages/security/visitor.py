"""Who asks: a person or a program, and what he may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from automaton.web.http_json import RequestRefused
from automaton.web.pages.page_settings import Role

if TYPE_CHECKING:
    from starlette.requests import Request

    from automaton.web.pages.security.sessions import SignedIn


@dataclass(frozen=True, slots=True)
class Visitor:
    """`name` stands in the audit trail. `session` is None for a program with a token."""

    name: str
    role: Role
    session: SignedIn | None = None

    @property
    def may_act(self) -> bool:
        """Whether he may do more than look."""
        return self.role == "operator"


def visitor_of(request: Request) -> Visitor:
    """Who asks; the middleware let nobody else through to a page that is not public."""
    visitor = request.scope.get("visitor")
    if not isinstance(visitor, Visitor):
        raise RequestRefused(401, "sign in first")
    return visitor


def actor_of(request: Request) -> Visitor:
    """Who asks, if he may act. Raises RequestRefused for one who may only look."""
    visitor = visitor_of(request)
    if not visitor.may_act:
        raise RequestRefused(403, "you may look, and not act: that needs the role `operator`")
    return visitor
