"""Whose call it is: the token, its life, and the proof that the app's secret is known."""

import hashlib
import hmac
from datetime import datetime, timedelta, timezone

from fbtool.sandbox.clock import MINUTE
from fbtool.sandbox.graph import errors
from fbtool.sandbox.graph.call import Call
from fbtool.sandbox.state import WorldState
from fbtool.sandbox.state.authorization import app_of, cause_of_death
from fbtool.sandbox.state.tokens import Cause, Token, TokenType

_PROOF_LIFETIME = 5 * MINUTE
_PACIFIC = timezone(timedelta(hours=-8), "PST")


def identify(state: WorldState, call: Call) -> Token | None:
    """The living token of a call; None if it has none.

    Raises:
        Refusal: code 190 for a dead token, 100 for a wrong proof.
    """
    if not call.token:
        return None
    token = find(state, call.token)
    if token is None:
        raise refusal(state, None, Cause.UNREADABLE)
    if cause := cause_of_death(state, token, (call.method, "/".join(call.path))):
        raise refusal(state, token, cause)
    _check_proof(state, call, token)
    return token


def find(state: WorldState, text: str) -> Token | None:
    """The token with this text: one that was issued, or an app's id and secret put together."""
    if token := state.tokens.find(text):
        return token
    app_id, bar, secret = text.partition("|")
    app = state.world.app(app_id)
    if not bar or app is None:
        return None
    if _equal(secret, app.secret):
        return Token(text, TokenType.APP, app_id, issued_at=0)
    if _equal(secret, app.client_token):
        return Token(text, TokenType.CLIENT, app_id, issued_at=0)
    return None


def refusal(state: WorldState, token: Token | None, cause: Cause) -> errors.Refusal:
    """Code 190 with the text that the platform has for this cause."""
    message = cause.value.message.format(
        app=token.app_id if token else "",
        expired=_spoken(token.expires_at if token and token.expires_at else state.clock.now()),
        now=_spoken(state.clock.now()),
    )
    return errors.bad_token(message, cause.value.subcode)


def _spoken(moment: float) -> str:
    return datetime.fromtimestamp(moment, _PACIFIC).strftime("%A, %d-%b-%y %H:%M:%S %Z")


def _check_proof(state: WorldState, call: Call, token: Token) -> None:
    """Both forms of ``appsecret_proof``: over the token alone, and over ``token|time`` (Meta, "Secure requests")."""
    app = app_of(state, token)
    if not call.has("appsecret_proof"):
        if app.requires_proof and token.type is not TokenType.CLIENT:
            text = "API calls from the server require an appsecret_proof argument"
            raise errors.Refusal(text, 100, type=errors.GRAPH_METHOD)
        return
    message, time = call.token, call.text("appsecret_time")
    in_time = True
    if time:
        message = f"{message}|{time}"
        in_time = time.isdecimal() and abs(state.clock.now() - int(time)) <= _PROOF_LIFETIME
    proof = hmac.new(app.secret.encode(), message.encode(), hashlib.sha256).hexdigest()
    if not in_time or not _equal(proof, call.text("appsecret_proof")):
        text = "Invalid appsecret_proof provided in the API argument"
        raise errors.Refusal(text, 100, type=errors.GRAPH_METHOD)


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
