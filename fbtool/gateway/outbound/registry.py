"""The channels that run in this gateway, each with its sender."""

from collections.abc import Iterator
from dataclasses import dataclass

from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.port import Channel
from fbtool.gateway.messages import Deadlines
from fbtool.gateway.outbound.sender import Sender
from fbtool.gateway.problems import ChannelOff


@dataclass(frozen=True)
class RunningChannel:
    """A channel and who sends its answers."""

    name: str
    channel: Channel
    sender: Sender

    @property
    def offered(self) -> Channel:
        """The channel, to do something now.

        Raises:
            ChannelOff: the operator does not offer it at the moment.
        """
        if not self.sender.offered:
            raise ChannelOff(channel=self.name)
        return self.channel


class ChannelRegistry:
    """Finds the channel of an account."""

    def __init__(self) -> None:
        self._running: dict[str, RunningChannel] = {}

    def __iter__(self) -> Iterator[RunningChannel]:
        return iter(self._running.values())

    def add(self, running: RunningChannel) -> None:
        """From now on accounts of the channel are served."""
        self._running[running.name] = running

    def get(self, name: str) -> RunningChannel | None:
        """The channel, if it runs."""
        return self._running.get(name)

    def of(self, account: Account) -> RunningChannel:
        """The channel of the account.

        Raises:
            ChannelOff: the gateway does not serve it.
        """
        running = self._running.get(account.channel)
        if running is None:
            raise ChannelOff(channel=account.channel)
        return running

    def deadlines(self, account: Account, last_customer_ms: int) -> Deadlines | None:
        """Until when the account's customers may be answered; None while the gateway does not serve its channel."""
        running = self._running.get(account.channel)
        return running.channel.deadlines(last_customer_ms) if running else None
