"""What an endpoint can do wrong, and what that means for the business behind it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from fbtool.language import Sentence, say, say_n
from fbtool.sandbox.conformance.arrivals import ArrivalCounts
from fbtool.sandbox.conformance.case import Case
from fbtool.sandbox.conformance.delivery import Answer, Delivery, Demand, Exchanges
from fbtool.sandbox.conformance.settings import RunLimits


class ViolationKind(Enum):
    """The values are for programs."""

    NO_ANSWER = "no_answer"
    STATUS = "status"
    LATE = "late"
    CHALLENGE = "challenge"
    LOST = "lost"
    DOUBLED = "doubled"
    FORGED = "forged"
    REORDERED = "reordered"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class Violation:
    """One thing that was wrong in a case."""

    kind: ViolationKind
    told: Sentence


def violations_of(
    case: Case, exchanges: Exchanges, arrivals: ArrivalCounts | None, limits: RunLimits
) -> Iterator[Violation]:
    """Everything that is wrong, the worst for a business first."""
    if arrivals is not None:
        yield from _wrong_arrivals(case, arrivals)
    yield from _wrong_challenges(exchanges)
    yield from _missing_answers(exchanges)
    yield from _wrong_statuses(case, exchanges, arrivals)
    late = [answer.seconds for _, answer in exchanges if answer.status and answer.seconds > limits.answer_within]
    if late:
        yield Violation(ViolationKind.LATE, _late(late, limits))


def _wrong_arrivals(case: Case, arrivals: ArrivalCounts) -> Iterator[Violation]:
    if arrivals.forged:
        told = say_n(
            "{count} message was accepted that had to be refused: {danger}.",
            "{count} messages were accepted that had to be refused: {danger}.",
            arrivals.forged,
            danger=Sentence(case.danger),
        )
        yield Violation(ViolationKind.FORGED, told)
    if arrivals.lost:
        yield Violation(ViolationKind.LOST, _lost(arrivals))
    if arrivals.doubled:
        told = say_n(
            "{count} message arrives more than once: it is read twice, and a bot answers it twice.",
            "{count} messages arrive more than once: they are read twice, and a bot answers them twice.",
            arrivals.doubled,
        )
        yield Violation(ViolationKind.DOUBLED, told)
    if arrivals.reordered:
        told = say("Messages of a conversation arrive in another order than they were written; answers miss the point.")
        yield Violation(ViolationKind.REORDERED, told)
    if arrivals.damaged:
        told = say("The text arrives damaged: umlauts, emoji or slashes are not what the customer wrote.")
        yield Violation(ViolationKind.DAMAGED, told)


def _wrong_challenges(exchanges: Exchanges) -> Iterator[Violation]:
    for delivery, answer in exchanges:
        if delivery.demand is Demand.CHALLENGE and answer.status == 200 and answer.text != delivery.challenge:
            told = say("The answer is not exactly the challenge, so Facebook does not accept this address.")
            yield Violation(ViolationKind.CHALLENGE, told)
        elif _confirms(delivery, answer):
            told = say("It confirms any token, so a stranger's app could register this address as its own.")
            yield Violation(ViolationKind.CHALLENGE, told)


def _confirms(delivery: Delivery, answer: Answer) -> bool:
    return delivery.demand is Demand.REFUSED and bool(delivery.challenge) and delivery.challenge in answer.text


def _wrong_statuses(case: Case, exchanges: Exchanges, arrivals: ArrivalCounts | None) -> Iterator[Violation]:
    wrong = [(sent, answer) for sent, answer in exchanges if answer.status and not sent.demand.allows(answer.status)]
    for demand in (Demand.TAKEN, Demand.SURVIVED, Demand.CHALLENGE):
        statuses = [answer.status for delivery, answer in wrong if delivery.demand is demand]
        if statuses:
            yield Violation(ViolationKind.STATUS, _not_taken(demand, statuses))
    for delivery, answer in wrong:
        # That something forged was taken, or a challenge given away, says it all.
        known = arrivals is not None and arrivals.forged
        if delivery.demand is Demand.REFUSED and not known and not _confirms(delivery, answer):
            yield Violation(
                ViolationKind.STATUS, _not_refused(case, delivery, answer.status, watched=arrivals is not None)
            )


def _lost(arrivals: ArrivalCounts) -> Sentence:
    if arrivals.owed == 1:
        return say("The message is lost: a customer waits for an answer that nobody will write.")
    return say_n(
        "{count} of {all} messages is lost: a customer waits for an answer that nobody will write.",
        "{count} of {all} messages are lost: customers wait for answers that nobody will write.",
        arrivals.lost,
        all=arrivals.owed,
    )


def _missing_answers(exchanges: Exchanges) -> Iterator[Violation]:
    silent = [(delivery.demand, answer.trouble) for delivery, answer in exchanges if not answer.status]
    by_strangers = [trouble for demand, trouble in silent if demand is Demand.REFUSED]
    others = [trouble for demand, trouble in silent if demand is not Demand.REFUSED]
    if by_strangers:
        told = say("No answer ({reason}): a stranger can bring the endpoint to a halt.", reason=by_strangers[0])
        yield Violation(ViolationKind.NO_ANSWER, told)
    if others:
        told = say_n(
            "{count} delivery got no answer ({reason}): Facebook sends it again, and after an hour of this it switches "
            "the Page's messages off.",
            "{count} deliveries got no answer ({reason}): Facebook sends them again, and after an hour of this it "
            "switches the Page's messages off.",
            len(others),
            reason=others[0],
        )
        yield Violation(ViolationKind.NO_ANSWER, told)


def _late(seconds: Sequence[float], limits: RunLimits) -> Sentence:
    return say_n(
        "{count} answer came too late (after {seconds} s): Facebook waits {limit} s, then it counts as failed and the "
        "delivery is repeated.",
        "{count} answers came too late (after up to {seconds} s): Facebook waits {limit} s, then they count as failed "
        "and the deliveries are repeated.",
        len(seconds),
        seconds=f"{max(seconds):.1f}",
        limit=f"{limits.answer_within:g}",
    )


def _not_taken(demand: Demand, statuses: Sequence[int]) -> Sentence:
    shown = ", ".join(str(status) for status in sorted(set(statuses)))
    if demand is Demand.CHALLENGE:
        return say(
            "The verification was answered {status} instead of 200: Facebook does not accept this address, and nothing "
            "will ever arrive.",
            status=shown,
        )
    if demand is Demand.SURVIVED:
        return say_n(
            "{count} unusual delivery was answered {status} instead of 200 or 4xx: Facebook repeats it, and after an "
            "hour of this it switches the Page's messages off.",
            "{count} unusual deliveries were answered {status} instead of 200 or 4xx: Facebook repeats them, and after "
            "an hour of this it switches the Page's messages off.",
            len(statuses),
            status=shown,
        )
    return say_n(
        "{count} good delivery was answered {status} instead of 200: Facebook sends it again, and after an hour of "
        "this it switches the Page's messages off.",
        "{count} good deliveries were answered {status} instead of 200: Facebook sends them again, and after an hour "
        "of this it switches the Page's messages off.",
        len(statuses),
        status=shown,
    )


def _not_refused(case: Case, delivery: Delivery, status: int, *, watched: bool) -> Sentence:
    if not 200 <= status < 300:
        return say("Answered {status} instead of 403: a stranger can make the endpoint stumble.", status=status)
    if delivery.challenge:
        return say(
            "Answered {status} instead of 403: only the missing challenge keeps a stranger's app out.", status=status
        )
    if watched:
        return say(
            "Answered {status} instead of 403. It was not taken; but with one mistyped secret every real message would "
            "vanish like this, and Facebook would not repeat it.",
            status=status,
        )
    return say(
        "Answered {status} instead of 403. If it was taken, {danger}; if not, with one mistyped secret every real "
        "message would vanish like this, and Facebook would not repeat it.",
        status=status,
        danger=Sentence(case.danger),
    )
