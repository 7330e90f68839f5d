"""``fbtool gateway``: run and look after the gateway, manage its messenger accounts."""

from fbtool.cli.lazy import Entry, LazyGroup
from fbtool.language import N_

gateway = LazyGroup(
    "gateway",
    entries={
        "init": Entry("fbtool.cli.gateway.init:init", N_("Write a commented settings file and the keys.")),
        "run": Entry("fbtool.cli.gateway.run:run", N_("Run the gateway until Ctrl-C.")),
        "reload": Entry("fbtool.cli.gateway.reload:reload", N_("Let the running gateway read its settings again.")),
        "setup": Entry("fbtool.cli.gateway.setup:setup", N_("Register the running gateway's webhook at the Meta app.")),
        "check": Entry("fbtool.cli.gateway.check:check", N_("Check everything and say what to do.")),
        "privacy": Entry("fbtool.cli.gateway.privacy:privacy", N_("Show what is held right now, as counts.")),
        "backup": Entry("fbtool.cli.gateway.backups:backup", N_("Copy the database, also while the gateway runs.")),
        "restore": Entry("fbtool.cli.gateway.backups:restore", N_("Put a backup into an empty data folder.")),
        "rotate-key": Entry("fbtool.cli.gateway.keys:rotate_key", N_("Give the database a new master key.")),
        "rotate-app-secret": Entry(
            "fbtool.cli.gateway.keys:rotate_app_secret", N_("Take a new app secret in two steps.")
        ),
        "accounts": Entry("fbtool.cli.gateway.accounts:accounts", N_("Manage messenger accounts.")),
        "webchat": Entry("fbtool.cli.gateway.webchat:webchat", N_("Set up the chat on a shop's pages.")),
        "managers": Entry(
            "fbtool.cli.gateway.managers:managers", N_("Manage who may make messenger accounts of their own.")
        ),
    },
    help=N_(
        "Run the gateway between your customers, at Facebook or in a web chat, and your customer-service system, and "
        "manage its messenger accounts."
    ),
)
