"""How much comes at once, and how often."""

from dataclasses import replace

from fbtool.language import N_
from fbtool.sandbox.conformance.case import Case, Need
from fbtool.sandbox.conformance.delivery import Delivery, Plan
from fbtool.sandbox.conformance.delivery_builder import DeliveryBuilder

_UP_TO_1000 = N_("Facebook may put up to 1,000 updates into one POST; whoever reads only the first loses the others.")
_REPEATS = N_(
    "Facebook repeats what it takes for failed, and the signature holds no time: only the id tells a repetition."
)
_ONCE = N_("answered 200 each time; the message arrives once")

_PER_ENTRY = 10
_LONG_WORDS = "ä" * 800
"""4,800 bytes once they are escaped: a thousand such messages are 5 MB."""


def _large_batch(make: DeliveryBuilder) -> Plan:
    """Entries of ten items, of all Pages in turn, each entry one conversation."""
    entries = []
    for number in range(make.limits.batch // _PER_ENTRY):
        # That they arrive is enough here: a log may cut long texts.
        texts = (replace(make.message(number, number, _LONG_WORDS), text="") for _ in range(_PER_ENTRY))
        entries.append(make.entry(*texts, page=number))
    return make.then_good(make.post(*entries))


def _repeated(make: DeliveryBuilder) -> Plan:
    delivery = make.good()
    return ((delivery,),) * 3


def _repeated_at_once(make: DeliveryBuilder) -> Plan:
    delivery = make.good()
    return ((delivery,) * 5,)


def _in_another_batch(make: DeliveryBuilder) -> Plan:
    first, second, third = make.messages(3)
    return (make.post(make.entry(first, second)),), (make.post(make.entry(second, third)),)


def _several_pages(make: DeliveryBuilder) -> Delivery:
    return make.post(*(make.entry(make.message(page), page=page) for page in range(len(make.target.pages))))


def _broken_neighbour(make: DeliveryBuilder) -> Plan:
    """Each kind of damage between two good messages of one conversation."""
    damages = (
        "{marker}",
        ["{marker}"],
        {
            "sender": "{marker}",
            "recipient": None,
            "timestamp": "yesterday",
            "message": {"mid": ["{mid}"], "text": "{marker}"},
        },
        {"sender": {"id": None}, "recipient": {}, "message": ["{marker}"]},
    )
    return tuple((make.post(make.entry(make.message(), make.broken(damage), make.message())),) for damage in damages)


CASES = (
    Case(
        name="several-items",
        sent=N_("three messages of one customer in one entry"),
        demanded=N_("answered 200; all three arrive, in their order"),
        why=_UP_TO_1000,
        plan=lambda make: ((make.post(make.entry(*make.messages(3))),),),
    ),
    Case(
        name="several-entries",
        sent=N_("three entries of one Page in one POST"),
        demanded=N_("answered 200; all three messages arrive"),
        why=_UP_TO_1000,
        plan=lambda make: ((make.post(*(make.entry(make.message(customer=number)) for number in range(3))),),),
    ),
    Case(
        name="several-pages",
        sent=N_("one entry for each of several Pages in one POST"),
        demanded=N_("answered 200; the message of each Page arrives"),
        why=N_("An app has one address for all its Pages, and one POST may speak of several."),
        plan=lambda make: ((_several_pages(make),),),
        needs=frozenset({Need.SECOND_PAGE}),
    ),
    Case(name="repeated", sent=N_("the same delivery three times"), demanded=_ONCE, why=_REPEATS, plan=_repeated),
    Case(
        name="repeated-at-once",
        sent=N_("the same delivery five times at the same moment"),
        demanded=_ONCE,
        why=_REPEATS,
        plan=_repeated_at_once,
    ),
    Case(
        name="repeated-regrouped",
        sent=N_("a message again, in another batch and with other neighbours"),
        demanded=N_("answered 200; each of the three messages arrives once, in their order"),
        why=_REPEATS,
        plan=_in_another_batch,
    ),
    Case(
        name="broken-neighbour",
        sent=N_("a broken item between two good messages, four kinds of broken"),
        demanded=N_("answered 200; all good messages arrive, in their order"),
        why=N_("An error would make Facebook repeat the whole POST, and the good messages would never get through."),
        plan=_broken_neighbour,
    ),
    Case(
        name="large-batch",
        sent=N_("one POST of 5 MB with 1,000 messages"),
        demanded=N_("answered 200 in time; all arrive, in the order of each conversation"),
        why=N_("After a disturbance Facebook sends what has gathered, up to 1,000 updates in one POST."),
        plan=_large_batch,
    ),
)
