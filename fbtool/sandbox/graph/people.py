"""The person behind a token (``/me``, with permissions and accounts), and customers as a Page sees them."""

from collections.abc import Callable

from fbtool.sandbox import ids
from fbtool.sandbox.graph import errors, fields, known_fields, paging
from fbtool.sandbox.graph.context import Body, CallContext, Contact
from fbtool.sandbox.graph.pages import LIST_FIELDS, picture_field, picture_url, shown_page
from fbtool.sandbox.state.authorization import data_access_over, grant_of, page_permission, visible_role
from fbtool.sandbox.state.grants import Grant, PermissionStatus
from fbtool.sandbox.state.tokens import Token, TokenType
from fbtool.sandbox.webhooks import callbacks
from fbtool.sandbox.world import Page, Person, Policy, Reach
from fbtool.sandbox.world.permissions import PERMISSIONS

_READERS: dict[str, Callable[[CallContext, Person, fields.Field], object]] = {
    "id": lambda context, person, _: context.state.world.app_scoped_id(context.app, person),
    "name": lambda _context, person, _: person.name,
    "first_name": lambda _context, person, _: person.name.split()[0],
    "last_name": lambda _context, person, _: person.name.split()[-1],
    "name_format": lambda _context, _person, _: "{first} {last}",
    "short_name": lambda _context, person, _: person.name.split()[0],
    "email": lambda context, person, _: person.email if _grant(context, context.user_token()).has("email") else None,
    "picture": lambda context, person, field: picture_field(context.call.base, person.key, field),
    "accounts": lambda context, person, field: _accounts_inside(context, person, field),
    "permissions": lambda context, _person, _: {"data": _permissions(context)},
}
_WITH_REVIEW = ("locale", "timezone", "gender")
"""Need permissions of their own, which the sandbox's apps do not have: left out of the answer."""


async def read_person(context: CallContext, person: Person) -> Body:
    """``/me`` or the person's app-scoped id; ``id`` and ``name`` unless other fields are wanted."""
    if context.user_token().type is TokenType.SYSTEM_USER:
        return _system_user(context, person)
    wanted = fields.parse(context.call.text("fields") or "id,name")
    for field in wanted:
        if field.name not in _READERS and field.name not in known_fields.USER:
            raise errors.unknown_field(field.name, "User")
    answer = {field.name: _READERS[field.name](context, person, field) for field in wanted if field.name in _READERS}
    known = {name: value for name, value in answer.items() if value is not None}
    return known | {"id": context.state.world.app_scoped_id(context.app, person)}


def _system_user(context: CallContext, person: Person) -> Body:
    """The identity behind a business-integration system-user token (Meta, "Facebook Login for Business")."""
    business = next((one for one in context.state.world.businesses if person.key in one.members), None)
    known: Body = {
        "id": ids.number_id("system user", context.app.id, person.key),
        "name": f"{context.app.name} (system user)",
        "client_business_id": business.id if business else None,
    }
    wanted = fields.parse(context.call.text("fields") or "id,name")
    return fields.shown(wanted, known, "BusinessIntegrationSystemUser")


async def read_permissions(context: CallContext, _person: Person) -> Body:
    """Every permission that the person was ever asked for, with its status; filters are optional."""
    context.user_token()
    name, status = _named_permission(context), context.call.text("status")
    return {
        "data": [
            one for one in _permissions(context) if name in ("", one["permission"]) and status in ("", one["status"])
        ]
    }


async def revoke(context: CallContext, person: Person) -> Body:
    """Revoke one permission, or the whole app if none is named; then all its tokens die."""
    token = context.user_token()
    name = _named_permission(context)
    grant = _grant(context, token)
    if not name:
        context.state.remove_app(context.app, person)
        context.webhooks.later(callbacks.deauthorize(context.state, context.webhooks, context.app, person))
        return {"success": True}
    if name not in PERMISSIONS or name not in grant.permissions:
        raise errors.parameter(f"Invalid permission: {name}")
    grant.permissions[name] = PermissionStatus.DECLINED
    return {"success": True}


async def read_contact(context: CallContext, contact: Contact) -> Body:
    """``/{psid}``, a customer (Meta, "User Profile"): the wanted fields.

    It needs ``pages_messaging`` and a conversation with the Page.

    Raises:
        Refusal: 100/33 for people who never wrote, 2018247 for those who may not be looked at.
    """
    token = context.page_token(contact.page)
    if not page_permission(context.state, token, "pages_messaging"):
        raise errors.permission("Requires pages_messaging permission to manage the object", 230)
    if not context.state.thread(contact.page, contact.psid).messages:
        raise errors.no_such_object(context.call.method, contact.psid)
    if contact.customer.profile is Policy.REFUSED:
        raise errors.parameter("Insufficient permission to access user profile.", 2018247)
    customer = contact.customer
    known: Body = {
        "id": contact.psid,
        "name": customer.name,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "profile_pic": picture_url(context.call.base, customer.key, 200),
    }
    wanted = fields.parse(context.call.text("fields") or "first_name,last_name,profile_pic,id")
    return fields.shown(wanted, known, "UserProfile", _WITH_REVIEW)


async def list_accounts(context: CallContext, person: Person) -> Body:
    """The Pages that Facebook lists here, which are not all that the person may manage.

    Pages that are reached through a business portfolio are left out (seen by many apps in 2026).
    """
    token = context.user_token()
    wanted = fields.parse(context.call.text("fields") or LIST_FIELDS)
    return _accounts(context, token, person, wanted)


def _named_permission(context: CallContext) -> str:
    """The permission that a call names, in its path or as a parameter."""
    return context.call.text("permission") or "".join(context.call.path[2:])


def _accounts_inside(context: CallContext, person: Person, field: fields.Field) -> Body:
    """``/me?fields=accounts{…}``; paging starts at the list's own address."""
    wanted = field.inner or fields.parse(LIST_FIELDS)
    return _accounts(context, context.user_token(), person, wanted)


def _accounts(context: CallContext, token: Token, person: Person, wanted: tuple[fields.Field, ...]) -> Body:
    state = context.state
    if not _grant(context, token).has("pages_show_list") or data_access_over(state, token):
        listed: list[Page] = []
    else:
        listed = [page for page in state.world.pages if _is_listed(context, token, page)]
    return paging.page_of(
        context.call,
        listed,
        key=lambda page: page.id,
        show=lambda page: shown_page(context, page, wanted, in_list=True),
        path=f"{state.world.app_scoped_id(context.app, person)}/accounts",
    )


def _is_listed(context: CallContext, token: Token, page: Page) -> bool:
    role = visible_role(context.state, token, page)
    return role is not None and role.reach is Reach.DIRECT


def _grant(context: CallContext, token: Token) -> Grant:
    grant = grant_of(context.state, token)
    assert grant is not None, "a living user token rests on a grant"  # noqa: S101
    return grant


def _permissions(context: CallContext) -> list[dict[str, str]]:
    grant = _grant(context, context.user_token())
    return [{"permission": name, "status": status.value} for name, status in grant.permissions.items()]
