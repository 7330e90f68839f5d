"""One sandbox: a world, what has happened in it, and the parts that act on it."""

from fbtool.sandbox.clock import Clock
from fbtool.sandbox.graph.router import GraphRouter
from fbtool.sandbox.shop import Shop
from fbtool.sandbox.state import WorldState
from fbtool.sandbox.webhooks.sender import WebhookSender
from fbtool.sandbox.world import World


class Sandbox:
    """Everything that the HTTP routes (Graph API, login dialog, customers, control) work with."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world = world
        self.clock = clock
        self._begin()

    def _begin(self) -> None:
        self.state = WorldState(self.world, self.clock)
        self.webhooks = WebhookSender(self.state)
        self.graph = GraphRouter(self.state, self.webhooks)
        self.shop = Shop()

    async def reset(self) -> None:
        """Forget all that has happened; the clock keeps its time."""
        old, shop = self.state, self.shop
        await self.webhooks.close()
        self._begin()
        old.end()
        shop.troubles.clear()

    def wake_all(self) -> None:
        """End all waiting because the server ends."""
        self.state.end()
        self.shop.troubles.clear()

    async def close(self) -> None:
        """Stop what goes on in the background."""
        self.wake_all()
        await self.webhooks.close()
