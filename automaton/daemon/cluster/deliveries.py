"""What people ask of deliveries where channels are owned.

A channel's owner answers for its targets, a shard for what waits in its boxes and where its messages go.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from starlette.routing import Route

from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.channels import channels_of
from automaton.daemon.cluster.channel_host import ChannelHost
from automaton.daemon.cluster.outgoing_messages import OutgoingMessages
from automaton.daemon.person_acts import PersonActs
from automaton.daemon.services.deliveries import DeliveriesService
from automaton.delivery.notifier import Notifier
from automaton.delivery.sender import Sender
from automaton.delivery.surroundings import NoLabels, ServerLabel
from automaton.pace.clock import Clock
from automaton.web.routes import deliveries
from automaton.web.routes.deliveries import DeliveryList, DeliveryRow, RouteList, UrlAnswers


def routes_of_channel(
    host: ChannelHost, active: ActiveConfiguration, clock: Clock, sender: Sender
) -> list[Route]:
    """The routes that the owner of a channel answers."""
    return _service_of(host, active, clock, sender).routes()


def rows_of_channel(
    host: ChannelHost, active: ActiveConfiguration, clock: Clock, sender: Sender
) -> list[DeliveryRow]:
    """How the targets of a channel stand at its owner."""
    return _service_of(host, active, clock, sender).deliveries().deliveries


def _service_of(
    host: ChannelHost, active: ActiveConfiguration, clock: Clock, sender: Sender
) -> DeliveriesService:
    acts = PersonActs(host.journal.tell, clock)
    return DeliveriesService(active, host.post, NoLabels().find, clock, sender, acts)


class BoxedDeliveries:
    """The routes that a shard answers. Its boxes are shown where something waits in them.

    Where a message would go is told as for targets at which nothing waits: what does is its owner's to know.
    """

    def __init__(
        self, source: str, active: ActiveConfiguration, post: OutgoingMessages,
        label_of: Callable[[str], ServerLabel], clock: Clock, sender: Sender, acts: PersonActs,
    ) -> None:  # fmt: skip
        self._source = source
        self._active = active
        self._post = post
        self._label_of = label_of
        self._clock = clock
        self._sender = sender
        self._acts = acts

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return deliveries.routes(self)

    def deliveries(self) -> DeliveryList:
        """Each box in which something waits, as a target of its channel."""
        return DeliveryList([
            DeliveryRow(
                target=f"{one.channel} from {self._source}", channel=one.channel, waiting=one.messages,
                oldest=one.oldest, trouble=one.trouble, failures=one.failures,
            )
            for one in self._post.waiting()
            if one.messages
        ])  # fmt: skip

    def retry(self, target: str, who: str) -> DeliveryList | None:
        """Offers at once what waits."""
        tried = self._post.retry(target)
        if target and not tried:
            return None
        self._acts.tell("operator.retry", "what waits was offered at once", who, targets=",".join(tried))
        return DeliveryList([one for one in self.deliveries().deliveries if one.channel in tried])

    def route(self, rule: str, key: str) -> RouteList | None:
        """Where messages of a rule about this key would go now."""
        untold = Notifier(
            channels_of(self._active.settings), self._clock, Random(1), self._sender  # noqa: S311 - unused
        )  # fmt: skip
        asked = DeliveriesService(self._active, untold, self._label_of, self._clock, self._sender, self._acts)
        return asked.route(rule, key)

    async def test(self, channel: str, severity: str, who: str) -> UrlAnswers | None:
        """None: a channel is tested by its owner."""
        return None
