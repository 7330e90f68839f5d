"""Facebook's own names of permissions, tasks and fields in people's words, with Facebook's in brackets for support."""

from collections.abc import Iterable
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
