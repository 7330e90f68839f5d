"""The Facebook channel as the gateway's core knows it."""

from collections.abc import Sequence

from fbtool.gateway.channels.facebook import settings
from fbtool.gateway.channels.facebook.app_checks import AppChecks
from fbtool.gateway.channels.facebook.checks import FacebookChecks
from fbtool.gateway.channels.facebook.graph import Graph
from fbtool.gateway.channels.facebook.settings import FacebookSettings
from fbtool.gateway.channels.facebook.webhook_ingest import PATH as WEBHOOK
from fbtool.gateway.findings import Finding
from fbtool.gateway.setting import Setting, SettingsReader


class FacebookPlug:
    """What is known of the channel without a running gateway."""

    name = "facebook"
    settings: Sequence[Setting] = settings.SETTINGS

    def read_settings(self, reader: SettingsReader) -> FacebookSettings:
        """The settings' values; mistakes are noted with the reader."""
        return settings.read(reader)

    async def checks(self, settings: FacebookSettings, address: str) -> Sequence[Finding]:
        """What Facebook says while no gateway runs."""
        graph = Graph(settings.platform, settings.app)
        url = address + WEBHOOK if address else ""
        try:
            return await FacebookChecks(AppChecks(graph, settings.app, url), settings.platform, url).findings(
                reachable=False
            )
        finally:
            await graph.close()


PLUG = FacebookPlug()
