"""Slow, many, and what is left afterwards."""

from dataclasses import replace

from fbtool.language import N_
from fbtool.sandbox.conformance.case import Case
from fbtool.sandbox.conformance.delivery import Plan
from fbtool.sandbox.conformance.delivery_builder import DeliveryBuilder


def _slow_client(make: DeliveryBuilder) -> Plan:
    return ((replace(make.good(customer=0), drips=True), make.good(customer=1)), (make.good(customer=2),))


CASES = (
    Case(
        name="slow-client",
        sent=N_("a body that drips, and a good delivery meanwhile"),
        demanded=N_("the good one is answered in time, not after the slow one; both messages arrive"),
        why=N_("One slow connection must not hold up everybody else's messages."),
        plan=_slow_client,
    ),
    Case(
        name="many-connections",
        sent=N_("64 deliveries at the same moment, each on its own connection"),
        demanded=N_("all answered 200 in time; all messages arrive"),
        why=N_("Facebook sends from many machines at once, and counts every refused connection as a failure."),
        plan=lambda make: (tuple(make.good(customer=number) for number in range(make.limits.connections)),),
    ),
    Case(
        name="still-alive",
        sent=N_("one more message after everything else"),
        demanded=N_("answered 200; the message arrives"),
        why=N_("Whatever came before, the next customer must get through."),
        plan=lambda make: ((make.good(),),),
    ),
)
