"""The one row of the shared database that depends on the master key, for the command that replaces that key."""

import asyncio

from fbtool.gateway.store.postgres.inspection import DatabaseEmpty, inspect, replace_data_key


class SharedDataKey:
    """See `choosing.DataKey`. Gateways may run: they have read the row at their start and do not need it again."""

    def __init__(self, url: str) -> None:
        self._url = url

    def wrapped(self) -> bytes:
        """See `choosing.DataKey.wrapped`."""
        found = asyncio.run(inspect(self._url))
        if found.data_key is None:
            raise DatabaseEmpty(place=found.place)
        return found.data_key

    def replace(self, earlier: bytes, anew: bytes) -> bool:
        """See `choosing.DataKey.replace`."""
        return asyncio.run(replace_data_key(self._url, earlier, anew))
