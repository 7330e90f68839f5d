"""``/{page}/subscribed_apps``: an app asks for one Page's webhooks, all of the wanted fields or none.

Source: Meta, "Webhooks for Messenger" and "Page Subscribed Apps".
"""

from fbtool.sandbox.graph import errors
from fbtool.sandbox.graph.context import Body, CallContext
from fbtool.sandbox.state.authorization import page_permission, page_task
from fbtool.sandbox.state.subscriptions import MESSAGING_FIELDS, PAGE_FIELDS
from fbtool.sandbox.state.tokens import Token, TokenType
from fbtool.sandbox.world import Page, Task


async def read(context: CallContext, page: Page) -> Body:
    """The apps that are subscribed to the Page, other people's too."""
    _may_manage(context, page)
    subscribed = []
    for app_id, names in context.state.subscriptions.page(page.id).items():
        app = context.state.world.app(app_id)
        subscribed.append(
            {
                "category": "Business",
                "link": f"{context.call.base}/games/?app_id={app_id}",
                "name": app.name if app else "",
                "id": app_id,
                "subscribed_fields": list(names),
            }
        )
    return {"data": subscribed}


async def subscribe(context: CallContext, page: Page) -> Body:
    """Replace the calling app's fields; one field that is not allowed refuses the whole call (seen)."""
    token = _may_manage(context, page)
    names = context.call.names("subscribed_fields")
    if not names:
        raise errors.missing_parameter("subscribed_fields")
    for position, name in enumerate(names):
        if name not in PAGE_FIELDS:
            known = ", ".join(sorted(PAGE_FIELDS))
            raise errors.parameter(f'Param subscribed_fields[{position}] must be one of {{{known}}} - got "{name}".')
    if not page_permission(context.state, token, "pages_messaging"):
        offending = [name for name in names if name in MESSAGING_FIELDS]
        if offending:
            raise errors.permission(" ".join(_needs_messaging(name) for name in offending))
    context.state.subscriptions.set_page(page.id, token.app_id, tuple(dict.fromkeys(names)))
    context.state.changed.notify()
    return {"success": True}


async def unsubscribe(context: CallContext, page: Page) -> Body:
    """End the calling app's subscription; the app's own token is enough (long-standing knowledge)."""
    token = context.any_token()
    if token.type is not TokenType.APP:
        token = _may_manage(context, page)
    context.state.subscriptions.drop_page(page.id, token.app_id)
    context.state.changed.notify()
    return {"success": True}


def _needs_messaging(name: str) -> str:
    return f"To subscribe to the {name} field, one of these permissions is needed: pages_messaging."


def _may_manage(context: CallContext, page: Page) -> Token:
    token = context.page_token(page)
    if not page_permission(context.state, token, "pages_manage_metadata"):
        raise errors.permission(
            "Requires pages_manage_metadata permission to manage the object. It could be because the permission was"
            " not granted or because it was withdrawn for this Page."
        )
    if not page_task(context.state, token, Task.MODERATE):
        raise errors.permission(
            "User does not have sufficient administrative permission for this action on this page. If the page"
            " business requires Two Factor Authentication, the user also needs to enable Two Factor Authentication."
        )
    return token
