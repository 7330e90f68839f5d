"""Reading requests and writing answers: JSON, problem documents, limits, and headers that every answer has."""

import logging
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from uvicorn.protocols.utils import ClientDisconnected

from fbtool.gateway.defect_log import log_defect
from fbtool.gateway.limits import API_BYTES
from fbtool.gateway.problems import (
    Defect,
    GatewayProblem,
    MethodUnknown,
    NothingHere,
    RequestInvalid,
    RequestTooLarge,
)
from fbtool.html_page import Page
from fbtool.json_errors import UNREADABLE
from fbtool.language import Sentence, best_for, say
from fbtool.problem import Problem

log = logging.getLogger("fbtool.gateway")
T = TypeVar("T")
SHOWN = 60
"""As much of a stranger's name for a field or parameter is told back."""
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]


class Json(Response):
    """A JSON answer."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Encode."""
        return msgspec.json.encode(content)


class Html(Response):
    """A page for people."""

    media_type = "text/html"

    def __init__(self, page: Page, status: int = 200) -> None:
        headers = {"Content-Language": page.language, "Vary": "Accept-Language", "Content-Security-Policy": page.policy}
        super().__init__(page.text, status, headers)


def problem_document(problem: GatewayProblem, language: str) -> dict[str, Any]:
    """The problem as JSON (RFC 9457)."""
    told = problem.told(language)
    content = {
        "type": f"urn:fbtool:problem:{problem.code}",
        "title": told.what,
        "status": problem.status,
        "code": problem.code,
        "detail": told.meaning,
        "remedy": told.remedy,
    }
    for name in ("trace_id", "field"):
        if value := getattr(problem, name, ""):
            content[name] = value
    return content


class ProblemAnswer(Json):
    """A problem document (RFC 9457) in the reader's language."""

    media_type = "application/problem+json"

    def __init__(self, problem: GatewayProblem, language: str) -> None:
        headers = {"Content-Language": language}
        if problem.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        super().__init__(problem_document(problem, language), problem.status, headers)


def language_of(request: HTTPConnection) -> str:
    """The language the reader of the answer wants."""
    return best_for(request.headers.get("accept-language", ""))


async def body_as(request: Request, kind: type[T], *, optional: bool = False, limit: int = API_BYTES) -> T:
    """The JSON body as ``kind``, of at most ``limit`` bytes; an ``optional`` one may be missing and counts as ``{}``.

    Raises:
        RequestTooLarge, RequestInvalid: with the place of the mistake, never its value.
    """
    body = await limited_body(request, limit)
    if rb"\u0000" in body and _has_nul(body):
        raise RequestInvalid(reason=say("A text holds the character NUL, which cannot be kept."))
    try:
        return msgspec.json.decode(body or (b"{}" if optional else b""), type=kind)
    except UNREADABLE as error:
        malformed = not isinstance(error, msgspec.ValidationError)
        raise RequestInvalid(reason=say("The body is not JSON.") if malformed else _mistake(str(error))) from None


def _mistake(words: str) -> Sentence | str:
    """The decoder's words about a body; an unknown field is told in the reader's language."""
    unknown = re.fullmatch(r"(?s)Object contains unknown field `(.*?)`(?: - at `\$\.(.*)`)?", words)
    if unknown is None:
        return words
    name, inside = unknown.groups()
    if inside:
        return say("“{name}” is not a field of “{inside}” in this call.", name=name[:SHOWN], inside=inside[:SHOWN])
    return say("“{name}” is not a field of this call.", name=name[:SHOWN])


def _has_nul(body: bytes) -> bool:
    """Whether a text of a JSON body holds the character that PostgreSQL has no room for."""
    try:
        return any("\0" in text for text in _texts(msgspec.json.decode(body)))
    except UNREADABLE:
        return False  # whoever reads it says so


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from chain(value, *map(_texts, value.values()))
    elif isinstance(value, list):
        yield from chain.from_iterable(map(_texts, value))


async def limited_body(request: Request, limit: int) -> bytes:
    """The body, if it is not longer than ``limit`` bytes. A longer one is not read to its end.

    Raises:
        RequestTooLarge: and nothing of it was kept.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > limit:
            raise RequestTooLarge(limit=limit)
    return bytes(body)


def bearer(request: HTTPConnection) -> str:
    """The token of the Authorization header, or nothing."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def on_problem(request: Request, error: Exception) -> Response:
    """Answer a problem that a face raised."""
    problem = error if isinstance(error, GatewayProblem) else Defect()
    if isinstance(problem, Defect):
        log.error("a problem has no answer: %s", getattr(error, "code", type(error).__name__))
    return ProblemAnswer(problem, language_of(request))


async def on_http_error(request: Request, error: Exception) -> Response:
    """Answer an unknown path or method."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    problem: GatewayProblem = {404: NothingHere, 405: MethodUnknown}.get(status, Defect)()
    answer = ProblemAnswer(problem, language_of(request))
    if isinstance(error, HTTPException):
        answer.headers.update(error.headers or {})
    return answer


async def on_defect(request: Request, error: Exception) -> Response:
    """Answer what nobody expected; whoever is around the framework hears of the exception all the same."""
    return ProblemAnswer(Defect(), language_of(request))


HANDLERS: dict[Any, Any] = {Problem: on_problem, HTTPException: on_http_error, Exception: on_defect}


class Hardened:
    """Around everything: safe headers on every answer, and no exception text to anybody."""

    def __init__(self, app: ASGIApp, headers: Sequence[tuple[bytes, bytes]] = _HEADERS) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await self._serve_socket(scope, receive, send)
            return
        started = False

        async def send_hardened(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                given = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *((n, v) for n, v in self._headers if n not in given)]
            await send(message)

        # No id and no name of ours holds this character, and PostgreSQL has no room for it.
        nowhere = "\0" in scope["path"]
        app = ProblemAnswer(NothingHere(), language_of(Request(scope))) if nowhere else self._app
        try:
            await app(scope, receive, send_hardened)
        except ClientDisconnect:
            return
        except Exception as error:
            log_defect(log, error)
            if not started:
                request = Request(scope, receive)
                await ProblemAnswer(Defect(), language_of(request))(scope, receive, send_hardened)

    async def _serve_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        socket = WebSocket(scope, receive, send)
        started = False

        async def send_watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, send_watched)
        except ClientDisconnected:
            return  # whoever asked has left before the answer
        except Exception as error:
            log_defect(log, error)
            if not started:
                await socket.send_denial_response(ProblemAnswer(Defect(), language_of(socket)))
