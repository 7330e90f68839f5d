"""A call to the Graph API and the reading of its answer, without sending anything.

A `Call` knows its request *and* how its answer is read, so that a client is a dozen lines::

    page = client.run(pages.accounts(token))        # the tool, with requests
    sent = await client.run(messages.send_text(…))  # the gateway, with aiohttp
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

import msgspec

from fbtool.facebook.errors import AnswerUnreadable, FacebookError
from fbtool.json_errors import UNREADABLE
from fbtool.safe_text import cleaned

VERSION = "v25.0"
"""The Graph API version of every call: released 18 Feb 2026, served until 29 Jul 2028 (documented)."""

T = TypeVar("T")


@dataclass(frozen=True)
class Platform:
    """Where Facebook is. Other addresses than Facebook's own are for the sandbox."""

    www: str = "https://www.facebook.com"
    graph: str = "https://graph.facebook.com"


@dataclass(frozen=True)
class App:
    """A Meta app. The secret never leaves the gateway."""

    id: str
    secret: str = field(repr=False)

    @property
    def token(self) -> str:
        """The app access token in its literal form (documented)."""
        return f"{self.id}|{self.secret}"


@dataclass(frozen=True)
class Call(Generic[T]):
    """One request to the Graph API and the reader of its answer."""

    method: str
    path: str
    """The path below the version, without a slash in front."""
    read: Callable[[Any], T] = field(repr=False)
    """Turns the decoded JSON of a successful answer into a value; `run_reader` guards it."""
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Query of a GET or DELETE, form of a POST. May hold secrets, hence never shown."""
    token: str = field(default="", repr=False)
    """Sent as ``Authorization: Bearer``: addresses end up in logs, headers do not."""

    def url(self, platform: Platform) -> str:
        """The full address, without parameters."""
        return f"{platform.graph}/{VERSION}/{self.path}"

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the request."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    @property
    def query(self) -> Mapping[str, str]:
        """What belongs into the address."""
        return {} if self.method == "POST" else self.params

    @property
    def form(self) -> Mapping[str, str] | None:
        """What belongs into the body."""
        return self.params if self.method == "POST" else None

    def proven(self, app: App, now: int) -> "Call[T]":
        """The same call with an ``appsecret_proof`` made at ``now`` (unix seconds, valid five minutes; documented)."""
        if not self.token:
            return self
        proof = hmac.new(app.secret.encode(), f"{self.token}|{now}".encode(), hashlib.sha256).hexdigest()
        return replace(self, params={**self.params, "appsecret_proof": proof, "appsecret_time": str(now)})

    def answer(self, status: int, body: bytes) -> T:
        """What Facebook's answer says.

        Raises:
            FacebookError: Facebook said no; the error knows the right reaction.
            AnswerUnreadable: the answer is not what the Graph API writes (a proxy's page, a cut connection).
        """
        try:
            # Names are whatever somebody at Facebook has typed, and they end up on screens and in logs.
            content = cleaned(msgspec.json.decode(body))
        except UNREADABLE:
            raise AnswerUnreadable(status=status) from None
        error = FacebookError.read(status, content)
        if error is not None:
            raise error
        if not 200 <= status < 300:
            raise AnswerUnreadable(status=status)
        try:
            return self.read(content)
        except (msgspec.ValidationError, LookupError, TypeError, ValueError, AttributeError):
            raise AnswerUnreadable(status=status) from None


def expect_success(content: Any) -> None:
    """Read ``{"success": true}``, which the documentation once shows as the string "true".

    Raises:
        ValueError: a 200 that says no; this happens (reported in the field).
    """
    if str(content["success"]).lower() != "true":
        raise ValueError
