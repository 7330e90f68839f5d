"""What customers and Pages show of themselves in Messenger."""

from typing import Any

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

    def read(content: Any) -> Profile:
        return msgspec.convert(content, Profile)

    return Call("GET", customer, read, {"fields": "first_name,last_name,profile_pic"}, page_token)


def page_profile(page_id: str, page_token: str) -> Call[bool]:
    """Whether the Page has a Messenger profile; only who may write its messages may ask (documented).

    About ten calls in ten minutes are allowed for each Page (seen).
    """

    def read(content: Any) -> bool:
        return bool(content["data"])

    return Call("GET", f"{page_id}/messenger_profile", read, {"fields": "get_started"}, page_token)
