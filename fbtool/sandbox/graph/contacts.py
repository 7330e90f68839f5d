"""``/{psid}``: a customer's name and picture as a Page may see them (Meta, "User Profile")."""

from fbtool.sandbox.graph import errors, fields
from fbtool.sandbox.graph.pictures import address
from fbtool.sandbox.graph.visit import Body, Contact, Visit
from fbtool.sandbox.state.rights import page_permission
from fbtool.sandbox.world import Stance

_WITHOUT_REVIEW = ("id", "name", "first_name", "last_name", "profile_pic")
_WITH_REVIEW = ("locale", "timezone", "gender")
"""Need permissions of their own, which the sandbox's apps do not have: left out of the answer."""


async def read_contact(visit: Visit, contact: Contact) -> Body:
    """The wanted fields; needs ``pages_messaging`` and a conversation with the Page.

    Raises:
        Refusal: 100/33 for people who never wrote, 2018247 for those who may not be looked at.
    """
    token = visit.page_token(contact.page)
    if not page_permission(visit.state, token, "pages_messaging"):
        raise errors.permission("Requires pages_messaging permission to manage the object", 230)
    if not visit.state.thread(contact.page, contact.psid).messages:
        raise errors.no_such_object(visit.call.method, contact.psid)
    if contact.customer.profile is Stance.REFUSED:
        raise errors.parameter("Insufficient permission to access user profile.", 2018247)
    customer = contact.customer
    known: Body = {
        "id": contact.psid,
        "name": customer.name,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "profile_pic": address(visit.call.base, customer.key, 200),
    }
    wanted = fields.parse(visit.call.text("fields") or "first_name,last_name,profile_pic,id")
    for field in wanted:
        if field.name not in _WITHOUT_REVIEW + _WITH_REVIEW:
            raise errors.unknown_field(field.name, "UserProfile")
    return {field.name: known[field.name] for field in wanted if field.name in known} | {"id": contact.psid}
