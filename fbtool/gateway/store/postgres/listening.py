"""Waking those who wait at one gateway for what another one has stored.

A notification is only a hint and can be lost with its connection. So everybody looks again when the connection is
made anew, and every few seconds in any case.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence

import asyncpg

from fbtool.gateway.store.postgres.connecting import AWAY, Connection

CHANNEL = "fbtool_news"
ACCOUNTS = "fbtool_accounts"
"""Where changes of accounts and their tokens are told, each by the account's id."""
LISTENER = "fbtool listener"
"""How a gateway's listening connection is called at the server: one for each gateway that runs."""
LISTENERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1"
"""Counts them."""
_LOOK_AGAIN_SECONDS = 5.0
_EVERYBODY = "*"
_MOST_BYTES = 7_000
"""A notification may have 8,000."""


def payload(own: str, ids: Sequence[str]) -> str:
    """What is told to the other gateways: who tells it, and which accounts or other ids have something new."""
    names = ",".join(ids)
    return f"{own} {names if len(names) <= _MOST_BYTES else _EVERYBODY}"


async def tell(db: Connection, own: str, ids: Sequence[str]) -> None:
    """Have the other gateways notify these ids, once the transaction is kept."""
    await db.execute("SELECT pg_notify($1, $2)", CHANNEL, payload(own, ids))


class Listener:
    """Listens on a connection of its own until it is stopped.

    Args:
        url: of the database.
        own: names this gateway in notifications.
        notify: called with an account that has news.
        notify_all: called when anybody may have news.
        changed: called with an account that has changed, or with nothing if any may have.
    """

    def __init__(
        self,
        url: str,
        own: str,
        notify: Callable[[str], None],
        notify_all: Callable[[], None],
        changed: Callable[[str], None],
    ) -> None:
        self.gateways = 1
        """How many gateways listened when this one last looked."""
        self._url = url
        self._own = own
        self._notify = notify
        self._ring_all = notify_all
        self._changed = changed
        self._look = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(*AWAY):
                await self._listen()
            self._ring_all()
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def _listen(self) -> None:
        """Until the connection is lost."""
        self._look = look = asyncio.Event()
        connection = await asyncpg.connect(self._url, timeout=10, server_settings={"application_name": LISTENER})
        try:
            connection.add_termination_listener(lambda _: look.set())
            await connection.add_listener(CHANNEL, self._hear)
            await connection.add_listener(ACCOUNTS, lambda *heard: self._changed(str(heard[3])))
            self._changed("")  # what was told meanwhile has not been heard
            # Those who were there before look again, and so count this one, too.
            await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, f"{self._own} {_EVERYBODY}")
            while not connection.is_closed():
                look.clear()
                self.gateways = max(await connection.fetchval(LISTENERS, LISTENER), 1)
                self._ring_all()
                # Not wait_for: in Python 3.11 it forgets a cancellation that comes together with the event.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_AGAIN_SECONDS):
                        await look.wait()
        finally:
            connection.terminate()

    def _hear(self, connection: object, pid: int, channel: str, told: object) -> None:
        teller, _, accounts = str(told).partition(" ")
        if teller == self._own:
            return
        if accounts == _EVERYBODY:
            self._look.set()
            self._ring_all()
            return
        for account_id in accounts.split(","):
            self._notify(account_id)
