"""What a delivery may look like: unusual, new or broken."""

from dataclasses import replace
from typing import Any

from fbtool.language import N_
from fbtool.sandbox.conformance import bodies
from fbtool.sandbox.conformance.bodies import Entry
from fbtool.sandbox.conformance.case import Case
from fbtool.sandbox.conformance.delivery import Demand, Plan
from fbtool.sandbox.conformance.delivery_builder import DeliveryBuilder

_LIVES_ON = N_("answered 200; the good message beside it arrives")
_SURVIVES = N_("answered 200 or 4xx, never 5xx; a good message after it arrives")

WORDS = "Grüße aus Köln – 50 % auf Sträuße? 🌷👍🏽 https://example.org/a/b <b>schön</b>"
"""Umlauts, a dash, a flower, a thumb with a skin colour (two surrogate pairs), slashes and markup."""


def _without_messaging(make: DeliveryBuilder) -> Plan:
    silent = Entry({"id": make.target.pages[0], "time": 1})
    return make.then_good(make.post(silent), make.post(silent, make.entry(make.message()), silent))


def _empty(make: DeliveryBuilder) -> Plan:
    return make.then_good(make.post(), make.post(make.entry()), make.post(make.entry(), make.entry(make.message())))


def _unknown_fields(make: DeliveryBuilder) -> Plan:
    plain = make.message()
    content = {
        **plain.content,
        "message": {**plain.content["message"], "nlp": {"intents": []}, "tone": "warm"},
        "hop_context": [{"app_id": 1840000000000001, "metadata": "x"}],
        "weather": None,
    }
    entry = make.entry(replace(plain, content=content))
    entry = replace(entry, content={**entry.content, "hobbies": {"deeply": [{"nested": True}]}})
    return ((make.post(entry, version="v99.0", trace=[1, 2, 3]),),)


def _unknown_kinds(make: DeliveryBuilder) -> Plan:
    strange = (
        make.event(hologram_call={"mid": "{mid}", "duration": 7}),
        make.event(message_edit={"mid": "{mid}", "text": "{marker}", "num_edit": 1}),
        make.event(policy_enforcement={"action": "warning", "reason": "{marker}"}),
        make.event(message={"mid": "{mid}"}),
    )
    return ((make.post(make.entry(make.message(), *strange, make.message())),),)


def _standby(make: DeliveryBuilder) -> Plan:
    message = make.message()
    watched = make.entry(replace(message, owed=False), under="standby")
    return ((make.post(watched, make.entry(make.message())),),)


def _changes(make: DeliveryBuilder) -> Plan:
    change = make.broken({"field": "feed", "value": {"item": "status", "verb": "add", "message": "{marker}"}})
    return ((make.post(make.entry(change, under="changes"), make.entry(make.message())),),)


def _numeric_ids(make: DeliveryBuilder) -> Plan:
    message = make.message()
    content = {**message.content, "sender": {"id": int(message.customer)}, "recipient": {"id": int(message.page)}}
    entry = make.entry(replace(message, content=content))
    return ((make.post(replace(entry, content={**entry.content, "id": int(message.page)})),),)


def _broken_json(make: DeliveryBuilder) -> Plan:
    """Well signed, so it is not forged; the last one is a good body that lost its end."""
    cut = bodies.wire([make.entry(make.broken("{marker}"))])[:-5]
    nested = b"[" * 100_000
    bodies_sent = (b"", b"null", b'{"object":"page","entry":{}}', b"\xff\xfe{", nested, cut)
    return make.then_good(*(replace(make.signed(body, Demand.SURVIVED), tries=3) for body in bodies_sent))


def _wrong_type(make: DeliveryBuilder) -> Plan:
    def typed(kind: str) -> Any:
        return make.post(
            make.entry(make.message()),
            demand=Demand.SURVIVED,
            altered=lambda headers: {**headers, "Content-Type": kind},
        )

    return make.then_good(typed("text/plain"), typed("application/x-www-form-urlencoded"))


CASES = (
    Case(
        name="without-messaging",
        sent=N_("entries without “messaging”, alone and beside a good one"),
        demanded=_LIVES_ON,
        why=N_("An entry may carry “standby” or “changes” instead; “messaging” is not always there."),
        plan=_without_messaging,
    ),
    Case(
        name="empty-entry",
        sent=N_("no entry at all, and an entry without items"),
        demanded=_LIVES_ON,
        why=N_("Nothing to do is no error; an error would be repeated for an hour."),
        plan=_empty,
    ),
    Case(
        name="unknown-fields",
        sent=N_("a message with unknown members at every level"),
        demanded=N_("answered 200; the message arrives"),
        why=N_("Facebook adds members at any time; unknown ones are to be ignored, not refused."),
        plan=_unknown_fields,
    ),
    Case(
        name="unknown-kinds",
        sent=N_("events of rare and of invented kinds between two messages"),
        demanded=N_("answered 200; both messages arrive, in their order"),
        why=N_("Facebook adds kinds of events at any time, and sends all that the app has ever subscribed to."),
        plan=_unknown_kinds,
    ),
    Case(
        name="standby",
        sent=N_("a “standby” entry beside a message"),
        demanded=_LIVES_ON,
        why=N_("While another app holds a conversation, its messages come under “standby”."),
        plan=_standby,
    ),
    Case(
        name="changes",
        sent=N_("a “changes” entry beside a message"),
        demanded=_LIVES_ON,
        why=N_("Posts, leads and the dashboard's test button come under “changes”, to the same address."),
        plan=_changes,
    ),
    Case(
        name="numeric-ids",
        sent=N_("a message whose ids are numbers instead of texts"),
        demanded=N_("answered 200; the message arrives"),
        why=N_("Facebook's own samples show some ids as numbers and their tables as texts; both occur."),
        plan=_numeric_ids,
    ),
    Case(
        name="escaped-text",
        sent=N_("umlauts, emoji and slashes, escaped as Facebook does"),
        demanded=N_("answered 200; the text arrives letter by letter"),
        why=N_("The signature is that of the escaped bytes: whoever signs re-written JSON refuses every “ä”."),
        plan=lambda make: ((make.post(make.entry(make.message(words=WORDS))),),),
    ),
    Case(
        name="broken-json",
        sent=N_("well-signed bodies that are no JSON or no delivery, each up to three times"),
        demanded=_SURVIVES,
        why=N_("A 5xx is repeated; after an hour of it Facebook switches the Page's messages off."),
        plan=_broken_json,
    ),
    Case(
        name="wrong-content-type",
        sent=N_("well-signed JSON that calls itself text or a form"),
        demanded=N_("taken whole or refused with 4xx, never 5xx; a good message after it arrives"),
        why=N_("Proxies change headers. What is answered 200 is never sent again, so it must not be lost."),
        plan=_wrong_type,
    ),
)
