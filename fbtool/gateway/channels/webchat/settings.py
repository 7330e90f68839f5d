"""How an account's widget looks and behaves: what may be set, within which limits, and what the widget is told of it.

The fields are the names of the calls about settings, of ``fbtool gateway webchat set``, and of the widget's config.
An empty text stands for the widget's own words in the visitor's language.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

import msgspec

from fbtool.address import read_address
from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.webchat.store import KeptSettings
from fbtool.gateway.problems import GatewayProblem
from fbtool.language import N_, Sentence, say
from fbtool.safe_text import is_blank, shown, utf16_length

MOST_AUTO_REPLIES = 3
MOST_ORIGINS = 20
LEAST_SECONDS, MOST_SECONDS = 5, 3600
"""When an auto-reply may come, counted from the visitor's first message."""
MOST_DAYS = 90
"""Longest life of a visitor's key."""
TEXT_LENGTHS = {"online_text": 40, "offline_text": 40, "heading": 100, "offline_note": 500}
"""Most characters (UTF-16 units) of each text that may be empty."""
REPLY_LENGTH = 500
ADDRESS_LENGTH = 2000
_LINES = {"offline_note"}
"""Texts that may have several lines."""
_ID = re.compile(r"[A-Za-z][\w:.-]{0,99}", re.ASCII)
_COLOR = re.compile(r"#[0-9a-f]{6}")
_USUAL_PORTS = {"https": 443, "http": 80}
_NOT_TOLD = {"auto_replies", "also_offline", "tell_ip", "origins"}
"""Fields that only the gateway needs."""


class AutoReply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text that is sent as long as no person has answered."""

    seconds: int
    """After the visitor's first message."""
    text: str


class WidgetSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that can be set for one account's widget. Made by `fit`, which checks it, or as it was kept."""

    size: Literal["adapt", "small", "large"] = "adapt"
    side: Literal["right", "left"] = "right"
    theme: Literal["auto", "light", "dark"] = "auto"
    color: str = "#0b5fd0"
    online_text: str = ""
    """On the button, and in the page's own status element, while somebody is there; …"""
    offline_text: str = ""
    """… and while nobody is."""
    heading: str = ""
    """Above the empty conversation."""
    agent_pictures: bool = True
    names: Literal["ask", "require", "no"] = "ask"
    keep_open: bool = False
    offline: Literal["write", "hide"] = "write"
    """What visitors can do while nobody is there."""
    offline_note: str = ""
    privacy_url: str = ""
    """Empty only as long as nothing was saved: without it there is no widget."""
    identify: Literal["off", "on", "consent"] = "off"
    """Whether a visitor who comes back goes on in the same conversation, which sets a cookie."""
    identify_days: int = 30
    embed: bool = False
    """Whether the page's own elements open the chat and show its state."""
    toggle_id: str = ""
    status_id: str = ""
    auto_replies: tuple[AutoReply, ...] = ()
    also_offline: bool = False
    """Whether auto-replies are sent although nobody is there."""
    tell_ip: bool = False
    """Whether the CRM learns the visitor's IP address."""
    origins: tuple[str, ...] = ()
    """The web sites on which the widget may be used, as ``https://shop.example``; empty: any."""


FIELDS = WidgetSettings.__struct_fields__


class SavedSettings(NamedTuple):
    """An account's settings, and how often they were saved; 0: never, they are the defaults."""

    version: int
    settings: WidgetSettings

    @property
    def complete(self) -> bool:
        """Whether there is a widget for them."""
        return bool(self.settings.privacy_url)


class SettingsUnfit(GatewayProblem):
    """A setting has a value that it cannot have; ``field`` says which one, as in ``auto_replies[0].text``."""

    status = 400
    code = "settings_unfit"
    what = N_("The setting “{field}” cannot be saved like this.")
    meaning = "{reason}"
    remedy = N_("Correct it and save again. Nothing was changed.")

    @property
    def field(self) -> str:
        """The setting's name, for programs."""
        return str(self.values["field"])


class SettingsChanged(GatewayProblem):
    """Somebody else has saved in between."""

    status = 409
    code = "settings_changed"
    what = N_("Somebody else has changed these settings in the meantime.")
    meaning = N_("Nothing was saved, so that their changes are not lost.")
    remedy = N_("Load the settings again, look at what has changed, and make your changes once more.")


def saved(kept: KeptSettings | None) -> SavedSettings:
    """What a store has kept, or the defaults."""
    if kept is None:
        return SavedSettings(0, WidgetSettings())
    return SavedSettings(kept.version, msgspec.json.decode(kept.body, type=WidgetSettings))


def fit(given: Mapping[str, Any]) -> WidgetSettings:
    """Checked settings of the values given by name; what is missing has its default.

    Texts lose what nobody can see, addresses and colours get their usual form.

    Raises:
        SettingsUnfit: names the first mistake.
    """
    for name in given:
        if name not in FIELDS:
            names = ", ".join(FIELDS)
            raise SettingsUnfit(
                field=name[:60], reason=say("There is no such setting, but these: {names}.", names=names)
            )
    try:
        settings = msgspec.convert(dict(given), WidgetSettings)
    except msgspec.ValidationError as error:
        raise _unfit_form(str(error)) from None
    return msgspec.structs.replace(
        settings,
        **{name: _text(name, getattr(settings, name), most) for name, most in TEXT_LENGTHS.items()},
        color=_color(settings.color),
        privacy_url=_privacy_url(settings.privacy_url),
        identify_days=_within("identify_days", settings.identify_days, 1, MOST_DAYS),
        toggle_id=_element_id("toggle_id", settings.toggle_id, needed=settings.embed),
        status_id=_element_id("status_id", settings.status_id, needed=settings.embed),
        auto_replies=_auto_replies(settings.auto_replies),
        origins=_origins(settings.origins),
    )


