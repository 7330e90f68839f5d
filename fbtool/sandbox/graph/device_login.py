"""Login on a device without a browser: a code is shown there and typed elsewhere (Meta, "Login for Devices").

Whether Page permissions and the Page picker are possible this way is uncertain at Meta; here they are.
"""

from fbtool.sandbox import ids
from fbtool.sandbox.graph import errors
from fbtool.sandbox.graph.context import Body, CallContext
from fbtool.sandbox.state.sign_ins import DEVICE_INTERVAL, DEVICE_LIFETIME, DeviceLogin, DeviceLoginOutcome
from fbtool.sandbox.state.tokens import DATA_ACCESS, SHORT_LIVED, Token, TokenType

_TITLE = "Device Login"


async def begin(context: CallContext) -> Body:
    """``/device/login``: a code for the device and one for the person.

    Raises:
        Refusal: code 3 if the app has not switched device login on.
    """
    token = _client_token(context)
    login = DeviceLogin(
        ids.device_code(), ids.device_user_code(), token.app_id, context.call.text("scope"), context.state.clock.now()
    )
    context.state.devices.append(login)
    return {
        "code": login.code,
        "user_code": login.user_code,
        "verification_uri": f"{context.call.base}/device",
        "expires_in": DEVICE_LIFETIME,
        "interval": DEVICE_INTERVAL,
    }


async def status(context: CallContext) -> Body:
    """``/device/login_status``: the token, or one of the errors that mean "not yet" or "never"."""
    token = _client_token(context)
    now = context.state.clock.now()
    found = (
        one for one in context.state.devices if (one.code, one.app_id) == (context.call.text("code"), token.app_id)
    )
    login = next(found, None)
    if login is None:
        raise errors.parameter("Invalid device login code")
    too_soon = now < login.polled_at + DEVICE_INTERVAL
    login.polled_at = now
    if login.outcome is DeviceLoginOutcome.DECLINED:
        raise _error(190, 1349173, "Declined", "The person has declined the login.")
    if login.outcome is DeviceLoginOutcome.ALLOWED:
        context.state.devices.remove(login)
        person = login.person
        issued = context.state.tokens.user_token(token.app_id, person, now, long_lived=True)
        data_access = int(now + DATA_ACCESS)
        lifetime = int(issued.expires_at - now) or SHORT_LIVED
        return {"access_token": issued.text, "expires_in": lifetime, "data_access_expiration_time": data_access}
    if login.expired(now):
        raise _error(463, 1349152, "Activation Code Expired", "The code has expired. Begin again.")
    if too_soon:
        raise _error(17, 1349172, "Excessive Polling", f"Wait {DEVICE_INTERVAL} seconds between two calls.")
    raise _error(31, 1349174, "Authorization Pending", "The person has not typed the code yet.")


def _client_token(context: CallContext) -> Token:
    token = context.any_token()
    if token.type is not TokenType.CLIENT:
        raise errors.parameter("A client token of the app is required: {app-id}|{client-token}")
    if not context.app.device_login:
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
