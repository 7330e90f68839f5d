"""Webhook endpoints to be judged: one that does everything right, and relatives with exactly one flaw each."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from starlette.types import Receive, Scope, Send

from fbtool import serving

SECRET, EARLIER, VERIFY_TOKEN = "5ecre7" * 4, "ear1ier" * 4, "verify me"


class Endpoint:
    """A Messenger webhook as it should be. Hands on by adding a line to a log, once for each message id."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.known: set[str] = set()
        self.handed_on: list[Any] = []
        self.server: serving.Server
        log.touch()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"] == "/arrived":
            status, text = 200, self.arrived().decode()
        elif scope["method"] == "GET":
            status, text = self.verify(dict(_pairs(scope["query_string"])))
        else:
            headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
            status, text = await self.deliver(headers, receive)
        answer = text.encode()
        length = [(b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": status, "headers": length})
        await send({"type": "http.response.body", "body": answer})

    def arrived(self) -> bytes:
        return json.dumps(self.handed_on).encode()

    def verify(self, query: dict[str, str]) -> tuple[int, str]:
        if query.get("hub.verify_token") != VERIFY_TOKEN:
            return 403, ""
        return 200, query.get("hub.challenge", "")

    async def deliver(self, headers: dict[str, str], receive: Receive) -> tuple[int, str]:
        body = await self.read(receive)
        if not self.is_signed(body, headers):
            return 403, ""
        return self.take(body)

    async def read(self, receive: Receive) -> bytes:
        parts = []
        while True:
            message = await receive()
            parts.append(message.get("body", b""))
            if not message.get("more_body"):
                return b"".join(parts)

    def is_signed(self, body: bytes, headers: dict[str, str]) -> bool:
        given = headers.get("x-hub-signature-256", "")
        return any(hmac.compare_digest(given, sha256(body, secret)) for secret in (SECRET, EARLIER))

    def take(self, body: bytes) -> tuple[int, str]:
        try:
            envelope = json.loads(body)
        except (ValueError, RecursionError):
            return 200, ""
        self.hand_on(self.items(envelope))
        return 200, ""

    def items(self, envelope: Any) -> list[Any]:
        return [item for entry in entries(envelope) for item in listed(entry.get("messaging"))]

    def hand_on(self, items: list[Any]) -> None:
        for item in items:
            with suppress(KeyError, TypeError):
                mid, text = item["message"]["mid"], item["message"]["text"]
                if isinstance(mid, str) and self.is_new(mid):
                    self.write({"mid": mid, "text": text})

    def is_new(self, mid: str) -> bool:
        known = mid in self.known
        self.known.add(mid)
        return not known

    def write(self, message: Any) -> None:
        self.handed_on.append(message)
        with self.log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(message) + "\n")


class FirstOfBatch(Endpoint):
    """Takes the documented length 1 of ``messaging`` at its word."""

    def items(self, envelope: Any) -> list[Any]:
        return [item for entry in entries(envelope) for item in listed(entry.get("messaging"))[:1]]


class FirstEntry(Endpoint):
    def items(self, envelope: Any) -> list[Any]:
        return super().items({"entry": entries(envelope)[:1]})


class OnePage(Endpoint):
    """Expects all entries to be about the Page of the first."""

    def items(self, envelope: Any) -> list[Any]:
        found = entries(envelope)
        return super().items({"entry": [entry for entry in found if entry.get("id") == found[0].get("id")]})


class Unsigned(Endpoint):
    """Believes everybody."""

    def is_signed(self, body: bytes, headers: dict[str, str]) -> bool:
        return True


class SilentRefusal(Endpoint):
    """Takes nothing forged but answers as if."""

    async def deliver(self, headers: dict[str, str], receive: Receive) -> tuple[int, str]:
        await super().deliver(headers, receive)
        return 200, ""


class PrefixIsEnough(Endpoint):
    """Compares as many digits as it is given."""

    def is_signed(self, body: bytes, headers: dict[str, str]) -> bool:
        given = headers.get("x-hub-signature-256", "")
        return len(given) > 20 and any(sha256(body, secret).startswith(given) for secret in (SECRET, EARLIER))


class Sha1Only(Endpoint):
    """Looks at the old signature only."""

    def is_signed(self, body: bytes, headers: dict[str, str]) -> bool:
        given = headers.get("x-hub-signature", "")
        secrets = (SECRET, EARLIER)
        return any(given == "sha1=" + hmac.new(one.encode(), body, hashlib.sha1).hexdigest() for one in secrets)


class OneSecret(Endpoint):
    """Knows nothing of rotations."""

    def is_signed(self, body: bytes, headers: dict[str, str]) -> bool:
        return hmac.compare_digest(headers.get("x-hub-signature-256", ""), sha256(body, SECRET))


class Rewriting(Endpoint):
    """Checks the signature of JSON that it has written again itself."""

    def is_signed(self, body: bytes, headers: dict[str, str]) -> bool:
        with suppress(ValueError, RecursionError):
            body = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode()
        return super().is_signed(body, headers)


class Latin1(Endpoint):
    """Turns every umlaut into two letters."""

    def write(self, message: Any) -> None:
        super().write({**message, "text": message["text"].encode().decode("latin-1")})


class Forgetful(Endpoint):
    """Does not know what it has handed on before."""

    def is_new(self, mid: str) -> bool:
        return True


class ChecksThenNotes(Endpoint):
    """Knows repetitions unless they come at the same moment."""

    async def deliver(self, headers: dict[str, str], receive: Receive) -> tuple[int, str]:
        body = await self.read(receive)
        if not self.is_signed(body, headers):
            return 403, ""
        before = set(self.known)
        await asyncio.sleep(0.2)  # the work between the look and the note
        after, self.known = self.known, before
        answer = self.take(body)
        self.known |= after
        return answer


class AnswersThenLoses(Endpoint):
    """Answers first; the work afterwards dies at the first thing it does not expect, and nobody hears of it."""

    def hand_on(self, items: list[Any]) -> None:
        with suppress(KeyError, TypeError, AttributeError):
            texts = [item["message"]["text"] for item in items]
            if all(isinstance(text, str) for text in texts):
                super().hand_on(items)


class Reordering(Endpoint):
    def hand_on(self, items: list[Any]) -> None:
        super().hand_on(items[::-1])


class Slow(Endpoint):
    """Does all the work before it answers."""

    seconds = 0.0

    async def deliver(self, headers: dict[str, str], receive: Receive) -> tuple[int, str]:
        answer = await super().deliver(headers, receive)
        end = asyncio.get_running_loop().time() + self.seconds
        # The test's end comes from another thread, and nobody waits for this one then.
        while asyncio.get_running_loop().time() < end and not self.server._server.should_exit:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        return answer


class OneAfterTheOther(Endpoint):
    """Serves one connection at a time."""

    def __init__(self, log: Path) -> None:
        super().__init__(log)
        self.turn = asyncio.Lock()

    async def deliver(self, headers: dict[str, str], receive: Receive) -> tuple[int, str]:
        async with self.turn:
            return await super().deliver(headers, receive)


class SmallBodies(Endpoint):
    """Keeps its framework's limit for bodies."""

    limit = 100_000

    def take(self, body: bytes) -> tuple[int, str]:
        return (413, "") if len(body) > self.limit else super().take(body)


class Trusting(Endpoint):
    """Expects every delivery to be as in the documentation's first example."""

    def take(self, body: bytes) -> tuple[int, str]:
        try:
            for entry in json.loads(body)["entry"]:
                self.hand_on([item for item in entry["messaging"] if item["sender"]["id"]])
        except Exception:
            return 500, ""
        return 200, ""


class JsonTypeOnly(Endpoint):
    """Does not see a body that calls itself something else, and says that all is well."""

    async def deliver(self, headers: dict[str, str], receive: Receive) -> tuple[int, str]:
        if headers["content-type"] != "application/json":
            return 200, ""
        return await super().deliver(headers, receive)


class ConfirmsAnyToken(Endpoint):
    def verify(self, query: dict[str, str]) -> tuple[int, str]:
        return 200, query.get("hub.challenge", "")


class SaysOkToAnyToken(Endpoint):
    def verify(self, query: dict[str, str]) -> tuple[int, str]:
        status, challenge = super().verify(query)
        return 200, challenge if status == 200 else "OK"


class KnowsNoVerification(Endpoint):
    def verify(self, query: dict[str, str]) -> tuple[int, str]:
        return 404, ""


class StumblesOverForgeries(Endpoint):
    """An error where a refusal is meant."""

    async def deliver(self, headers: dict[str, str], receive: Receive) -> tuple[int, str]:
        status, text = await super().deliver(headers, receive)
        return 500 if status == 403 else status, text


class QuotesTheChallenge(Endpoint):
    def verify(self, query: dict[str, str]) -> tuple[int, str]:
        status, challenge = super().verify(query)
        return status, json.dumps(challenge)


class DiesOfBrokenJson(Endpoint):
    """An unhandled error ends the whole program."""

    def take(self, body: bytes) -> tuple[int, str]:
        try:
            json.loads(body)
        except (ValueError, RecursionError):
            self.die()
        return super().take(body)

    def die(self) -> None:
        # As near as a thread comes to the end of a process: no answer, no listener, no goodbye.
        inner = self.server._server
        inner.should_exit = inner.force_exit = True
        for one in inner.servers:
            one.close()
        hang_up(self.server)


class HangsUpOnForgeries(Endpoint):
    """A stranger brings it down; a supervisor starts it again at once."""

    async def deliver(self, headers: dict[str, str], receive: Receive) -> tuple[int, str]:
        status, text = await super().deliver(headers, receive)
        if status == 403:
            hang_up(self.server)
        return status, text


def hang_up(server: serving.Server) -> None:
    for connection in list(server._server.server_state.connections):
        connection.transport.abort()


@contextmanager
def serving_at(endpoint: Endpoint) -> Iterator[str]:
    """The endpoint's address while it runs."""
    listener = serving.listen("127.0.0.1", 0)
    endpoint.server = serving.Server(_with_lifespan(endpoint), listener)
    endpoint.server.start()
    try:
        yield f"http://127.0.0.1:{serving.port_of(listener)}"
    finally:
        endpoint.server.stop()


def sha256(body: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def entries(envelope: Any) -> list[dict[str, Any]]:
    found = envelope.get("entry") if isinstance(envelope, dict) else None
    return [entry for entry in listed(found) if isinstance(entry, dict)]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _pairs(query: bytes) -> list[tuple[str, str]]:
    from urllib.parse import parse_qsl

    return parse_qsl(query.decode("latin-1"))


def _with_lifespan(app: Endpoint) -> Any:
    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            while (message := await receive())["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": f"{message['type']}.complete"})
        else:
            await app(scope, receive, send)

    return served
