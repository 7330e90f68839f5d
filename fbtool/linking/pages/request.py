"""Ready-made messages for somebody else: what an admin forwards to whoever can give a role on a Page."""

from collections.abc import Sequence

from fbtool.language import Sentence, say
from fbtool.linking.pages.facebook_words import named


def ask_for_tasks(page: str, page_id: str, person: str, tasks: Sequence[str]) -> Sentence:
    """Ask for ``tasks`` (classic names) on a Page. It reads in every language of the catalogue."""
    return say(
        "Hello, I am connecting our Facebook Page “{page}” (id {id}) with our customer service and lack access to it. "
        "Please open the Page's settings at Facebook, “Page access”, choose {person} and switch on: {tasks}. "
        "Thank you!",
        page=page,
        id=page_id,
        person=person,
        tasks=_and([named(task) for task in tasks]),
    )


def ask_for_full_access(page: str, page_id: str, person: str) -> Sentence:
    """Ask for Facebook access in place of single tasks."""
    return say(
        "Hello, I am connecting our Facebook Page “{page}” (id {id}) with our customer service and have only single "
        "tasks on it. Please open the Page's settings at Facebook, “Page access”, and give {person} “Facebook access” "
        "with messages and community activity, or full control. Thank you!",
        page=page,
        id=page_id,
        person=person,
    )


def _and(parts: Sequence[Sentence]) -> Sentence:
    first, *rest = parts
    for part in rest:
        first = say("{first} and {second}", first=first, second=part)
    return first
