"""One sandbox: a world, what has happened in it, and the parts that act on it."""

from fbtool.sandbox.clock import Clock
from fbtool.sandbox.graph.desk import Desk
from fbtool.sandbox.state import State
from fbtool.sandbox.webhooks.office import PostOffice
from fbtool.sandbox.world import World


class Sandbox:
    """Everything that the faces (Graph API, login dialog, customers, control) work with."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world = world
        self.clock = clock
        self._begin()

    def _begin(self) -> None:
        self.state = State(self.world, self.clock)
        self.office = PostOffice(self.state)
        self.desk = Desk(self.state, self.office)

    async def reset(self) -> None:
        """Forget all that has happened; the clock keeps its time."""
        old = self.state
        await self.office.close()
        self._begin()
        old.end()

    def wake_all(self) -> None:
        """End all waiting because the server ends."""
        self.state.end()

    async def close(self) -> None:
        """Stop what goes on in the background."""
        self.wake_all()
        await self.office.close()
