"""The Facebook channel as the gateway's core knows it."""

from collections.abc import Sequence

from fbtool.gateway.channels.facebook import settings
from fbtool.gateway.channels.facebook.settings import FacebookSettings
from fbtool.gateway.setting import Setting, SettingsReader


class FacebookPlug:
    """What is known of the channel without a running gateway."""

    name = "facebook"
    settings: Sequence[Setting] = settings.SETTINGS

    def read_settings(self, reader: SettingsReader) -> FacebookSettings:
        """The settings' values; mistakes are noted with the reader."""
        return settings.read(reader)


PLUG = FacebookPlug()
