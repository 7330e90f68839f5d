"""Pages: those of a person, those of a business, and single ones."""

import msgspec

from fbtool.facebook.graph import Call
from fbtool.facebook.paging import Part, parameters, read_part

PAGE_SIZE = 100
"""Pages asked for at a time. The default is 25; the maximum is not documented, 100 is widely used."""


class Picture(msgspec.Struct, frozen=True):
    """Where a Page's picture is. The address expires."""

    url: str = ""
    is_silhouette: bool = False


class _Nested(msgspec.Struct, frozen=True):
    data: Picture = Picture()


class Page(msgspec.Struct, frozen=True):
    """A Page as a person's token shows it."""

    id: str
    name: str = ""
    category: str = ""
    tasks: tuple[str, ...] = ()
    access_token: str = ""
    """Empty when Facebook leaves it out: task too low, two-factor missing, or a portfolio's Page."""
    is_published: bool = True
    picture: _Nested = _Nested()

    @property
    def picture_url(self) -> str:
        """The picture's address, or nothing."""
        return self.picture.data.url

    def __repr__(self) -> str:
        return f"Page(id={self.id!r}, name={self.name!r}, tasks={self.tasks!r})"


class Business(msgspec.Struct, frozen=True):
    """A business portfolio."""

    id: str
    name: str = ""


FIELDS = "id,name,category,tasks,access_token,is_published,picture{url,is_silhouette}"


def accounts(user_token: str, after: str = "") -> Call[Part[Page]]:
    """The Pages Facebook lists for the person, which is not always all they can manage."""
    return _pages("me/accounts", user_token, after)


def businesses(user_token: str, after: str = "") -> Call[Part[Business]]:
    """The business portfolios of the person; needs ``business_management``."""
    params = parameters("id,name", PAGE_SIZE, after)
    return Call("GET", "me/businesses", lambda content: read_part(content, Business), params, user_token)


def owned(business_id: str, user_token: str, after: str = "") -> Call[Part[Page]]:
    """The Pages a portfolio owns."""
    return _pages(f"{business_id}/owned_pages", user_token, after)


def clients(business_id: str, user_token: str, after: str = "") -> Call[Part[Page]]:
    """The Pages a portfolio manages for others."""
    return _pages(f"{business_id}/client_pages", user_token, after)


def single(page_id: str, user_token: str) -> Call[Page]:
    """One Page. Where the person may not manage it, the token is simply missing, or code 10, 100 or 190 comes."""
    return Call("GET", page_id, lambda content: msgspec.convert(content, Page), {"fields": FIELDS}, user_token)


def name(page_id: str, page_token: str) -> Call[str]:
    """The Page's name, as its own token may read it."""
    return Call("GET", page_id, lambda content: msgspec.convert(content, Page).name, {"fields": "id,name"}, page_token)


def _pages(path: str, token: str, after: str) -> Call[Part[Page]]:
    return Call("GET", path, lambda content: read_part(content, Page), parameters(FIELDS, PAGE_SIZE, after), token)
