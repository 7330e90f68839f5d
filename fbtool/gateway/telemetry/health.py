"""Whether the gateway can keep its promises right now."""

import asyncio
import logging
import shutil
from enum import StrEnum
from pathlib import Path

from fbtool.gateway.limits import READY_SECONDS, Limits
from fbtool.gateway.problems import StoreUnavailable
from fbtool.gateway.store import Store

log = logging.getLogger("fbtool.gateway.store")
_MB = 1024 * 1024


class Trouble(StrEnum):
    """Why the gateway is not ready. The words are stable, for programs."""

    STARTING = "starting"
    STOPPING = "stopping"
    STORE = "store unavailable"
    """It cannot write, is too slow, or once failed to flush: only a restart makes it trust its disk again."""
    DISK = "disk almost full"


class Health:
    """Watches the store, the disk and the gateway's own end."""

    def __init__(self, data_dir: Path, limits: Limits) -> None:
        self._data_dir = data_dir
        self._mark = limits.free_disk_mb * _MB
        self._store: Store | None = None
        self._stopping = False

    def watch(self, store: Store) -> None:
        """Look at this store from now on."""
        self._store = store

    def stop(self) -> None:
        """Not ready any more: the gateway ends."""
        self._stopping = True

    def free_bytes(self) -> int:
        """Free space where the data is."""
        return shutil.disk_usage(self._data_dir).free

    async def troubles(self) -> list[Trouble]:
        """All that speaks against being ready; empty: ready."""
        found = [Trouble.STOPPING] if self._stopping else []
        if self._store is None:
            return [*found, Trouble.STARTING]
        try:
            await asyncio.wait_for(self._store.check(), READY_SECONDS)
        except (StoreUnavailable, TimeoutError):
            found.append(Trouble.STORE)
        except Exception as defect:
            log.error("the store cannot do its work: %s", type(defect).__name__)
            found.append(Trouble.STORE)
        if self.free_bytes() < self._mark:
            found.append(Trouble.DISK)
        return found
