"""What an app has: its approved permissions, and its webhooks, which are verified at once.

Source: Meta, "Application Permissions" and "Webhooks: Getting Started".
"""

from fbtool.address import read_address
from fbtool.sandbox.graph import errors
from fbtool.sandbox.graph.context import Body, CallContext
from fbtool.sandbox.state.subscriptions import PAGE_FIELDS, AppSubscription
from fbtool.sandbox.world import Access, App
from fbtool.sandbox.world.permissions import PERMISSIONS

_OBJECTS = ("page", "user", "permissions", "instagram")
_WITHOUT_REVIEW = ("public_profile", "email")
"""Every app has these without asking."""
_APPROVED = "live"
"""Seen in public code; the documentation leaves the values out."""


async def read_review(context: CallContext, app: App) -> Body:
    """The approved permissions; what was never submitted is not listed. The filter ``status`` is optional."""
    context.app_token(app)
    approved = PERMISSIONS if app.access is Access.ADVANCED else _WITHOUT_REVIEW
    wanted = context.call.text("status") in ("", _APPROVED)
    return {"data": [{"permission": name, "status": _APPROVED} for name in approved if wanted]}


async def read_subscriptions(context: CallContext, app: App) -> Body:
    """The app's subscriptions, one per object."""
    context.app_token(app)
    return {"data": [_shown(context, one) for one in context.state.subscriptions.of_app(app.id)]}


async def subscribe(context: CallContext, app: App) -> Body:
    """Verify the callback with a challenge, then replace the subscription for the object.

    Raises:
        Refusal: code 2200 if the callback does not send the challenge back.
    """
    context.app_token(app)
    call = context.call
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
    reason = await context.webhooks.verify(callback, call.text("verify_token"))
    if reason:
        raise errors.Refusal(f"(#2200) Callback verification failed with the following errors: {reason}", 2200)
    subscription = AppSubscription(call.text("object"), callback, tuple(names), call.text("verify_token"))
    context.state.subscriptions.set_app(app.id, subscription)
    return {"success": True}


async def unsubscribe(context: CallContext, app: App) -> Body:
    """End the subscription for an object, or only some of its fields."""
    context.app_token(app)
    object_name = context.call.text("object")
    dropped = set(context.call.names("fields"))
    for one in context.state.subscriptions.of_app(app.id):
        if object_name not in ("", one.object):
            continue
        kept = tuple(name for name in one.fields if name not in dropped) if dropped else ()
        if kept:
            changed = AppSubscription(one.object, one.callback_url, kept, one.verify_token)
            context.state.subscriptions.set_app(app.id, changed)
        else:
            context.state.subscriptions.drop_app(app.id, one.object)
    return {"success": True}


def _shown(context: CallContext, one: AppSubscription) -> Body:
    return {
        "object": one.object,
        "callback_url": one.callback_url,
        "active": True,
        "fields": [{"name": name, "version": context.call.version} for name in one.fields],
    }


def _acceptable(callback: str) -> bool:
    """Meta demands https with a public certificate.

    Plain http is let through on loopback only: a gateway that is tried out on this computer has no certificate.
    """
    read = read_address(callback)
    return read is not None and (read.scheme == "https" or (read.scheme == "http" and read.is_this_computer))
