"""The person behind a token: ``/me``, ``/me/permissions`` and ``/me/accounts``."""

from collections.abc import Callable

from fbtool.sandbox import minting
from fbtool.sandbox.graph import errors, fields, known_fields, paging
from fbtool.sandbox.graph.pages import LIST_FIELDS, shown_page
from fbtool.sandbox.graph.pictures import picture
from fbtool.sandbox.graph.visit import Body, Visit
from fbtool.sandbox.state.grants import Grant, Status
from fbtool.sandbox.state.rights import data_access_over, grant_of, visible_role
from fbtool.sandbox.state.tokens import Token, TokenType
from fbtool.sandbox.webhooks import callbacks
from fbtool.sandbox.world import Page, Person, Reach
from fbtool.sandbox.world.permissions import PERMISSIONS

_READERS: dict[str, Callable[[Visit, Person, fields.Field], object]] = {
    "id": lambda visit, person, _: visit.state.world.app_scoped_id(visit.app, person),
    "name": lambda _visit, person, _: person.name,
    "first_name": lambda _visit, person, _: person.name.split()[0],
    "last_name": lambda _visit, person, _: person.name.split()[-1],
    "name_format": lambda _visit, _person, _: "{first} {last}",
    "short_name": lambda _visit, person, _: person.name.split()[0],
    "email": lambda visit, person, _: person.email if _granted(visit, "email") else None,
    "picture": lambda visit, person, field: picture(visit.call.base, person.key, field),
    "accounts": lambda visit, person, field: _accounts_inside(visit, person, field),
    "permissions": lambda visit, _person, _: {"data": _permissions(visit)},
}


async def read_person(visit: Visit, person: Person) -> Body:
    """``/me`` or the person's app-scoped id; ``id`` and ``name`` unless other fields are wanted."""
    if visit.user_token().type is TokenType.SYSTEM_USER:
        return _system_user(visit, person)
    wanted = fields.parse(visit.call.text("fields") or "id,name")
    for field in wanted:
        if field.name not in _READERS and field.name not in known_fields.USER:
            raise errors.unknown_field(field.name, "User")
    answer = {field.name: _READERS[field.name](visit, person, field) for field in wanted if field.name in _READERS}
    known = {name: value for name, value in answer.items() if value is not None}
    return known | {"id": visit.state.world.app_scoped_id(visit.app, person)}


def _system_user(visit: Visit, person: Person) -> Body:
    """The identity behind a business-integration system-user token (Meta, "Facebook Login for Business")."""
    business = next((one for one in visit.state.world.businesses if person.key in one.members), None)
    known: Body = {
        "id": minting.number_id("system user", visit.app.id, person.key),
        "name": f"{visit.app.name} (system user)",
        "client_business_id": business.id if business else None,
    }
    wanted = fields.parse(visit.call.text("fields") or "id,name")
    for field in wanted:
        if field.name not in known:
            raise errors.unknown_field(field.name, "BusinessIntegrationSystemUser")
    return {field.name: known[field.name] for field in wanted} | {"id": known["id"]}


async def read_permissions(visit: Visit, _person: Person) -> Body:
    """Every permission that the person was ever asked for, with its status; filters are optional."""
    visit.user_token()
    name, status = _named_permission(visit), visit.call.text("status")
    return {
        "data": [
            one for one in _permissions(visit) if name in ("", one["permission"]) and status in ("", one["status"])
        ]
    }


async def revoke(visit: Visit, person: Person) -> Body:
    """Revoke one permission, or the whole app if none is named; then all its tokens die."""
    token = visit.user_token()
    name = _named_permission(visit)
    grant = _grant(visit, token)
    if not name:
        visit.state.remove_app(visit.app, person)
        visit.office.later(callbacks.deauthorize(visit.state, visit.office, visit.app, person))
        return {"success": True}
    if name not in PERMISSIONS or name not in grant.permissions:
        raise errors.parameter(f"Invalid permission: {name}")
    grant.permissions[name] = Status.DECLINED
    return {"success": True}


async def list_accounts(visit: Visit, person: Person) -> Body:
    """The Pages that Facebook lists here, which are not all that the person may manage.

    Pages that are reached through a business portfolio are left out (seen by many apps in 2026).
    """
    token = visit.user_token()
    wanted = fields.parse(visit.call.text("fields") or LIST_FIELDS)
    return _accounts(visit, token, person, wanted)


def _named_permission(visit: Visit) -> str:
    """The permission that a call names, in its path or as a parameter."""
    return visit.call.text("permission") or "".join(visit.call.path[2:])


def _accounts_inside(visit: Visit, person: Person, field: fields.Field) -> Body:
    """``/me?fields=accounts{…}``; paging starts at the list's own address."""
    wanted = field.inner or fields.parse(LIST_FIELDS)
    return _accounts(visit, visit.user_token(), person, wanted)


def _accounts(visit: Visit, token: Token, person: Person, wanted: tuple[fields.Field, ...]) -> Body:
    state = visit.state
    if not _grant(visit, token).has("pages_show_list") or data_access_over(state, token):
        listed: list[Page] = []
    else:
        listed = [page for page in state.world.pages if _is_listed(visit, token, page)]
    return paging.page_of(
        visit.call,
        listed,
        key=lambda page: page.id,
        show=lambda page: shown_page(visit, page, wanted, in_list=True),
        path=f"{state.world.app_scoped_id(visit.app, person)}/accounts",
    )


def _is_listed(visit: Visit, token: Token, page: Page) -> bool:
    role = visible_role(visit.state, token, page)
    return role is not None and role.reach is Reach.DIRECT


def _grant(visit: Visit, token: Token) -> Grant:
    grant = grant_of(visit.state, token)
    assert grant is not None, "a living user token rests on a grant"  # noqa: S101
    return grant


def _granted(visit: Visit, name: str) -> bool:
    return _grant(visit, visit.user_token()).has(name)


def _permissions(visit: Visit) -> list[dict[str, str]]:
    grant = _grant(visit, visit.user_token())
    return [{"permission": name, "status": status.value} for name, status in grant.permissions.items()]
