"""A Page as a node: which fields it has, who may read them, and its picture."""

from collections.abc import Callable
from typing import Any

from fbtool.sandbox.graph import errors, fields, known_fields
from fbtool.sandbox.graph.call import GraphAnswer
from fbtool.sandbox.graph.context import Body, CallContext
from fbtool.sandbox.state.authorization import data_access_over, grant_of, page_token_for, visible_role
from fbtool.sandbox.state.tokens import TokenType
from fbtool.sandbox.world import Page, Role
from fbtool.sandbox.world.description import Task

LIST_FIELDS = "access_token,category,category_list,name,id,tasks"
"""What a list of Pages shows without ``fields`` (documented)."""
_ENGAGEMENT = frozenset(("fan_count", "followers_count", "unread_message_count"))
"""Fields that need ``pages_read_engagement`` beside ``pages_show_list``."""
_SIDES = {"small": 50, "normal": 100, "square": 50, "album": 50, "large": 200}
_Reader = Callable[[CallContext, Page, fields.Field], Any]


def _business(context: CallContext, page: Page, _field: fields.Field) -> Body | None:
    business = context.state.world.business(page.business) if page.business else None
    return {"id": business.id, "name": business.name} if business else None


def _subscribed(context: CallContext, page: Page, _field: fields.Field) -> bool:
    return context.app.id in context.state.subscriptions.page(page.id)


_READERS: dict[str, _Reader] = {
    "id": lambda _context, page, _: page.id,
    "name": lambda _context, page, _: page.name,
    "about": lambda _context, page, _: page.about or None,
    "category": lambda _context, page, _: page.category.name,
    "category_list": lambda _context, page, _: [{"id": page.category.id, "name": page.category.name}],
    "link": lambda context, page, _: f"{context.call.base}/{page.username or page.id}",
    "username": lambda _context, page, _: page.username or None,
    "picture": lambda context, page, field: picture_field(context.call.base, page.id, field),
    "is_published": lambda context, page, _: page.id not in context.state.unpublished,
    "verification_status": lambda _context, _page, _: "not_verified",
    "has_transitioned_to_new_page_experience": lambda _context, page, _: page.new_experience,
    "is_webhooks_subscribed": _subscribed,
    "has_added_app": _subscribed,
    "is_messenger_platform_bot": lambda _context, _page, _: False,
    "is_messenger_bot_get_started_enabled": lambda _context, _page, _: False,
    "messaging_feature_status": lambda _context, _page, _: {},
    "owner_business": _business,
    "business": _business,
    "is_owned": lambda _context, page, _: bool(page.business),
    "fan_count": lambda _context, page, _: page.followers,
    "followers_count": lambda _context, page, _: page.followers,
    "unread_message_count": lambda _context, _page, _: 0,
}
_ABOUT_THE_ROLE = ("access_token", "tasks")


async def read_page(context: CallContext, page: Page) -> Body:
    """``/{page-id}``, or ``/me`` with the Page's token; ``id`` and ``name`` unless other fields are wanted."""
    wanted = fields.parse(context.call.text("fields") or "id,name")
    _check_visible(context, page)
    answer = shown_page(context, page, wanted, in_list=False)
    if any(field.name in _ENGAGEMENT for field in wanted) and not _may_read_engagement(context, page):
        raise _public_content()
    return answer


async def read_picture(context: CallContext, page: Page) -> GraphAnswer | Body:
    """A redirect to the picture, or its address with ``redirect=0``; needs no token."""
    side = _side_of(context.call.parameters)
    url = picture_url(context.call.base, page.id, side)
    if context.call.wants("redirect", default=True):
        return GraphAnswer(None, 302, {"Location": url})
    return {"data": {"height": side, "is_silhouette": False, "url": url, "width": side}}


def picture_url(base: str, subject: str, side: int) -> str:
    """Where the picture of a person, Page or customer is; Facebook's are on a CDN and expire."""
    return f"{base}/sandbox/pictures/{subject}.jpg?side={side}"


def _side_of(arguments: Any) -> int:
    """The wanted side in pixels, from ``type``, ``width`` or ``height``."""
    for name in ("width", "height"):
        text = str(arguments.get(name, ""))
        if text.isdecimal() and 0 < int(text) <= 1000:
            return int(text)
    return _SIDES.get(str(arguments.get("type", "")), 50)


def picture_field(base: str, subject: str, field: fields.Field) -> Body:
    """The field ``picture_field`` of Pages and people: nested in ``data``, and only the wanted keys of it."""
    side = _side_of(field.arguments)
    data = {"height": side, "is_silhouette": False, "url": picture_url(base, subject, side), "width": side}
    wanted = {one.name for one in field.inner}
    return {"data": {name: value for name, value in data.items() if not wanted or name in wanted}}


def shown_page(context: CallContext, page: Page, wanted: tuple[fields.Field, ...], *, in_list: bool) -> Body:
    """The Page with the wanted fields; what has no value is left out.

    Raises:
        Refusal: code 100 if one of the fields does not exist.
    """
    for field in wanted:
        if field.name not in _READERS and field.name not in _ABOUT_THE_ROLE and field.name not in known_fields.PAGE:
            raise errors.unknown_field(field.name, "Page")
    answer = {}
    for field in wanted:
        if field.name in _ABOUT_THE_ROLE:
            value = _role_field(context, page, field.name, in_list=in_list)
        else:
            value = _READERS[field.name](context, page, field) if field.name in _READERS else None
        if value is not None:
            answer[field.name] = value
    return answer | {"id": page.id}


def _role_field(context: CallContext, page: Page, name: str, *, in_list: bool) -> Any:
    token = context.any_token()
    if token.type is TokenType.PAGE:
        return token.text if name == "access_token" and token.page_id == page.id else None
    if not token.person:
        return None
    if name == "access_token":
        return page_token_for(context.state, token, page, in_list=in_list)
    role = visible_role(context.state, token, page)
    return _tasks(role) if role else None


def _tasks(role: Role) -> list[str]:
    order = list(Task)
    return [task.value for task in sorted(role.all_tasks, key=order.index)]


def _check_visible(context: CallContext, page: Page) -> None:
    """Another's published Page is public content, for which the sandbox's apps have no approval."""
    token = context.any_token()
    if token.type is TokenType.PAGE and token.page_id == page.id:
        return
    if token.type is not TokenType.PAGE and token.person and visible_role(context.state, token, page):
        if data_access_over(context.state, token):
            raise errors.no_such_object(context.call.method, page.id)
        return
    if page.id in context.state.unpublished:
        raise errors.no_such_object(context.call.method, page.id)
    raise _public_content()


def _public_content() -> errors.Refusal:
    return errors.permission(
        "This endpoint requires the 'pages_read_engagement' permission or the 'Page Public Content Access' feature"
        " or the 'Page Public Metadata Access' feature.",
        10,
    )


def _may_read_engagement(context: CallContext, page: Page) -> bool:
    grant = grant_of(context.state, context.any_token())
    return grant is not None and grant.has_for_page("pages_read_engagement", page.id)
