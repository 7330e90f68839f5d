"""The Graph API over HTTP: turns requests into calls and answers into responses."""

import base64
import json
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from fbtool.sandbox import ids
from fbtool.sandbox.composition import Sandbox
from fbtool.sandbox.graph import errors
from fbtool.sandbox.graph.call import Call, GraphAnswer, Upload, given, split_path
from fbtool.sandbox.webhooks.payload import wire_json

METHODS = ["GET", "POST", "DELETE"]
HANG_UP = "sandbox.hang_up"
"""The name of the ASGI extension with which a connection is cut."""


class GraphApi:
    """Everything that no other surface claims is a call to the Graph API."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, request: Request) -> Response:
        """Answer one HTTP request."""
        version, _ = split_path(request.url.path)
        try:
            call = await _read(request)
        except errors.Refusal as refusal:
            return respond(refusal.answer(), version)
        answer = await self._sandbox.graph.answer(call)
        return HangUp() if answer.cut else respond(answer, version)


def respond(answer: GraphAnswer, version: str) -> Response:
    """The HTTP response, with the headers that every answer of the platform carries."""
    headers = {
        "facebook-api-version": version,
        "x-fb-trace-id": ids.trace_id(),
        "x-fb-rev": "1035000000",
        "x-app-usage": json.dumps({"call_count": 1, "total_cputime": 1, "total_time": 1}),
        "Cache-Control": "private, no-cache, no-store, must-revalidate",
        **answer.headers,
    }
    if answer.raw is not None:
        return Response(answer.raw, answer.status, headers)
    content = b"" if answer.body is None else wire_json(answer.body)
    return Response(content, answer.status, headers, "application/json; charset=UTF-8")


class HangUp(Response):
    """Ends the connection without an answer, where the server lets us at it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Cut the line and wait until it is cut; a server without the extension answers 500."""
        if HANG_UP not in scope.get("extensions", {}):
            await Response(status_code=500)(scope, receive, send)
            return
        scope["extensions"][HANG_UP]["now"]()
        while (await receive())["type"] != "http.disconnect":
            pass


async def _read(request: Request) -> Call:
    """Collect the parameters from wherever they are.

    Raises:
        Refusal: code 100 for a JSON body that is none.
    """
    parameters: dict[str, Any] = dict(request.query_params)
    files: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        parameters |= _json(await request.body())
    elif not kind and request.method == "POST":
        parameters |= _form(await request.body())  # as a form (seen: clients that name no type)
    elif kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        async with request.form() as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    content = await value.read()
                    files[name] = Upload(value.content_type or "", content)
                else:
                    parameters[name] = value
    version, path = split_path(request.url.path)
    method = str(parameters.pop("method", request.method)).upper()
    token = str(parameters.get("access_token", "")) or _header_token(request)
    for name, value in _basic_client(request).items():
        parameters.setdefault(name, value)
    base = f"{request.url.scheme}://{request.url.netloc}"
    return Call(method, path, version, parameters, base, token, files)


def _json(body: bytes) -> dict[str, Any]:
    try:
        value = given(json.loads(body or b"{}"))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise errors.parameter("The request body must be a valid JSON object")
    return value


def _form(body: bytes) -> dict[str, str]:
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _basic_client(request: Request) -> dict[str, str]:
    """The app's id and secret from HTTP Basic (RFC 6749 §2.3.1).

    Meta documents only the parameters, but clients that send nothing else are in wide use (seen).
    """
    scheme, _, packed = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, _, secret = base64.b64decode(packed, validate=True).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": unquote_plus(client_id), "client_secret": unquote_plus(secret)}


def _header_token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() in ("bearer", "oauth") else ""
