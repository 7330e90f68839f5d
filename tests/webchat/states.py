"""Every state in which a visitor can see the web chat, and how to get there with a gateway that follows a script.

Tests judge these states, and the command for pictures photographs them. Who drives a browser implements `Stage`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

ACCOUNT = "k7m2p9x4qd"
CONFIG: dict[str, Any] = {
    "account": ACCOUNT,
    "version": 1,
    "available": True,
    "name": "Hofladen Kruse",
    "has_picture": False,
    "size": "adapt",
    "side": "right",
    "theme": "auto",
    "color": "#0b5fd0",
    "online_text": "",
    "offline_text": "",
    "heading": "",
    "agent_pictures": True,
    "names": "ask",
    "keep_open": False,
    "offline": "write",
    "offline_note": "",
    "privacy_url": "https://hofladen-kruse.example/datenschutz",
    "identify": "off",
    "identify_days": 30,
    "embed": False,
    "toggle_id": "",
    "status_id": "",
}
"""What a gateway writes in front of the widget for an account with default settings (`fbtoolChatConfig`)."""


class Stage(Protocol):
    """A page with the widget in it, and the gateway that it talks to."""

    def presses(self, name: str) -> None:
        """Press the control with this accessible name."""

    def writes(self, text: str) -> None:
        """Type into the field for messages."""

    def sends(self, text: str) -> None:
        """Write a message and send it; it is in the conversation afterwards."""

    def hands_out(self, *events: Mapping[str, Any]) -> None:
        """The gateway has these events for the visitor; they are shown afterwards."""

    def gateway(self, behaviour: str) -> None:
        """From now on it is ``here``, is ``away``, is ``slow`` to take messages or ``refuses`` them."""


def said(text: str, minute: int, name: str = "", automatic: str = "") -> dict[str, Any]:
    """An answer that the gateway hands out."""
    event: dict[str, Any] = {"type": "message", "id": f"m{minute}", "text": text, "minute": minute}
    return event | ({"name": name} if name else {}) | ({"automatic": automatic} if automatic else {})


GREETING = said(
    "Hallo und danke für Ihre Nachricht! Montags bis freitags von 8 bis 18 Uhr antworten wir meist innerhalb weniger "
    "Minuten.",
    1,
    automatic="greeting",
)
MOMENT = said("Einen kleinen Moment noch, wir sind gleich für Sie da.", 2, automatic="autoreply")
PRICE = said(
    "Guten Tag! Ja, den Eimer haben wir. Er steht nicht im Shop, ich kann Ihnen aber gern einen anlegen. Preis: 42 €.",
    3,
    "Erika M.",
)
BASKET = said("Erledigt, hier ist Ihr Warenkorb:\nhttps://shop.example/korb/7f3k", 5, "Erika M.")
QUESTION = "Guten Tag, ist der Waldhonig auch im 2,5-kg-Eimer lieferbar? Für eine Bäckerei."
ORDER = "Prima, dann bitte zwei Stück."
SEEN = {"type": "seen", "minute": 9}
OPEN = "Fragen? Schreiben Sie uns"


def closed(stage: Stage) -> None:
    """The page as it is loaded."""


def opened(stage: Stage) -> None:
    stage.presses(OPEN)


def opened_offline(stage: Stage) -> None:
    stage.presses("Nachricht hinterlassen")


def unread(stage: Stage) -> None:
    answered(stage)
    stage.presses("Chat schließen")
    stage.hands_out(BASKET, said("Sonst noch etwas?", 6, "Erika M."))


def waits(stage: Stage) -> None:
    opened(stage)
    stage.sends(QUESTION)
    stage.hands_out(GREETING, MOMENT)


def answered(stage: Stage) -> None:
    waits(stage)
    stage.hands_out(PRICE)


def chat(stage: Stage) -> None:
    answered(stage)
    stage.sends(ORDER)
    stage.hands_out(SEEN)
    stage.hands_out({"type": "typing"})


def linked(stage: Stage) -> None:
    answered(stage)
    stage.sends(ORDER)
    stage.hands_out(SEEN, BASKET)
    stage.sends("Vielen Dank!")


def lost(stage: Stage) -> None:
    linked(stage)
    stage.gateway("away")
    stage.sends("Kann ich die auch im Laden abholen?")


def refused(stage: Stage) -> None:
    answered(stage)
    stage.gateway("refuses")
    stage.sends("Am Samstag?")


def ended(stage: Stage) -> None:
    answered(stage)
    stage.hands_out({"type": "closed", "by": "crm"})


def menu(stage: Stage) -> None:
    linked(stage)
    stage.presses("Menü")


def long_text(stage: Stage) -> None:
    opened(stage)
    stage.writes("Guten Tag, ich hätte da eine ganz lange Frage. " * 43)


@dataclass(frozen=True)
class State:
    """One state of the widget."""

    name: str
    reach: Callable[[Stage], None]
    config: Mapping[str, Any] = field(default_factory=dict)
    """What differs from `CONFIG`."""


STATES: Sequence[State] = (
    State("closed-large", closed, {"size": "large"}),
    State("closed-small", closed, {"size": "small"}),
    State("closed-offline", closed, {"available": False, "size": "large"}),
    State("closed-left", closed, {"side": "left"}),
    State("closed-unread", unread, {"size": "large"}),
    State("open-intro", opened),
    State("open-names-required", opened, {"names": "require"}),
    State("open-no-names", opened, {"names": "no", "heading": "Moin! Was darf es sein?"}),
    State("open-offline", opened_offline, {"available": False}),
    State("open-offline-kept", opened_offline, {"available": False, "identify": "on"}),
    State("open-wait", waits),
    State("open-chat", chat),
    State("open-linked", linked),
    State("open-lost", lost),
    State("open-refused", refused),
    State("open-ended", ended),
    State("open-menu", menu),
    State("open-long-text", long_text),
    State("open-brand", linked, {"color": "#f2c14e"}),
)
