"""What customers and Pages show of themselves in Messenger."""

import msgspec

from fbtool.facebook.graph import Call


class Profile(msgspec.Struct, frozen=True):
    """A customer's names and picture; all may be empty when the app may not see them."""

    first_name: str = ""
    last_name: str = ""
    profile_pic: str = ""
    """The address expires."""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


def profile(customer: str, page_token: str) -> Call[Profile]:
    """The profile of the customer with this page-scoped id; needs an approved feature (documented)."""
    params = {"fields": "first_name,last_name,profile_pic"}
    return Call("GET", customer, lambda content: msgspec.convert(content, Profile), params, page_token)


def page_profile(page_id: str, page_token: str) -> Call[bool]:
    """Whether the Page has a Messenger profile; only who may write its messages may ask (documented).

    About ten calls in ten minutes are allowed for each Page (seen).
    """
    params = {"fields": "get_started"}
    return Call("GET", f"{page_id}/messenger_profile", lambda content: bool(content["data"]), params, page_token)
