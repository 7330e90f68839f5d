"""What a channel is to the gateway: the port that every channel fills."""

from collections.abc import Sequence
from typing import Any, Protocol

from fbtool.gateway.findings import Finding
from fbtool.gateway.setting import Setting, SettingsReader


class Plug(Protocol):
    """What is known of a channel without a running gateway."""

    @property
    def name(self) -> str:
        """As accounts and settings name it."""

    @property
    def settings(self) -> Sequence[Setting]:
        """Its settings, all in the section of its name."""

    def read_settings(self, reader: SettingsReader) -> Any:
        """The settings' values, for `open`; mistakes are noted with the reader."""

    async def checks(self, settings: Any, address: str) -> Sequence[Finding]:
        """What a look at everything outside finds while no gateway runs. Never raises.

        ``address``: the one that the world would reach; empty if only a start will tell.
        """
