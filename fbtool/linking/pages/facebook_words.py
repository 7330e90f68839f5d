"""Facebook's own names of permissions, tasks and fields in people's words, and messages of them to be forwarded."""

from collections.abc import Iterable, Sequence
from functools import reduce

from fbtool.language import N_, Sentence, say

_PERMISSIONS = {
    "pages_show_list": N_("list of your Pages"),
    "pages_messaging": N_("messages of your Pages"),
    "pages_manage_metadata": N_("settings of your Pages"),
    "pages_read_engagement": N_("content of your Pages"),
    "business_management": N_("your business portfolios"),
}
_TASKS = {"MESSAGING": N_("“Messages”"), "MODERATE": N_("“Community activity”")}
"""As the Page's settings name them."""
_FIELDS = {
    "messages": N_("messages"),
    "messaging_postbacks": N_("pressed buttons"),
    "message_deliveries": N_("that a message was delivered"),
    "message_reads": N_("that a message was read"),
    "message_echoes": N_("answers of the Page"),
    "message_edits": N_("changed messages"),
    "message_reactions": N_("reactions"),
    "messaging_referrals": N_("how somebody came to the Page"),
    "messaging_optins": N_("consents"),
    "messaging_handovers": N_("handovers between apps"),
    "standby": N_("messages while another app answers"),
    "messaging_policy_enforcement": N_("warnings by Facebook"),
}
_NAMES = _PERMISSIONS | _TASKS | _FIELDS


def named(name: str) -> Sentence:
    """One of Facebook's names; one that is not known here stays as it is."""
    return (
        say("{name} ({facebooks})", name=Sentence(_NAMES[name]), facebooks=name)
        if name in _NAMES
        else say("{name}", name=name)
    )


def listed(names: Iterable[str]) -> Sentence:
    """Several of them, behind one another."""
    return reduce(_joined, map(named, names), Sentence(""))


def _joined(before: Sentence, after: Sentence) -> Sentence:
    return say("{before}, {after}", before=before, after=after) if before.text else after


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
