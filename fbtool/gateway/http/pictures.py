"""Pictures that customers see beside answers: the account's own, and those of its agents."""

import re

from starlette.requests import Request
from starlette.responses import Response

from fbtool.gateway.clock import now_ms
from fbtool.gateway.http.auth import AccountAuth
from fbtool.gateway.http.common import limited_body
from fbtool.gateway.http.endpoints import Endpoint
from fbtool.gateway.problems import PictureUnfit, RequestInvalid, RequestTooLarge
from fbtool.gateway.store import Store
from fbtool.gateway.store.pictures import MOST_BYTES, REFERENCE, Picture
from fbtool.language import say

_OWN = "account"
"""How customers' browsers name the account's own picture, so that no agent's can have that name."""
_KINDS = (
    (rb"\x89PNG\r\n\x1a\n", "image/png"),
    (rb"\xff\xd8\xff", "image/jpeg"),
    (rb"RIFF....WEBP", "image/webp"),
)
"""How a file of each kind begins."""


class PictureRoutes:
    """The handlers of ``/v1/account/picture`` and ``/v1/agents/{reference}/picture``."""

    def __init__(self, auth: AccountAuth, store: Store) -> None:
        self._auth = auth
        self._store = store

    def routes(self) -> list[Endpoint]:
        """Where the handlers are."""
        return [
            Endpoint(method, path, handler, body=method == "PUT")
            for path in ("/v1/account/picture", "/v1/agents/{reference:str}/picture")
            for method, handler in (("PUT", self.keep), ("DELETE", self.remove))
        ]

    async def keep(self, request: Request) -> Response:
        """Keep a picture, instead of an earlier one."""
        account = await self._auth.active(request)
        reference = _reference(request)
        try:
            body = await limited_body(request, MOST_BYTES)
        except RequestTooLarge:
            raise PictureUnfit(limit=MOST_BYTES) from None
        await self._store.pictures.keep(account.id, reference, Picture(_kind_of(body), body, now_ms()))
        return Response(status_code=204)

    async def remove(self, request: Request) -> Response:
        """Forget a picture; initials stand in its place."""
        account = await self._auth.active(request)
        await self._store.pictures.remove(account.id, _reference(request))
        return Response(status_code=204)


def _reference(request: Request) -> str:
    reference: str = request.path_params.get("reference", "")
    if "reference" in request.path_params and (not re.fullmatch(REFERENCE, reference) or reference == _OWN):
        raise RequestInvalid(reason=say("A picture's reference has 1 to 64 of the characters A–Z, a–z, 0–9, _ and -."))
    return reference


def _kind_of(body: bytes) -> str:
    for begins, kind in _KINDS:
        if re.match(begins, body, re.DOTALL):
            return kind
    raise PictureUnfit(limit=MOST_BYTES)
