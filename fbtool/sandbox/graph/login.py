"""``/oauth/access_token`` and its neighbours: from a code to a token, and from a token to a longer one.

Source: Meta, "Manually Build a Login Flow" and "Get Long-Lived Tokens". The errors are as fixtures of public clients
show them.
"""

import base64
import hashlib
import hmac
from dataclasses import replace

from fbtool.sandbox import ids
from fbtool.sandbox.graph import authentication, errors
from fbtool.sandbox.graph.call import Call
from fbtool.sandbox.graph.context import Body, CallContext
from fbtool.sandbox.state.authorization import cause_of_death
from fbtool.sandbox.state.tokens import LONG_LIVED, SHORT_LIVED, LoginCode, Token, TokenType
from fbtool.sandbox.world import App, Policy

_CODE_PREFIX = "AQ"


async def access_token(context: CallContext) -> Body:
    """Every exchange that ends in a token, told apart by ``grant_type``."""
    call = context.call
    grant_type = call.text("grant_type")
    if grant_type == "client_credentials":
        app = _app_with_secret(context)
        token = context.state.tokens.app_token(app.id, context.state.clock.now())
        return {"access_token": token.text, "token_type": "bearer"}
    if grant_type == "fb_exchange_token":
        return _exchange(context, _app_with_secret(context))
    if grant_type not in ("", "authorization_code"):
        raise _refused(f"Invalid grant_type: {grant_type}", 100)
    if not call.text("code"):
        raise _refused("Missing authorization code", 1)
    return _redeem(context)


async def client_code(context: CallContext) -> Body:
    """A code with which a client without the secret fetches its own long-lived token."""
    app = _app_with_secret(context)
    token = _living_user_token(context, context.call.token, app)
    redirect_uri, now = context.call.text("redirect_uri"), context.state.clock.now()
    code = LoginCode(ids.login_code(), app.id, token.person, redirect_uri, now, long_lived=True)
    context.state.tokens.codes[code.text] = code
    return {"code": code.text}


def _exchange(context: CallContext, app: App) -> Body:
    short = _living_user_token(context, context.call.text("fb_exchange_token"), app)
    token = context.state.tokens.user_token(app.id, short.person, context.state.clock.now(), long_lived=True)
    return {"access_token": token.text, "token_type": "bearer", "expires_in": LONG_LIVED}


def _living_user_token(context: CallContext, text: str, app: App) -> Token:
    token = authentication.find(context.state, text)
    if token is None or token.app_id != app.id or token.type is not TokenType.USER:
        raise errors.bad_token("Invalid OAuth access token - Cannot parse access token")
    if cause := cause_of_death(context.state, token):
        raise authentication.refusal(context.state, token, cause)
    return token


def _redeem(context: CallContext) -> Body:
    state, call = context.state, context.call
    text = call.text("code")
    code = state.tokens.codes.get(text)
    app = _app(context) if _needs_no_secret(call, code) else _app_with_secret(context)
    if code is None or code.app_id != app.id:
        known_look = text.startswith(_CODE_PREFIX) and len(text) > 100
        subcode = 36009 if known_look else 36008
        message = "This authorization code has been used." if known_look else "Invalid verification code format."
        raise _refused(message, 100, subcode)
    if code.redirect_uri != call.text("redirect_uri"):
        raise _refused(
            "Error validating verification code. Please make sure your redirect_uri is identical to the one you"
            " used in the OAuth dialog request",
            100,
            36008,
        )
    if code.used:
        raise _refused("This authorization code has been used.", 100, 36009)
    if code.expired(state.clock.now()):
        raise _refused("This authorization code has expired.", 100, 36007)
    _check_verifier(call, app, code)
    state.tokens.codes[text] = replace(code, used=True)
    return _token_for(context, app, code)


def _token_for(context: CallContext, app: App, code: LoginCode) -> Body:
    state = context.state
    if code.system_user:
        token = state.tokens.system_user_token(app.id, code.person, state.clock.now())
        return {"access_token": token.text, "token_type": "bearer"}
    token = state.tokens.user_token(app.id, code.person, state.clock.now(), long_lived=code.long_lived)
    lifetime = LONG_LIVED if code.long_lived else SHORT_LIVED
    answer: Body = {"access_token": token.text, "token_type": "bearer", "expires_in": lifetime}
    if code.long_lived:
        answer["machine_id"] = context.call.text("machine_id") or ids.browser_cookie()
    return answer


def _needs_no_secret(call: Call, code: LoginCode | None) -> bool:
    return code is not None and (code.long_lived or bool(code.challenge)) and not call.has("client_secret")


def _check_verifier(call: Call, app: App, code: LoginCode) -> None:
    """RFC 7636; labelled "still in testing" by Meta, and uncertain without the secret."""
    if not code.challenge:
        return
    if not call.has("client_secret") and app.pkce_without_secret is Policy.REFUSED:
        raise _refused("Missing client_secret parameter.", 101)
    verifier = call.text("code_verifier")
    if code.challenge_method == "plain":
        expected = verifier
    else:
        digest = hashlib.sha256(verifier.encode()).digest()
        expected = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    if not verifier or not hmac.compare_digest(expected.encode(), code.challenge.encode()):
        raise _refused("Invalid code_verifier parameter: code_verifier doesn't match the code_challenge", 100)


def _app(context: CallContext) -> App:
    if not context.call.text("client_id"):
        raise _refused("Missing client_id parameter.", 101)
    app = context.state.world.app(context.call.text("client_id"))
    if app is None:
        raise _refused("Error validating application. Cannot get application info due to a system error.", 101)
    return app


def _app_with_secret(context: CallContext) -> App:
    app = _app(context)
    if not context.call.has("client_secret"):
        raise _refused("Missing client_secret parameter.", 101)
    if not hmac.compare_digest(context.call.text("client_secret").encode(), app.secret.encode()):
        raise _refused("Error validating client secret.", 1)
    return app


def _refused(message: str, code: int, subcode: int = 0) -> errors.Refusal:
    """All failures of this endpoint carry the challenge ``invalid_code``, whatever was wrong (seen)."""
    return errors.Refusal(message, code, subcode, challenge="invalid_code")
