"""Messenger's webhook: what it says.

Source: Meta, "Webhooks for Messenger" (2026). One address receives the events of all linked Pages; one
POST may hold many entries of many Pages with many items each. Reading never raises and never drops:
what is not understood is kept as `Kind.OTHER`, and what is broken in one item stays there.
"""

import re
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from fbtool.facebook.events import Kind, kind_of, message_id_of, opens_window
from fbtool.meta import tolerant_json
from fbtool.meta.tolerant_json import dict_of, list_of, text_of

_PARTIES = ("sender", "recipient")
_ENVELOPE = {*_PARTIES, "timestamp"}
_SECONDS_END = 10**12
"""Some events carry seconds where milliseconds are meant; a smaller number is seconds (seen)."""


class Item(msgspec.Struct, frozen=True):
    """One thing that happened between a Page and a customer."""

    page_id: str
    customer: str
    """The customer's page-scoped id; empty where the item names none."""
    kind: Kind
    time_ms: int
    mid: str
    """The message's id at Facebook; empty where there is none."""
    content: dict[str, Any]
    """The item as Facebook sent it, without its time, and without sender and recipient if these are ids only."""
    standby: bool
    """Another app holds the conversation; show it, do not answer."""
    dated: bool
    """Whether the item itself says its time; otherwise it is that of the delivery, and another one when repeated."""
    by_page: bool = False
    """The Page did it, not the customer."""

    @property
    def identity(self) -> bytes:
        """The same bytes for the same item when Facebook repeats it, and for no other item.

        What Facebook writes anew into a repetition is left out: the delivery's time and ``seq``, what signs an address
        for some hours, and the item's own time where its message or its watermark names it already.
        """
        if self.kind is Kind.MESSAGE and self.mid:
            return f"{self.page_id} {self.mid}".encode()
        if self.kind in _ONCE_FOR_A_MESSAGE and self.mid:
            return f"{self.page_id} {self.kind} {self.mid}".encode()
        time_ms = self.time_ms if self.dated and not self._names_itself else 0
        body = msgspec.json.encode(_lasting(self.content), order="deterministic")
        who = f"{self.page_id} {self.customer}" + (" by page" if self.by_page else "")
        return f"{who} {time_ms} ".encode() + body

    @property
    def is_lasting(self) -> bool:
        """Whether nothing else will ever have its identity; what says no time may be meant once more later."""
        return self.dated or self._names_itself

    @property
    def _names_itself(self) -> bool:
        """Whether its message, or how far things have come, names it without a time."""
        if self.mid and (self.kind is Kind.MESSAGE or self.kind in _ONCE_FOR_A_MESSAGE):
            return True
        state = _STATES.get(self.kind)
        return state is not None and state[1] in self.content[state[0]]

    @property
    def opens_window(self) -> bool:
        """Whether the customer opened the time to answer with it; as true in standby as elsewhere."""
        return bool(self.customer) and not self.by_page and opens_window(self.kind, self.content)


_ONCE_FOR_A_MESSAGE = frozenset({Kind.ECHO, Kind.DELETION, Kind.POSTBACK})
"""What can happen to a message only once, whatever time a repetition claims. A reaction can be taken back and given
again with the same words, so its time belongs to it."""
_STATES = {
    Kind.DELIVERED: ("delivery", "watermark"),
    Kind.READ: ("read", "watermark"),
    Kind.EDIT: ("message_edit", "num_edit"),
}
"""What says by itself how far things have come; the same words cannot be meant twice."""
_SIGNED = re.compile(r"(^|&)(oh|hash|_nc_\w+)=")
"""What Facebook signs the address of a file with (as seen in its webhooks)."""


def _lasting(value: Any) -> Any:
    """A value without what is different in each repetition of it."""
    if isinstance(value, dict):
        return {key: _lasting(part) for key, part in value.items() if key != "seq"}
    if isinstance(value, list):
        return [_lasting(part) for part in value]
    return _unsigned(value) if isinstance(value, str) and value.startswith("https://") else value


def _unsigned(address: str) -> str:
    """A file's address without its signature, and without the server, which may be another one each time."""
    place, _, query = address.partition("?")
    return urlsplit(place).path if _SIGNED.search(query) else address


