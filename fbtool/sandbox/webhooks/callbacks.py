"""The two calls about people: deauthorize and data deletion (Meta, "Data Deletion Request Callback").

Both carry a ``signed_request``: ``base64url(signature).base64url(payload)``, where the signature is an HMAC-SHA256 over
the *encoded* payload with the app's secret.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

import aiohttp

from fbtool.sandbox.state import WorldState
from fbtool.sandbox.webhooks.sender import WebhookSender
from fbtool.sandbox.world import App, Person


@dataclass(frozen=True)
class CallbackAnswer:
    """What the app's server said."""

    status: int
    """HTTP status; 0 if there was no answer in time."""
    body: Any
    """JSON, or the text if it is none."""


def signed_request(secret: str, payload: dict[str, Any]) -> str:
    """The one form field of both calls."""
    encoded = _base64url(json.dumps(payload, separators=(",", ":")).encode())
    signature = hmac.new(secret.encode(), encoded.encode(), hashlib.sha256).digest()
    return f"{_base64url(signature)}.{encoded}"


async def deauthorize(state: WorldState, webhooks: WebhookSender, app: App, person: Person) -> CallbackAnswer | None:
    """Tell the app that the person has removed it; None if it has set no address."""
    return await _tell(state, webhooks, app, person, state.callbacks[app.id].deauthorize)


async def delete_data(state: WorldState, webhooks: WebhookSender, app: App, person: Person) -> CallbackAnswer | None:
    """Ask the app to delete the person's data; the right answer has ``url`` and ``confirmation_code``."""
    return await _tell(state, webhooks, app, person, state.callbacks[app.id].data_deletion)


async def _tell(
    state: WorldState, webhooks: WebhookSender, app: App, person: Person, address: str
) -> CallbackAnswer | None:
    if not address:
        return None
    payload = {
        "user_id": state.world.app_scoped_id(app, person),
        "algorithm": "HMAC-SHA256",
        "issued_at": int(state.clock.now()),
        "expires": 0,
    }
    form = {"signed_request": signed_request(app.secret, payload)}
    try:
        async with webhooks.client().post(address, data=form, allow_redirects=False) as answer:
            return CallbackAnswer(answer.status, _read(await answer.text()))
    except (aiohttp.ClientError, TimeoutError, UnicodeError) as error:
        return CallbackAnswer(0, type(error).__name__)


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
