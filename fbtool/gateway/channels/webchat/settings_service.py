"""Shows and saves a widget's settings: once for admins at the configurator, for CRMs, and for the operator."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Annotated, Any

import msgspec

from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.webchat import NAME
from fbtool.gateway.channels.webchat.settings import SettingsChanged, cookie_of, fit, saved
from fbtool.gateway.channels.webchat.store import WebchatStore
from fbtool.gateway.http.endpoints import Body
from fbtool.gateway.problems import AccountOfOtherChannel
from fbtool.gateway.store import Store
from fbtool.webchat import joiner


class SettingsRequest(Body):
    """New settings in place of those of this version."""

    version: Annotated[int, msgspec.Meta(ge=0, lt=2**31)]
    settings: dict[str, Any]


class SettingsService:
    """What can be done with settings.

    Args:
        store: of the gateway.
        kept: of this channel.
        address: the gateway's, for the script's tag; empty: there is none to show.
        clock: unix milliseconds.
        origins_seen: the web sites that have asked for an account's widget lately.
    """

    def __init__(
        self,
        store: Store,
        kept: WebchatStore,
        address: str,
        clock: Callable[[], int],
        origins_seen: Callable[[str], Sequence[str]] = lambda account_id: (),
    ) -> None:
        self._store = store
        self._kept = kept
        self._address = address
        self._clock = clock
        self._origins_seen = origins_seen

    async def show(self, account: Account) -> dict[str, Any]:
        """An account's settings, and what belongs to them.

        Raises:
            AccountOfOtherChannel: it has no widget.
        """
        _refuse_others(account)
        version, settings = saved(await self._kept.settings(account.id))
        available = await self._store.accounts.available_until(account.id) > self._clock()
        picture = await self._store.pictures.picture(account.id, "")
        about = {name: getattr(account, name) for name in ("id", "name", "channel", "active", "greeting")}
        return {
            "account": about | {"available": available, "has_picture": picture is not None},
            "version": version,
            "settings": msgspec.json.decode(msgspec.json.encode(settings)),  # as over HTTP: lists, no tuples
            "origins_seen": list(self._origins_seen(account.id)),
            "cookie": cookie_of(account.id),
            "fixed": {"file": joiner.file_name(), "integrity": joiner.integrity()},
            "snippets": _snippets(self._address, account.id),
        }

    async def save(self, account: Account, wanted: SettingsRequest) -> dict[str, Any]:
        """Replace all settings; what is missing gets its default.

        Raises:
            AccountOfOtherChannel: it has no widget.
            SettingsUnfit, SettingsChanged: nothing was changed.
        """
        _refuse_others(account)
        body = msgspec.json.encode(fit(wanted.settings))
        if not await self._kept.keep_settings(account.id, wanted.version, body):
            raise SettingsChanged
        return await self.show(account)


def _refuse_others(account: Account) -> None:
    if account.channel != NAME:
        raise AccountOfOtherChannel(name=account.name, channel=account.channel, wanted=NAME)


def _snippets(address: str, account_id: str) -> dict[str, str]:
    """The script's tag: one that always loads the present widget, and one that is pinned to these bytes."""
    if not address:
        return {}
    base = escape(f"{address}/webchat/")
    pinned = f'integrity="{joiner.integrity()}" crossorigin="anonymous" data-account="{account_id}"'
    return {
        "live": f'<script async src="{base}{account_id}.js"></script>',
        "fixed": f'<script async src="{base}{joiner.file_name()}" {pinned}></script>',
    }
