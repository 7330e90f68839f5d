"""Login on a device without a browser: a code is shown there and typed elsewhere (Meta, "Login for Devices").

Whether Page permissions and the Page picker are possible this way is uncertain at Meta; here they are.
"""

from fbtool.sandbox import minting
from fbtool.sandbox.graph import errors
from fbtool.sandbox.graph.visit import Body, Visit
from fbtool.sandbox.state.devices import INTERVAL, LIFETIME, DeviceLogin, Outcome
from fbtool.sandbox.state.tokens import DATA_ACCESS, SHORT_LIVED, Token, TokenType

_TITLE = "Device Login"


async def begin(visit: Visit) -> Body:
    """``/device/login``: a code for the device and one for the person.

    Raises:
        Refusal: code 3 if the app has not switched device login on.
    """
    token = _client_token(visit)
    login = DeviceLogin(
        minting.device_code(),
        minting.device_user_code(),
        token.app_id,
        visit.call.text("scope"),
        visit.state.clock.now(),
    )
    visit.state.devices.append(login)
    return {
        "code": login.code,
        "user_code": login.user_code,
        "verification_uri": f"{visit.call.base}/device",
        "expires_in": LIFETIME,
        "interval": INTERVAL,
    }


async def status(visit: Visit) -> Body:
    """``/device/login_status``: the token, or one of the errors that mean "not yet" or "never"."""
    token = _client_token(visit)
    now = visit.state.clock.now()
    found = (one for one in visit.state.devices if (one.code, one.app_id) == (visit.call.text("code"), token.app_id))
    login = next(found, None)
    if login is None:
        raise errors.parameter("Invalid device login code")
    too_soon = now < login.polled_at + INTERVAL
    login.polled_at = now
    if login.outcome is Outcome.DECLINED:
        raise _error(190, 1349173, "Declined", "The person has declined the login.")
    if login.outcome is Outcome.ALLOWED:
        visit.state.devices.remove(login)
        person = login.person
        issued = visit.state.tokens.user_token(token.app_id, person, now, long_lived=True)
        data_access = int(now + DATA_ACCESS)
        lifetime = int(issued.expires_at - now) or SHORT_LIVED
        return {"access_token": issued.text, "expires_in": lifetime, "data_access_expiration_time": data_access}
    if login.expired(now):
        raise _error(463, 1349152, "Activation Code Expired", "The code has expired. Begin again.")
    if too_soon:
        raise _error(17, 1349172, "Excessive Polling", f"Wait {INTERVAL} seconds between two calls.")
    raise _error(31, 1349174, "Authorization Pending", "The person has not typed the code yet.")


def _client_token(visit: Visit) -> Token:
    token = visit.any_token()
    if token.type is not TokenType.CLIENT:
        raise errors.parameter("A client token of the app is required: {app-id}|{client-token}")
    if not visit.app.device_login:
        raise errors.Refusal("(#3) Application does not have the capability to make this API call.", 3)
    return token


def _error(code: int, subcode: int, title: str, message: str) -> errors.Refusal:
    return errors.Refusal(
        f"This request requires the user to take a pending action: {title}",
        code,
        subcode,
        title=f"{_TITLE} {title}",
        user_message=message,
    )