def config_of(account: Account, saved: SavedSettings, *, available: bool, has_picture: bool) -> dict[str, Any]:
    """What the widget of an account is told: public for whoever opens the shop's page."""
    told = {name: getattr(saved.settings, name) for name in FIELDS if name not in _NOT_TOLD}
    about = {"account": account.id, "version": saved.version, "available": available, "name": account.name}
    return about | {"has_picture": has_picture} | told


def cookie_of(account_id: str) -> str:
    """The name of the cookie that *identify* sets on the shop's own domain."""
    return f"fbt_chat_{account_id}"


def _unfit_form(words: str) -> SettingsUnfit:
    """A value of another type, in our own words, because the decoder's are for programmers."""
    field = re.search(r" - at `\$\.(\w+)", words)
    name = field[1] if field else ""
    return SettingsUnfit(field=name, reason=_form(name))


def _form(name: str) -> Sentence:
    match get_type_hints(WidgetSettings).get(name):
        case type() as kind if kind is bool:
            return say("This is true or false.")
        case type() as kind if kind is int:
            return say("This is a whole number.")
        case type():
            return say("This is a text.")
        case kind if get_origin(kind) is Literal:
            return say("This is one of: {choices}.", choices=", ".join(get_args(kind)))
    if name == "auto_replies":
        return say("This is a list; each entry has “seconds”, a whole number, and “text”.")
    return say("This is a list of addresses.")


def _text(name: str, text: str, most: int) -> str:
    lines = text.splitlines() if name in _LINES or name.endswith(".text") else [text]
    cleaned = "\n".join(map(shown, lines)).strip()
    if is_blank(cleaned):
        return ""
    if utf16_length(cleaned) > most:
        raise SettingsUnfit(field=name, reason=say("The text has more than {most} characters.", most=most))
    return cleaned


def _color(text: str) -> str:
    color = text.strip().lower()
    if not _COLOR.fullmatch(color):
        raise SettingsUnfit(field="color", reason=say("A colour is written as #0b5fd0."))
    return color


def _privacy_url(text: str) -> str:
    text = text.strip()
    if not text:
        reason = say("The address of your privacy policy is needed: visitors see it before they write.")
        raise SettingsUnfit(field="privacy_url", reason=reason)
    address = read_address(text)
    if address is None or address.scheme != "https" or address.user is not None or len(text) > ADDRESS_LENGTH:
        reason = say("This is an address that begins with https://, as the address bar of your browser has it.")
        raise SettingsUnfit(field="privacy_url", reason=reason)
    return text


def _within(name: str, number: int, least: int, most: int) -> int:
    if not least <= number <= most:
        raise SettingsUnfit(field=name, reason=say("This is a number from {least} to {most}.", least=least, most=most))
    return number


def _element_id(name: str, text: str, *, needed: bool) -> str:
    text = text.strip().removeprefix("#")
    if not text and not needed:
        return ""
    if not text:
        reason = say("With “embed”, the id of an element of the page is needed here.")
        raise SettingsUnfit(field=name, reason=reason)
    if not _ID.fullmatch(text):
        reason = say(
            "This is the id of an element: a letter first, then letters, digits, and the signs - _ : and the dot."
        )
        raise SettingsUnfit(field=name, reason=reason)
    return text


def _auto_replies(replies: tuple[AutoReply, ...]) -> tuple[AutoReply, ...]:
    if len(replies) > MOST_AUTO_REPLIES:
        raise SettingsUnfit(
            field="auto_replies", reason=say("There are at most {most} auto-replies.", most=MOST_AUTO_REPLIES)
        )
    return tuple(_auto_reply(number, replies) for number in range(len(replies)))


def _auto_reply(number: int, replies: tuple[AutoReply, ...]) -> AutoReply:
    reply, place = replies[number], f"auto_replies[{number}]"
    seconds = _within(f"{place}.seconds", reply.seconds, LEAST_SECONDS, MOST_SECONDS)
    if number and seconds <= replies[number - 1].seconds:
        raise SettingsUnfit(field=f"{place}.seconds", reason=say("Each auto-reply comes later than the one before."))
    text = _text(f"{place}.text", reply.text, REPLY_LENGTH)
    if not text:
        raise SettingsUnfit(field=f"{place}.text", reason=say("The text holds nothing that can be seen."))
    return AutoReply(seconds, text)


def _origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    if len(origins) > MOST_ORIGINS:
        raise SettingsUnfit(field="origins", reason=say("There are at most {most} addresses.", most=MOST_ORIGINS))
    return tuple(dict.fromkeys(_origin(f"origins[{number}]", text) for number, text in enumerate(origins)))


def _origin(name: str, text: str) -> str:
    """As browsers send it: without the usual port, without a slash."""
    address = read_address(text.strip())
    if address is None or address.scheme not in _USUAL_PORTS or not address.is_bare or address.path not in {"", "/"}:
        raise SettingsUnfit(field=name, reason=say("This is an address without a path, as https://shop.example."))
    usual = address.port == _USUAL_PORTS[address.scheme]
    return (replace(address, port=None) if usual else address).base
