"""``fbtool gateway privacy``."""

import time
from pathlib import Path
from typing import Any

import click

from fbtool.cli import output
from fbtool.cli.gateway.options import data_dir as data_dir_option
from fbtool.language import N_, Sentence, say, say_n

_HELD = {
    "events_waiting": (
        N_("Messages and events that wait for the CRM"),
        N_("encrypted; until the CRM acknowledges them, at most 14 days"),
    ),
    "messages_queued": (N_("Answers that are still to be sent"), N_("encrypted; until sent, at most 7 days")),
    "set_aside": (N_("Deliveries that nobody could read"), N_("encrypted; 7 days")),
    "page_tokens": (N_("Page tokens"), N_("encrypted; until the Page is unlinked")),
    "reply_windows": (N_("Times of customers' last messages"), N_("under a keyed hash; 7 days")),
    "sent_messages": (N_("Keyed hashes of our answers, for receipts"), N_("they tell nothing without the key; 7 days")),
    "greeted": (N_("Keyed hashes of greeted conversations"), N_("they tell nothing without the key; a year")),
    "unsubscribing": (N_("Unlinked Pages that Facebook has yet to confirm"), N_("encrypted tokens; until confirmed")),
    "web_chats": (
        N_("Web chats"),
        N_("under keyed hashes; until the end, or a day (if visitors may come back 30 days) after the last message"),
    ),
    "answers_to_fetch": (
        N_("Answers that wait for visitors' browsers"),
        N_("encrypted; until fetched, at most 3 days after the visitor was last there"),
    ),
    "fingerprints": (N_("Keyed hashes that recognise repetitions"), N_("they tell nothing without the key; 7 days")),
}
_OLDEST = "oldest_event_ms"


@click.command(
    help=N_(
        "Show what the gateway holds right now: counts and an age, never content.\n\n"
        "For the data protection officer. Works while the gateway runs, and while it does not."
    )
)
@data_dir_option
@output.json_option
def privacy(data_dir: Path) -> None:
    """Show a table."""
    from fbtool.gateway.operation.admin_client import AdminClient

    held = AdminClient(data_dir).holdings()
    if output.wants_json():
        output.document(held)
        return
    rows = [[*_words(name), f"{count}"] for name, count in held.items() if name != _OLDEST]
    output.table([say("What is held"), say("How, and how long"), say("Count")], rows)
    output.line(_age(held))
    output.line(say("Names of accounts, Pages and the persons who linked them are kept with the links. "
                    "No message text, no customer's name and no token is ever written into a log."))  # fmt: skip


def _words(name: str) -> tuple[str, str]:
    what, how = _HELD.get(name, (name, ""))
    return str(Sentence(what)), str(Sentence(how))


def _age(held: dict[str, Any]) -> Sentence:
    oldest = held.get(_OLDEST)
    if not oldest:
        return say("Nothing waits for the CRM.")
    minutes = max(int(time.time() - oldest / 1000) // 60, 0)
    return say_n(
        "The oldest of what waits came {count} minute ago.",
        "The oldest of what waits came {count} minutes ago.",
        minutes,
    )
