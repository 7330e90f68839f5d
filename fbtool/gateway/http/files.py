"""Files that customers sent, passed through to the CRM under an address of the gateway's own."""

import re
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.port import Files, ForeignFile
from fbtool.gateway.http.auth import AccountAuth
from fbtool.gateway.http.endpoints import Endpoint
from fbtool.gateway.outbound.registry import ChannelRegistry
from fbtool.gateway.problems import FileUnavailable, FileUnknown
from fbtool.gateway.store import Store
from fbtool.gateway.vault import Vault

_PATH = "/v1/attachments"
_SHOWN_AS_IT_IS = re.compile(r"image/(png|jpeg|gif|webp)|(audio|video)/[a-z0-9.+-]+|application/pdf")
"""Everything else is handed on as bytes of an unknown kind, so that no browser takes it for a page."""


class FileRoutes:
    """Gives out addresses for files, and serves them."""

    def __init__(self, auth: AccountAuth, store: Store, vault: Vault, channels: ChannelRegistry, address: str) -> None:
        self._auth = auth
        self._store = store
        self._vault = vault
        self._channels = channels
        self._address = address

    def routes(self) -> list[Endpoint]:
        """Where the handlers are."""
        return [Endpoint("GET", _PATH + "/{reference:str}", self.fetch)]

    def offered(self, account: Account, source_id: str, attachment: dict[str, Any]) -> dict[str, Any]:
        """The attachment with the gateway's address for it, if the gateway would fetch it."""
        url, running = attachment.get("url", ""), self._channels.get(account.channel)
        if running is None or not isinstance(running.channel, Files) or not running.channel.may_fetch(url):
            return attachment
        reference = self._vault.file_reference(source_id, url)
        return attachment | {"gateway_url": f"{self._address}{_PATH}/{reference}"}

    async def fetch(self, request: Request) -> Response:
        """Pass a file through; nothing of it is kept."""
        account = await self._auth.active(request)
        named = self._vault.file_of(request.path_params["reference"])
        source = await self._store.sources.source(named[0]) if named else None
        channel = self._channels.of(account).offered
        if named is None or source is None or source.account_id != account.id or not isinstance(channel, Files):
            raise FileUnknown
        return _Passing(await channel.fetch(named[1], account.id))


class _Passing(Response):
    """A file on its way through. If it breaks off, the connection ends before the file is complete."""

    def __init__(self, file: ForeignFile) -> None:
        kind = file.content_type if _SHOWN_AS_IT_IS.fullmatch(file.content_type) else "application/octet-stream"
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"}
        super().__init__(headers=headers, media_type=kind)
        del self.headers["content-length"]
        if file.size is not None:
            self.headers["content-length"] = str(file.size)
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            async for part in self._file.parts():
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        except FileUnavailable:
            return
        finally:
            self._file.close()
