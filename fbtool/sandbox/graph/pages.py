"""A Page as a node: which fields it has, who may read them, and its picture."""

from collections.abc import Callable
from typing import Any

from fbtool.sandbox.graph import errors, fields, known_fields
from fbtool.sandbox.graph.call import Answer
from fbtool.sandbox.graph.pictures import address, picture, side_of
from fbtool.sandbox.graph.visit import Body, Visit
from fbtool.sandbox.state.rights import data_access_over, grant_of, page_token_for, visible_role
from fbtool.sandbox.state.tokens import TokenType
from fbtool.sandbox.world import Page, Role
from fbtool.sandbox.world.description import Task

LIST_FIELDS = "access_token,category,category_list,name,id,tasks"
"""What a list of Pages shows without ``fields`` (documented)."""
_ENGAGEMENT = frozenset(("fan_count", "followers_count", "unread_message_count"))
"""Fields that need ``pages_read_engagement`` beside ``pages_show_list``."""
_Reader = Callable[[Visit, Page, fields.Field], Any]


def _business(visit: Visit, page: Page, _field: fields.Field) -> Body | None:
    business = visit.state.world.business(page.business) if page.business else None
    return {"id": business.id, "name": business.name} if business else None


def _subscribed(visit: Visit, page: Page, _field: fields.Field) -> bool:
    return visit.app.id in visit.state.subscriptions.page(page.id)


_READERS: dict[str, _Reader] = {
    "id": lambda _visit, page, _: page.id,
    "name": lambda _visit, page, _: page.name,
    "about": lambda _visit, page, _: page.about or None,
    "category": lambda _visit, page, _: page.category.name,
    "category_list": lambda _visit, page, _: [{"id": page.category.id, "name": page.category.name}],
    "link": lambda visit, page, _: f"{visit.call.base}/{page.username or page.id}",
    "username": lambda _visit, page, _: page.username or None,
    "picture": lambda visit, page, field: picture(visit.call.base, page.id, field),
    "is_published": lambda visit, page, _: page.id not in visit.state.unpublished,
    "verification_status": lambda _visit, _page, _: "not_verified",
    "has_transitioned_to_new_page_experience": lambda _visit, page, _: page.new_experience,
    "is_webhooks_subscribed": _subscribed,
    "has_added_app": _subscribed,
    "is_messenger_platform_bot": lambda _visit, _page, _: False,
    "is_messenger_bot_get_started_enabled": lambda _visit, _page, _: False,
    "messaging_feature_status": lambda _visit, _page, _: {},
    "owner_business": _business,
    "business": _business,
    "is_owned": lambda _visit, page, _: bool(page.business),
    "fan_count": lambda _visit, page, _: page.followers,
    "followers_count": lambda _visit, page, _: page.followers,
    "unread_message_count": lambda _visit, _page, _: 0,
}
_ABOUT_THE_ROLE = ("access_token", "tasks")


async def read_page(visit: Visit, page: Page) -> Body:
    """``/{page-id}``, or ``/me`` with the Page's token; ``id`` and ``name`` unless other fields are wanted."""
    wanted = fields.parse(visit.call.text("fields") or "id,name")
    _check_visible(visit, page)
    answer = shown_page(visit, page, wanted, in_list=False)
    if any(field.name in _ENGAGEMENT for field in wanted) and not _may_read_engagement(visit, page):
        raise _public_content()
    return answer


async def read_picture(visit: Visit, page: Page) -> Answer | Body:
    """A redirect to the picture, or its address with ``redirect=0``; needs no token."""
    side = side_of(visit.call.parameters)
    url = address(visit.call.base, page.id, side)
    if visit.call.wants("redirect", default=True):
        return Answer(None, 302, {"Location": url})
    return {"data": {"height": side, "is_silhouette": False, "url": url, "width": side}}


def shown_page(visit: Visit, page: Page, wanted: tuple[fields.Field, ...], *, in_list: bool) -> Body:
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
            value = _role_field(visit, page, field.name, in_list=in_list)
        else:
            value = _READERS[field.name](visit, page, field) if field.name in _READERS else None
        if value is not None:
            answer[field.name] = value
    return answer | {"id": page.id}


def _role_field(visit: Visit, page: Page, name: str, *, in_list: bool) -> Any:
    token = visit.any_token()
    if token.type is TokenType.PAGE:
        return token.text if name == "access_token" and token.page_id == page.id else None
    if not token.person:
        return None
    if name == "access_token":
        return page_token_for(visit.state, token, page, in_list=in_list)
    role = visible_role(visit.state, token, page)
    return _tasks(role) if role else None


def _tasks(role: Role) -> list[str]:
    order = list(Task)
    return [task.value for task in sorted(role.all_tasks, key=order.index)]


def _check_visible(visit: Visit, page: Page) -> None:
    """Another's published Page is public content, for which the sandbox's apps have no approval."""
    token = visit.any_token()
    if token.type is TokenType.PAGE and token.page_id == page.id:
        return
    if token.type is not TokenType.PAGE and token.person and visible_role(visit.state, token, page):
        if data_access_over(visit.state, token):
            raise errors.no_such_object(visit.call.method, page.id)
        return
    if page.id in visit.state.unpublished:
        raise errors.no_such_object(visit.call.method, page.id)
    raise _public_content()


def _public_content() -> errors.Refusal:
    return errors.permission(
        "This endpoint requires the 'pages_read_engagement' permission or the 'Page Public Content Access' feature"
        " or the 'Page Public Metadata Access' feature.",
        10,
    )


def _may_read_engagement(visit: Visit, page: Page) -> bool:
    grant = grant_of(visit.state, visit.any_token())
    return grant is not None and grant.has_for_page("pages_read_engagement", page.id)
