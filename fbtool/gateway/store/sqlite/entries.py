"""What is about to be stored."""

from typing import NamedTuple

from fbtool.gateway.store import Arrival


class Entry(NamedTuple):
    """An arrival and the account it is stored for."""

    arrival: Arrival
    account_id: str
    now_ms: int
    account_greets: bool = False

    @property
    def may_greet(self) -> bool:
        """Whether the customer is greeted if this is the first word."""
        return self.account_greets and bool(self.arrival.greets)
