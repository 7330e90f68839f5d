"""``/oauth/access_token`` and its neighbours: from a code to a token, and from a token to a longer one.

Source: Meta, "Manually Build a Login Flow" and "Get Long-Lived Tokens". The errors are as fixtures of public clients
show them.
"""

import base64
import hashlib
import hmac

from fbtool.sandbox import minting
from fbtool.sandbox.graph import errors, identity
from fbtool.sandbox.graph.call import Call
from fbtool.sandbox.graph.visit import Body, Visit
from fbtool.sandbox.state.rights import cause_of_death
from fbtool.sandbox.state.tokens import LONG_LIVED, SHORT_LIVED, LoginCode, Token, TokenType
from fbtool.sandbox.world import App, Stance

_CODE_PREFIX = "AQ"


async def access_token(visit: Visit) -> Body:
    """Every exchange that ends in a token, told apart by ``grant_type``."""
    call = visit.call
    grant_type = call.text("grant_type")
    if grant_type == "client_credentials":
        app = _app_with_secret(visit)
        token = visit.state.tokens.app_token(app.id, visit.state.clock.now())
        return {"access_token": token.text, "token_type": "bearer"}
    if grant_type == "fb_exchange_token":
        return _exchange(visit, _app_with_secret(visit))
    if grant_type not in ("", "authorization_code"):
        raise _refused(f"Invalid grant_type: {grant_type}", 100)
    if not call.text("code"):
        raise _refused("Missing authorization code", 1)
    return _redeem(visit)


async def client_code(visit: Visit) -> Body:
    """A code with which a client without the secret fetches its own long-lived token."""
    app = _app_with_secret(visit)
    token = _living_user_token(visit, visit.call.token, app)
    code = LoginCode(
        minting.login_code(),
        app.id,
        token.person,
        visit.call.text("redirect_uri"),
        visit.state.clock.now(),
        long_lived=True,
    )
    return {"code": visit.state.tokens.issue_code(code).text}


def _exchange(visit: Visit, app: App) -> Body:
    short = _living_user_token(visit, visit.call.text("fb_exchange_token"), app)
    token = visit.state.tokens.user_token(app.id, short.person, visit.state.clock.now(), long_lived=True)
    return {"access_token": token.text, "token_type": "bearer", "expires_in": LONG_LIVED}


def _living_user_token(visit: Visit, text: str, app: App) -> Token:
    token = identity.find(visit.state, text)
    if token is None or token.app_id != app.id or token.type is not TokenType.USER:
        raise errors.bad_token("Invalid OAuth access token - Cannot parse access token")
    if cause := cause_of_death(visit.state, token):
        raise identity.refusal(visit.state, token, cause)
    return token


def _redeem(visit: Visit) -> Body:
    state, call = visit.state, visit.call
    text = call.text("code")
    code = state.tokens.find_code(text)
    app = _app(visit) if _needs_no_secret(call, code) else _app_with_secret(visit)
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
    state.tokens.use_code(code)
    return _token_for(visit, app, code)


def _token_for(visit: Visit, app: App, code: LoginCode) -> Body:
    state = visit.state
    if code.system_user:
        token = state.tokens.system_user_token(app.id, code.person, state.clock.now())
        return {"access_token": token.text, "token_type": "bearer"}
    token = state.tokens.user_token(app.id, code.person, state.clock.now(), long_lived=code.long_lived)
    lifetime = LONG_LIVED if code.long_lived else SHORT_LIVED
    answer: Body = {"access_token": token.text, "token_type": "bearer", "expires_in": lifetime}
    if code.long_lived:
        answer["machine_id"] = visit.call.text("machine_id") or minting.browser_cookie()
    return answer


def _needs_no_secret(call: Call, code: LoginCode | None) -> bool:
    return code is not None and (code.long_lived or bool(code.challenge)) and not call.has("client_secret")


def _check_verifier(call: Call, app: App, code: LoginCode) -> None:
    """RFC 7636; labelled "still in testing" by Meta, and uncertain without the secret."""
    if not code.challenge:
        return
    if not call.has("client_secret") and app.pkce_without_secret is Stance.REFUSED:
        raise _refused("Missing client_secret parameter.", 101)
    verifier = call.text("code_verifier")
    if code.challenge_method == "plain":
        expected = verifier
    else:
        digest = hashlib.sha256(verifier.encode()).digest()
        expected = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    if not verifier or not hmac.compare_digest(expected.encode(), code.challenge.encode()):
        raise _refused("Invalid code_verifier parameter: code_verifier doesn't match the code_challenge", 100)


def _app(visit: Visit) -> App:
    if not visit.call.text("client_id"):
        raise _refused("Missing client_id parameter.", 101)
    app = visit.state.world.app(visit.call.text("client_id"))
    if app is None:
        raise _refused("Error validating application. Cannot get application info due to a system error.", 101)
    return app


def _app_with_secret(visit: Visit) -> App:
    app = _app(visit)
    if not visit.call.has("client_secret"):
        raise _refused("Missing client_secret parameter.", 101)
    if not hmac.compare_digest(visit.call.text("client_secret").encode(), app.secret.encode()):
        raise _refused("Error validating client secret.", 1)
    return app


def _refused(message: str, code: int, subcode: int = 0) -> errors.Refusal:
    """All failures of this endpoint carry the challenge ``invalid_code``, whatever was wrong (seen)."""
    return errors.Refusal(message, code, subcode, challenge="invalid_code")
