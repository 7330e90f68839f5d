"""A shop on whose pages a web chat runs: stands for any shop's website, and for the network in front of a gateway.

The pages know the chat only as every shop does: one script tag. What a real website may do to it is switched per page
(`switches`) or happens to single calls on their way to the gateway (`troubles`).
"""

from fbtool.sandbox.shop.reports import Reports
from fbtool.sandbox.shop.switches import Switches
from fbtool.sandbox.shop.troubles import Troubles


class Shop:
    """What is known of the shop besides its goods."""

    def __init__(self) -> None:
        self.usual = Switches()
        """For every page whose address does not say otherwise."""
        self.reports = Reports()
        self.troubles = Troubles()
