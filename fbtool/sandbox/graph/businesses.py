"""Business portfolios and the Pages that they own or manage for others (Meta, "Business Management APIs").

This is the way to Pages that ``/me/accounts`` leaves out.
"""

from fbtool.sandbox.graph import errors, fields, paging
from fbtool.sandbox.graph.context import Body, CallContext
from fbtool.sandbox.graph.pages import LIST_FIELDS, shown_page
from fbtool.sandbox.state.authorization import grant_of
from fbtool.sandbox.world import Business, Page, Person

_PERMISSION = "business_management"


async def list_businesses(context: CallContext, person: Person) -> Body:
    """``/me/businesses``: those of the person that were ticked in the dialog; empty if none was.

    Raises:
        Refusal: code 100 without the permission ``business_management``.
    """
    _check_permission(context)
    mine = [one for one in context.state.world.businesses if person.key in one.members and _ticked(context, one)]
    return paging.page_of(
        context.call,
        mine,
        key=lambda business: business.id,
        show=lambda business: _shown(context, business),
        path=f"{context.state.world.app_scoped_id(context.app, person)}/businesses",
    )


async def read_business(context: CallContext, business: Business) -> Body:
    """One business; ``id`` and ``name`` unless other fields are wanted."""
    _check_access(context, business)
    return _shown(context, business)


async def list_owned(context: CallContext, business: Business) -> Body:
    """The Pages that belong to the business."""
    return _pages(context, business, "owned_pages", [page for page in _all(context) if page.business == business.key])


async def list_clients(context: CallContext, business: Business) -> Body:
    """The Pages that the business manages for their owners."""
    return _pages(context, business, "client_pages", [page for page in _all(context) if business.key in page.clients])


def _pages(context: CallContext, business: Business, edge: str, found: list[Page]) -> Body:
    _check_access(context, business)
    wanted = fields.parse(context.call.text("fields") or LIST_FIELDS)
    return paging.page_of(
        context.call,
        found,
        key=lambda page: page.id,
        # The token is there: it is this list that people come to for it.
        show=lambda page: shown_page(context, page, wanted, in_list=False),
        path=f"{business.id}/{edge}",
    )


def _all(context: CallContext) -> tuple[Page, ...]:
    return context.state.world.pages


def _shown(context: CallContext, business: Business) -> Body:
    known = {"id": business.id, "name": business.name, "verification_status": "verified"}
    wanted = fields.parse(context.call.text("fields") or "id,name")
    return fields.shown(wanted, known, "Business")


def _check_permission(context: CallContext) -> None:
    grant = grant_of(context.state, context.user_token())
    if grant is None or not grant.has(_PERMISSION):
        raise errors.parameter("Missing Permission")


def _ticked(context: CallContext, business: Business) -> bool:
    grant = grant_of(context.state, context.user_token())
    return grant is not None and grant.businesses is not None and grant.businesses.covers(business.id)


def _check_access(context: CallContext, business: Business) -> None:
    """Administrators and employees of the business only."""
    _check_permission(context)
    if context.user_token().person not in business.members:
        raise errors.permission("You do not have permission to access this business.", 10)
    if not _ticked(context, business):
        raise errors.permission(f"Requires {_PERMISSION} permission to manage the object.", 200)
