"""Several copies of one Page, from several lists, made into one. A pure function, and the order never matters."""

from collections.abc import Iterable

import msgspec

from fbtool.facebook.pages import Page


def merge(copies: Iterable[Page]) -> dict[str, Page]:
    """Each Page once, by id: the copy with a token first, with what only the others know filled in."""
    by_id: dict[str, list[Page]] = {}
    for page in copies:
        by_id.setdefault(page.id, []).append(page)
    return {page_id: _one(found) for page_id, found in by_id.items()}


def _one(copies: list[Page]) -> Page:
    if len(copies) == 1:
        return copies[0]
    ordered = sorted(copies, key=_worth, reverse=True)
    return Page(
        id=ordered[0].id,
        name=next((page.name for page in ordered if page.name), ""),
        category=next((page.category for page in ordered if page.category), ""),
        tasks=next((page.tasks for page in ordered if page.tasks), ()),
        access_token=ordered[0].access_token,
        # A list that leaves the field out says "published" by default; only "no" is news.
        is_published=all(page.is_published for page in ordered),
        picture=next((page.picture for page in ordered if page.picture_url), ordered[0].picture),
    )


def _worth(page: Page) -> tuple[bool, int, bytes]:
    """Better copies are greater; the last part only makes the order total."""
    return bool(page.access_token), len(page.tasks), msgspec.json.encode(page)
