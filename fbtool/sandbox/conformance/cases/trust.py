"""Who is believed: the verification call and the signature."""

import secrets
from collections.abc import Mapping

from fbtool.language import N_
from fbtool.sandbox.conformance.case import Case, Need
from fbtool.sandbox.conformance.delivery import Demand
from fbtool.sandbox.conformance.delivery_builder import Alteration

SHA256, SHA1 = "X-Hub-Signature-256", "X-Hub-Signature"

_REFUSED = N_("answered 403 or another 4xx; nothing of it arrives; a good message after it does")
_TAKEN = N_("answered 200; the message arrives")


def _without(*names: str) -> Alteration:
    """Leave headers out."""
    return lambda headers: {name: value for name, value in headers.items() if name not in names}


def _with_truncated_signature(headers: Mapping[str, str]) -> dict[str, str]:
    whole = headers[SHA256]
    return {**_without(SHA1)(headers), SHA256: whole[: len("sha256=") + 32]}


def _signatures(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in (SHA256, SHA1)}


CASES = (
    Case(
        name="verification",
        sent=N_("the verification call with the right token"),
        demanded=N_("answered 200 with the challenge and nothing else"),
        why=N_("Facebook calls the address before it sends anything; without its challenge back it sends nothing."),
        plan=lambda make: ((make.verification(make.target.verify_token, Demand.CHALLENGE),),),
        needs=frozenset({Need.VERIFY_TOKEN}),
    ),
    Case(
        name="wrong-verify-token",
        sent=N_("the verification call with a wrong token"),
        demanded=N_("answered 403 or another 4xx, without the challenge"),
        why=N_("The token shows that the call belongs to your own app; Meta asks for 403 otherwise."),
        plan=lambda make: ((make.verification(secrets.token_urlsafe(24), Demand.REFUSED),),),
    ),
    Case(
        name="both-signatures",
        sent=N_("a message, signed as today: SHA-256 and SHA-1"),
        demanded=_TAKEN,
        why=N_("This is what Facebook sends: X-Hub-Signature-256, and beside it still the old X-Hub-Signature."),
        plan=lambda make: ((make.good(),),),
    ),
    Case(
        name="sha256-only",
        sent=N_("a message with the SHA-256 signature only"),
        demanded=_TAKEN,
        why=N_("X-Hub-Signature-256 is the documented one. Facebook may leave the old one out any day."),
        plan=lambda make: ((make.post(make.entry(make.message()), altered=_without(SHA1)),),),
    ),
    Case(
        name="sha1-only",
        sent=N_("a message with the old SHA-1 signature only"),
        demanded=_REFUSED,
        why=N_("Facebook signs everything with SHA-256. Only somebody else would leave that signature out."),
        danger=N_("its trust rests on SHA-1, which is outdated and which Facebook may stop sending"),
        plan=lambda make: make.then_good(
            make.post(make.entry(make.message()), demand=Demand.REFUSED, altered=_without(SHA256))
        ),
    ),
    Case(
        name="wrong-signature",
        sent=N_("a message, signed with another secret"),
        demanded=_REFUSED,
        why=N_("The address is public. The signature is the only thing that strangers cannot make."),
        plan=lambda make: make.then_good(
            make.post(make.entry(make.message()), demand=Demand.REFUSED, secret=secrets.token_hex(16))
        ),
    ),
    Case(
        name="changed-body",
        sent=N_("a message with the signature of another one"),
        demanded=_REFUSED,
        why=N_("The signature is that of the raw bytes; a single changed letter must not fit."),
        plan=lambda make: make.then_good(
            make.post(
                make.entry(make.message()),
                demand=Demand.REFUSED,
                altered=lambda headers: {**headers, **_signatures(make.signed(b"{}", Demand.REFUSED).headers)},
            )
        ),
    ),
    Case(
        name="missing-signature",
        sent=N_("a message without any signature"),
        demanded=_REFUSED,
        why=N_("A missing signature is a wrong one; some libraries let it pass."),
        plan=lambda make: make.then_good(
            make.post(make.entry(make.message()), demand=Demand.REFUSED, altered=_without(SHA256, SHA1))
        ),
    ),
    Case(
        name="truncated-signature",
        sent=N_("a message with the first half of its SHA-256 signature"),
        demanded=_REFUSED,
        why=N_("A signature has exactly 64 hexadecimal digits; a shorter one is easier to guess."),
        plan=lambda make: make.then_good(
            make.post(make.entry(make.message()), demand=Demand.REFUSED, altered=_with_truncated_signature)
        ),
    ),
    Case(
        name="earlier-secret",
        sent=N_("a message, signed with the secret before a rotation"),
        demanded=_TAKEN,
        why=N_("When the app's secret is replaced, deliveries with both signatures are on their way for a while."),
        plan=lambda make: ((make.post(make.entry(make.message()), secret=make.target.earlier_secret),),),
        needs=frozenset({Need.EARLIER_SECRET}),
    ),
)
