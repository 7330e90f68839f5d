"""The faults that are switched on, and which of them hits what happens now."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from fbtool.sandbox.state.faults.kinds import (
    Breakage,
    DialogTrouble,
    ErrorAnswer,
    FaultKind,
    Healing,
    Reading,
    TokenTrouble,
    WebhookTrouble,
)
from fbtool.sandbox.state.grants import Grant
from fbtool.sandbox.state.tokens import Cause, Token, TokenType


@dataclass(frozen=True)
class Fault:
    """One switched-on fault. An empty scope means everybody, every Page, every call."""

    id: str
    kind: FaultKind
    since: float
    """Unix time of the sandbox's clock."""
    person: str = ""
    """Key of the person whose token it hits."""
    page: str = ""
    """Id of the Page that it hits."""
    call: str = ""
    """Pattern for ``METHOD path``, e.g. ``POST */messages`` or ``GET me/accounts``."""
    left: int | None = None
    """How many times it will still hit; None: until it is cleared."""
    seconds: float = 10
    """How late "slow" is."""
    size: int = 2
    """How many webhooks "collected" and "reversed" wait for."""

    def hits_call(self, method: str, path: str) -> bool:
        """Whether the call is in its scope."""
        return not self.call or fnmatchcase(f"{method} {path}", self.call)

    def hits(self, person: str, page: str) -> bool:
        """Whether person and Page are in its scope."""
        return self.person in ("", person) and self.page in ("", page)


class ActiveFaults:
    """All faults of one sandbox."""

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}
        self._count = 0

    def add(self, fault: Fault) -> Fault:
        """Switch a fault on; it gets its id here."""
        self._count += 1
        numbered = replace(fault, id=str(self._count))
        self._faults[numbered.id] = numbered
        return numbered

    def clear(self, fault_id: str) -> bool:
        """Switch one off; say whether it was on."""
        return self._faults.pop(fault_id, None) is not None

    def clear_all(self) -> None:
        """Switch all off."""
        self._faults.clear()

    def all(self) -> list[Fault]:
        """Those that are on, oldest first."""
        return list(self._faults.values())

    def spend(self, fault: Fault) -> None:
        """It has hit once; after the last time it is off."""
        if fault.left is None or fault.id not in self._faults:
            return
        if fault.left <= 1:
            del self._faults[fault.id]
        else:
            self._faults[fault.id] = replace(fault, left=fault.left - 1)

    def for_token(self, token: Token, grant: Grant | None, call: tuple[str, str] | None) -> tuple[Fault, Cause] | None:
        """The fault that lets this token be refused.

        Args:
            token: a person's or Page's token; others are never hit.
            grant: the consent behind it.
            call: method and path, or None if somebody only asks whether the token lives.
        """
        if token.type not in (TokenType.USER, TokenType.PAGE, TokenType.SYSTEM_USER):
            return None
        for fault in self._with_effect(TokenTrouble):
            trouble = fault.kind.effect
            assert isinstance(trouble, TokenTrouble)  # noqa: S101 - for the type checker
            in_scope = fault.hits(token.person, token.page_id)
            in_scope = in_scope and (fault.hits_call(*call) if call else not fault.call)
            if trouble.page_tokens_only and token.type is not TokenType.PAGE:
                continue
            if in_scope and not _healed(fault, trouble, token, grant):
                return fault, trouble.cause
        return None

    def for_call(self, method: str, path: str, person: str, page: str, grant: Grant | None = None) -> Fault | None:
        """The fault that hits this call; ``grant`` is the consent behind the call's token."""
        for fault in [*self._with_effect(ErrorAnswer), *self._with_effect(Breakage)]:
            if fault.hits_call(method, path) and fault.hits(person, page) and not _consented(fault, grant):
                return fault
        return None

    def closes_data(self, token: Token, grant: Grant) -> bool:
        """Whether the data behind a token is closed as after 90 days; a pass through the dialog opens it."""
        return any(
            fault.hits(token.person, token.page_id or fault.page) and grant.authorised_at <= fault.since
            for fault in self._with_effect(Reading)
        )

    def for_dialog(self, trouble: DialogTrouble, person: str) -> Fault | None:
        """The fault of this kind that hits the person's login."""
        return next((one for one in self._of(trouble) if one.person in ("", person)), None)

    def for_webhook(self, trouble: WebhookTrouble, page: str) -> Fault | None:
        """The fault of this kind that hits webhooks of the Page."""
        return next((one for one in self._of(trouble) if one.page in ("", page)), None)

    def _with_effect(self, effect: type) -> Iterator[Fault]:
        return (fault for fault in self.all() if isinstance(fault.kind.effect, effect))

    def _of(self, effect: DialogTrouble | WebhookTrouble) -> Iterator[Fault]:
        return (fault for fault in self.all() if fault.kind.effect is effect)


def _consented(fault: Fault, grant: Grant | None) -> bool:
    effect = fault.kind.effect
    heals = isinstance(effect, ErrorAnswer) and effect.healing is Healing.NEW_CONSENT
    return heals and grant is not None and grant.authorised_at > fault.since


def _healed(fault: Fault, trouble: TokenTrouble, token: Token, grant: Grant | None) -> bool:
    if trouble.healing is Healing.NEW_TOKEN:
        return token.issued_at > fault.since
    if trouble.healing is Healing.NEW_CONSENT:
        return grant is not None and grant.authorised_at > fault.since
    return False