def read(body: bytes, now_ms: int) -> list[Item] | None:
    """All items of one POST in their order; None if the body is not a Page envelope at all.

    ``now_ms`` stands in for a time that is missing.
    """
    usual = _written(body, now_ms)
    if usual is not None:
        return usual
    try:
        envelope = tolerant_json.decode(body)
    except ValueError:
        return None
    if not isinstance(envelope, dict) or envelope.get("object") != "page":
        return None
    return [item for entry in list_of(envelope.get("entry")) for item in _entry_items(entry, now_ms)]


class _Party(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    id: str


class _Written(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    mid: str
    text: str


class _Messaging(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    sender: _Party
    recipient: _Party
    timestamp: int
    message: _Written


class _Entry(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    id: str
    time: int
    messaging: list[_Messaging]


class _Page(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    object: Literal["page"]
    entry: list[_Entry]


_PAGE = msgspec.json.Decoder(_Page)


def _written(body: bytes, now_ms: int) -> list[Item] | None:
    """The items of a delivery in which customers wrote and nothing else happened, as in most; None of any other.

    What `read` says of it, in a third of the time (measured), since its shape is known before.
    """
    try:
        entries = _PAGE.decode(body).entry
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    items = []
    for entry in entries:
        entry_time_ms = _milliseconds(entry.time, now_ms)
        for one in entry.messaging:
            customer, message = one.sender.id, one.message
            if not (customer and message.mid) or customer == entry.id or "\0" in entry.id:
                return None
            time_ms = _milliseconds(one.timestamp, 0)
            content = {"message": {"mid": message.mid, "text": message.text}}
            items.append(
                Item(
                    entry.id,
                    customer,
                    Kind.MESSAGE,
                    time_ms or entry_time_ms,
                    message.mid,
                    content,
                    standby=False,
                    dated=time_ms > 0,
                )
            )
    return items


def _entry_items(entry: Any, now_ms: int) -> Iterator[Item]:
    if not isinstance(entry, dict):
        return
    page_id = text_of(entry.get("id")).replace("\0", tolerant_json.REPLACEMENT)  # no database takes it for a text
    time_ms = _milliseconds(entry.get("time"), now_ms)
    for item in list_of(entry.get("messaging")):
        yield _item(page_id, item, time_ms, standby=False)
    for item in list_of(entry.get("standby")):
        yield _item(page_id, item, time_ms, standby=True)
    for change in list_of(entry.get("changes")):
        yield Item(page_id, "", Kind.CHANGE, time_ms, "", {"change": change}, standby=False, dated=False)


def _item(page_id: str, raw: Any, entry_time_ms: int, *, standby: bool) -> Item:
    if not isinstance(raw, dict):
        return Item(page_id, "", Kind.OTHER, entry_time_ms, "", {"unreadable": raw}, standby, dated=False)
    sender, recipient = text_of(dict_of(raw.get("sender")).get("id")), text_of(dict_of(raw.get("recipient")).get("id"))
    # In an echo the Page is the sender, so the customer is the other one.
    customer = recipient if sender == page_id else sender
    by_page = bool(sender) and sender == page_id
    content = {key: value for key, value in raw.items() if key not in _ENVELOPE}
    content |= {party: raw[party] for party in _PARTIES if _says_more(raw.get(party))}
    kind, mid = kind_of(content), message_id_of(content)
    if kind is Kind.MESSAGE and by_page:
        kind = Kind.ECHO
    elif kind is Kind.MESSAGE and not (mid and customer):
        kind = Kind.OTHER  # nobody could answer it; handed on as it came
    time_ms = _milliseconds(raw.get("timestamp"), 0)
    return Item(page_id, customer, kind, time_ms or entry_time_ms, mid, content, standby, time_ms > 0, by_page)


def _says_more(party: Any) -> bool:
    """Whether sender or recipient is more than an id, as with people who came through a plugin (``user_ref``)."""
    return isinstance(party, dict) and bool(party.keys() - {"id"})


def _milliseconds(value: Any, otherwise: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 10**15:
        return otherwise
    return value * 1000 if value < _SECONDS_END else value
