"""``fbtool gateway``: run and look after the gateway, manage its messenger accounts."""

from fbtool.cli.lazy import Entry, LazyGroup
from fbtool.language import N_

gateway = LazyGroup(
    "gateway",
    entries={
        "init": Entry("fbtool.cli.gateway.init:init", N_("Write a commented settings file and the keys.")),
        "run": Entry("fbtool.cli.gateway.run:run", N_("Run the gateway until Ctrl-C.")),
        "setup": Entry("fbtool.cli.gateway.setup:setup", N_("Register the running gateway's webhook at the Meta app.")),
        "accounts": Entry("fbtool.cli.gateway.accounts:accounts", N_("Manage messenger accounts.")),
    },
    help=N_("Run the gateway between Facebook and your customer-service system, and manage its messenger accounts."),
)
