"""The gateway's command, but on PostgreSQL it wakes no other gateway: what NOTIFY costs is the difference."""

from collections.abc import Sequence

from fbtool.__main__ import main
from fbtool.gateway.store.postgres import inbox
from fbtool.gateway.store.postgres.connecting import Connection
from fbtool.gateway.store.postgres.inbox import Kept


async def _nobody(db: Connection, own: str, kept: Sequence[Kept]) -> None:
    """In the place of `inbox.tell`."""


if __name__ == "__main__":
    inbox.tell = _nobody
    main()
