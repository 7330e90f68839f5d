"""What a shop's page loads: the widget with its account's settings, the same without, pictures, and a small status.

All of it is public, the same for everybody, and cached for a while by browsers and proxies. The page of a shop never
breaks over it: where there is no chat, the script says so to who looks into the browser's console, and ends.
"""

import gzip
import hashlib
from functools import cache

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fbtool.gateway.channels.port import Core
from fbtool.gateway.channels.webchat.http_visitor import BASE, readable
from fbtool.gateway.channels.webchat.served_accounts import ServedAccount, ServedAccounts
from fbtool.gateway.channels.webchat.settings import WidgetSettings
from fbtool.gateway.http.common import Json
from fbtool.gateway.problems import NothingHere
from fbtool.webchat import joiner

_SCRIPT = "text/javascript; charset=utf-8"
_TYPES = {"js": _SCRIPT, "css": "text/css; charset=utf-8", "json": "application/json"}
_PUBLIC = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
_CLOSE = {"Connection": "close"}
"""A visitor who only looks holds no connection."""
_MINUTE, _FOR_EVER = "public, max-age=60", "public, max-age=31536000, immutable"
_STATUS, _PICTURE, _SOURCE = "public, max-age=20", "public, max-age=300", "public, max-age=3600"
_REMEMBERED = 1_000
_OWN_PICTURE = "account"


class Served:
    """A file as it goes out: packed once, for browsers that unpack, and known again by a tag, packed or not."""

    def __init__(self, body: bytes, kind: str = _SCRIPT) -> None:
        self.body = body
        self._kind = kind
        self._packed = gzip.compress(body, 9, mtime=0)
        self._tag = f'W/"{hashlib.sha256(body).hexdigest()[:16]}"'

    def answer(self, request: Request, cache: str, more: dict[str, str] | None = None) -> Response:
        """The file, or that the browser has it already."""
        headers = {"ETag": self._tag, "Cache-Control": cache, "Vary": "Accept-Encoding", **_PUBLIC, **(more or {})}
        if self._tag in map(str.strip, request.headers.get("if-none-match", "").split(",")):
            return Response(status_code=304, headers=headers)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(self.body, media_type=self._kind, headers=headers)
        return Response(self._packed, media_type=self._kind, headers=headers | {"Content-Encoding": "gzip"})


class ScriptRoutes:
    """The handlers of what pages load."""

    def __init__(self, core: Core, served: ServedAccounts) -> None:
        self._core = core
        self._served = served
        self._scripts: dict[bytes, Served] = {}
        """By the config that is in front."""

    def routes(self) -> list[Route]:
        """Where the handlers are. The fixed addresses stand in front of those with an account."""
        return [
            Route("/webchat/widget-{hash:str}.js", self.fixed, methods=["GET"]),
            Route("/webchat/source/{file:str}", readable(self.source), methods=["GET"]),
            Route(f"{BASE}.js", self.script, methods=["GET"]),
            Route(f"{BASE}/settings", readable(self.settings), methods=["GET"]),
            Route(f"{BASE}/status", readable(self.status), methods=["GET"]),
            Route(f"{BASE}/pictures/{{ref:str}}", readable(self.picture), methods=["GET"]),
        ]

    async def prepare(self) -> None:
        """Join the widget beside everything else, before somebody waits for it."""
        await run_in_threadpool(_fixed)
        await run_in_threadpool(joiner.joined, _features(WidgetSettings()))

    async def script(self, request: Request) -> Response:
        """The widget behind its settings; or a word for who wonders why there is none."""
        served = await self._served.get(request.path_params["account"])
        if served is None or not served.is_shown:
            return _nothing(served).answer(request, _MINUTE, _CLOSE)
        config = msgspec.json.encode(served.config(self._core.clock()))
        script = self._scripts.get(config)
        if script is None:
            script = await run_in_threadpool(_behind, config, _features(served.settings))
            if len(self._scripts) >= _REMEMBERED:
                self._scripts.clear()
            self._scripts[config] = script
        return script.answer(request, _MINUTE, _CLOSE)

    async def fixed(self, request: Request) -> Response:
        """The widget alone, which never changes at its address."""
        if f"widget-{request.path_params['hash']}.js" != joiner.file_name():
            raise NothingHere
        return _fixed().answer(request, _FOR_EVER)

    async def source(self, request: Request) -> Response:
        """A module of the widget as it was written, for people who want to know what runs on their pages."""
        name = request.path_params["file"]
        body = joiner.sources().get(name)
        if body is None:
            raise NothingHere
        return Served(body, _TYPES.get(name.rpartition(".")[2], "text/plain; charset=utf-8")).answer(request, _SOURCE)

    async def settings(self, request: Request) -> Response:
        """The settings, for the widget that does not have them in front of it."""
        served = await self._shown(request)
        return Json(served.config(self._core.clock()), headers=_PUBLIC | {"Cache-Control": _MINUTE})

    async def status(self, request: Request) -> Response:
        """Whether somebody is there, and which settings are the present ones."""
        served = await self._shown(request)
        told = {"available": served.available(self._core.clock()), "version": served.saved.version}
        return Json(told, headers=_PUBLIC | _CLOSE | {"Cache-Control": _STATUS})

    async def picture(self, request: Request) -> Response:
        """A picture of the account or of an agent."""
        account_id, ref = request.path_params["account"], request.path_params["ref"]
        served = await self._served.get(account_id)
        picture = None
        if served is not None and served.account.active:
            reference = "" if ref == _OWN_PICTURE else ref
            picture = await self._core.store.pictures.picture(account_id, reference)
        if picture is None:
            raise NothingHere
        headers = {"ETag": f'"{picture.changed_ms:x}"', "Cache-Control": _PICTURE, **_PUBLIC}
        if headers["ETag"] == request.headers.get("if-none-match"):
            return Response(status_code=304, headers=headers)
        return Response(picture.body, media_type=picture.type, headers=headers)

    async def _shown(self, request: Request) -> ServedAccount:
        """The account of the request's path. Raises `NothingHere` where there is no chat."""
        served = await self._served.get(request.path_params["account"])
        if served is None or not served.is_shown:
            raise NothingHere
        return served


def _nothing(served: ServedAccount | None) -> Served:
    """What is loaded where there is no chat."""
    if served is None:
        why = "There is no web chat at this address; compare the snippet with the one in the chat's settings."
    elif not served.account.active:
        why = "This web chat is switched off."
    else:
        why = "This web chat is not set up yet: its settings need the address of the privacy policy."
    said = msgspec.json.encode(why).decode()
    return Served(f"/* {why} */\nconsole.info({said});\n".encode())


def _features(settings: WidgetSettings) -> frozenset[str]:
    """What of the widget these settings need; all else does not have to travel."""
    needed = {"embed": settings.embed, "keeps": settings.identify != "off"}
    return frozenset(name for name, is_needed in needed.items() if is_needed)


def _behind(config: bytes, features: frozenset[str]) -> Served:
    """The widget with these features behind its settings."""
    return Served(b"window.fbtoolChatConfig=" + config + b";\n" + joiner.joined(features).encode())


@cache
def _fixed() -> Served:
    """The widget alone, with all features; joined and packed once."""
    return Served(joiner.joined().encode())
