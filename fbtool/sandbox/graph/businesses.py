"""Business portfolios and the Pages that they own or manage for others (Meta, "Business Management APIs").

This is the way to Pages that ``/me/accounts`` leaves out.
"""

from fbtool.sandbox.graph import errors, fields, paging
from fbtool.sandbox.graph.pages import LIST_FIELDS, shown_page
from fbtool.sandbox.graph.visit import Body, Visit
from fbtool.sandbox.state.rights import grant_of
from fbtool.sandbox.world import Business, Page, Person

_PERMISSION = "business_management"
_FIELDS = ("id", "name", "verification_status")


async def list_businesses(visit: Visit, person: Person) -> Body:
    """``/me/businesses``: those of the person that were ticked in the dialog; empty if none was.

    Raises:
        Refusal: code 100 without the permission ``business_management``.
    """
    _check_permission(visit)
    mine = [one for one in visit.state.world.businesses if person.key in one.members and _ticked(visit, one)]
    return paging.page_of(
        visit.call,
        mine,
        key=lambda business: business.id,
        show=lambda business: _shown(visit, business),
        path=f"{visit.state.world.app_scoped_id(visit.app, person)}/businesses",
    )


async def read_business(visit: Visit, business: Business) -> Body:
    """One business; ``id`` and ``name`` unless other fields are wanted."""
    _check_access(visit, business)
    return _shown(visit, business)


async def list_owned(visit: Visit, business: Business) -> Body:
    """The Pages that belong to the business."""
    return _pages(visit, business, "owned_pages", [page for page in _all(visit) if page.business == business.key])


async def list_clients(visit: Visit, business: Business) -> Body:
    """The Pages that the business manages for their owners."""
    return _pages(visit, business, "client_pages", [page for page in _all(visit) if business.key in page.clients])


def _pages(visit: Visit, business: Business, edge: str, found: list[Page]) -> Body:
    _check_access(visit, business)
    wanted = fields.parse(visit.call.text("fields") or LIST_FIELDS)
    return paging.page_of(
        visit.call,
        found,
        key=lambda page: page.id,
        # The token is there: it is this list that people come to for it.
        show=lambda page: shown_page(visit, page, wanted, in_list=False),
        path=f"{business.id}/{edge}",
    )


def _all(visit: Visit) -> tuple[Page, ...]:
    return visit.state.world.pages


def _shown(visit: Visit, business: Business) -> Body:
    known = {"id": business.id, "name": business.name, "verification_status": "verified"}
    wanted = fields.parse(visit.call.text("fields") or "id,name")
    for field in wanted:
        if field.name not in _FIELDS:
            raise errors.unknown_field(field.name, "Business")
    return {field.name: known[field.name] for field in wanted} | {"id": business.id}


def _check_permission(visit: Visit) -> None:
    grant = grant_of(visit.state, visit.user_token())
    if grant is None or not grant.has(_PERMISSION):
        raise errors.parameter("Missing Permission")


def _ticked(visit: Visit, business: Business) -> bool:
    grant = grant_of(visit.state, visit.user_token())
    return grant is not None and grant.businesses is not None and grant.businesses.covers(business.id)


def _check_access(visit: Visit, business: Business) -> None:
    """Administrators and employees of the business only."""
    _check_permission(visit)
    if visit.user_token().person not in business.members:
        raise errors.permission("You do not have permission to access this business.", 10)
    if not _ticked(visit, business):
        raise errors.permission(f"Requires {_PERMISSION} permission to manage the object.", 200)
