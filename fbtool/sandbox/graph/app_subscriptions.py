"""``/{app}/subscriptions``: where an app takes its webhooks, verified at once (Meta, "Webhooks: Getting Started")."""

from fbtool.address import read_address
from fbtool.sandbox.graph import errors
from fbtool.sandbox.graph.visit import Body, Visit
from fbtool.sandbox.state.subscriptions import PAGE_FIELDS, AppSubscription
from fbtool.sandbox.world import App

_OBJECTS = ("page", "user", "permissions", "instagram")


async def read(visit: Visit, app: App) -> Body:
    """The app's subscriptions, one per object."""
    visit.app_token(app)
    return {"data": [_shown(visit, one) for one in visit.state.subscriptions.of_app(app.id)]}


async def subscribe(visit: Visit, app: App) -> Body:
    """Verify the callback with a challenge, then replace the subscription for the object.

    Raises:
        Refusal: code 2200 if the callback does not send the challenge back.
    """
    visit.app_token(app)
    call = visit.call
    for name in ("object", "callback_url", "verify_token"):
        if not call.text(name):
            raise errors.missing_parameter(name)
    if call.text("object") not in _OBJECTS:
        raise errors.parameter(f"Param object must be one of {{{', '.join(_OBJECTS)}}}")
    names = call.names("fields")
    unknown = [name for name in names if name not in PAGE_FIELDS]
    if call.text("object") == "page" and (unknown or not names):
        raise errors.parameter(f"Param fields must be a list of valid fields; not valid: {', '.join(unknown)}")
    callback = call.text("callback_url")
    if not _acceptable(callback):
        raise errors.parameter("Param callback_url must be a valid https URL")
    reason = await visit.office.verify(callback, call.text("verify_token"))
    if reason:
        raise errors.Refusal(f"(#2200) Callback verification failed with the following errors: {reason}", 2200)
    subscription = AppSubscription(call.text("object"), callback, tuple(names), call.text("verify_token"))
    visit.state.subscriptions.set_app(app.id, subscription)
    return {"success": True}


async def unsubscribe(visit: Visit, app: App) -> Body:
    """End the subscription for an object, or only some of its fields."""
    visit.app_token(app)
    object_name = visit.call.text("object")
    dropped = set(visit.call.names("fields"))
    for one in visit.state.subscriptions.of_app(app.id):
        if object_name not in ("", one.object):
            continue
        kept = tuple(name for name in one.fields if name not in dropped) if dropped else ()
        if kept:
            changed = AppSubscription(one.object, one.callback_url, kept, one.verify_token)
            visit.state.subscriptions.set_app(app.id, changed)
        else:
            visit.state.subscriptions.drop_app(app.id, one.object)
    return {"success": True}


def _shown(visit: Visit, one: AppSubscription) -> Body:
    return {
        "object": one.object,
        "callback_url": one.callback_url,
        "active": True,
        "fields": [{"name": name, "version": visit.call.version} for name in one.fields],
    }


def _acceptable(callback: str) -> bool:
    """Meta demands https with a public certificate.

    Plain http is let through on loopback only: a gateway that is tried out on this computer has no certificate.
    """
    read = read_address(callback)
    return read is not None and (read.scheme == "https" or (read.scheme == "http" and read.is_this_computer))
