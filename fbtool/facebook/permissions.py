"""Permissions a person grants to the app, and tasks a person has on a Page."""

from collections.abc import Iterable

LIST_PAGES = "pages_show_list"
MESSAGES = "pages_messaging"
SUBSCRIBE = "pages_manage_metadata"
READ_PAGE = "pages_read_engagement"
BUSINESSES = "business_management"
"""Needs its own review by Meta (documented)."""

NEEDED = (LIST_PAGES, MESSAGES, SUBSCRIBE)
"""Without one of these a Page cannot be linked (documented: pages_messaging depends on the other two)."""

LOGIN_SCOPE = (*NEEDED, READ_PAGE)
"""What the login dialog asks for. business_management is a second step: it adds a picker and a review item."""

NEEDED_TASKS = ("MESSAGING", "MODERATE")
"""MESSAGING to read and send, MODERATE to subscribe the Page to webhooks (documented)."""

_NEW_PAGES = "PROFILE_PLUS_"
_EVERYTHING = frozenset({"FULL_CONTROL", "MANAGE"})


def missing_tasks(tasks: Iterable[str]) -> tuple[str, ...]:
    """The tasks that linking needs and the person does not have, in classic spelling.

    The New Pages Experience reports twins named ``PROFILE_PLUS_…``; both spellings count. Full control
    and MANAGE include every other task.
    """
    plain = {task.removeprefix(_NEW_PAGES) for task in tasks}
    if plain & _EVERYTHING:
        return ()
    return tuple(task for task in NEEDED_TASKS if task not in plain)


def has_facebook_access(tasks: Iterable[str]) -> bool:
    """Whether the tasks are more than the single ones of a New Page, with which Facebook may give no token.

    Classic roles have no such difference.
    """
    held = tuple(tasks)
    classic = any(not task.startswith(_NEW_PAGES) for task in held)
    return classic or any(task.removeprefix(_NEW_PAGES) in {*_EVERYTHING, "FACEBOOK_ACCESS"} for task in held)
