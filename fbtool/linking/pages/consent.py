"""What a person allowed the app, as far as it could be found out, and what may be concluded from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from fbtool.facebook.permissions import LIST_PAGES, MESSAGES, NEEDED, SUBSCRIBE
from fbtool.facebook.tokens import Person
from fbtool.linking.network.gateway_documents import Grant

GRANTED = "granted"
"""The status of a permission that the person gave (documented; others are ``declined`` and ``expired``)."""


class Portfolios(Enum):
    """What is known of the person's business portfolios."""

    NOT_ALLOWED = "not_allowed"
    """The person was not asked for them, or declined."""
    NONE_TICKED = "none_ticked"
    """Allowed, but no portfolio was ticked in the dialog, or the person is in none."""
    READ = "read"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Consent:
    """One person's consent."""

    person: Person
    permissions: Mapping[str, str] | None = None
    """Permission → status; None where it could not be read."""
    grant: Grant | None = None
    """None where it could not be read."""
    portfolios: Portfolios = Portfolios.UNKNOWN
    listed_all: bool = True
    """Whether Facebook's list was read to its end, so that a Page's absence means something."""
    now: float = 0
    """Unix seconds."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The permissions that linking needs and the person has not granted; none where that is not known."""
        return () if self.permissions is None else missing_permissions(self.permissions)

    @property
    def withheld(self) -> tuple[str, ...]:
        """Those of ``missing`` that the person was never asked for although the tool wanted them.

        Facebook leaves them out without a word while the app is in development mode or has no access to them
        (seen), or when the app's login configuration lacks them.
        """
        return tuple(name for name in self.missing if name not in (self.permissions or {}))

    def lacks(self, permission: str) -> bool:
        """Whether the person certainly has not granted it."""
        return self.permissions is not None and self.permissions.get(permission) != GRANTED

    @property
    def data_access_over(self) -> bool:
        """Whether Facebook keeps data back because the last consent is 90 days old."""
        return self.grant is not None and 0 < self.grant.data_access_expires_at <= self.now

    @property
    def list_proves(self) -> bool:
        """Whether a Page that is not listed is really out of the person's reach."""
        return self.listed_all and LIST_PAGES not in self.missing and not self.data_access_over

    @property
    def _granular(self) -> Mapping[str, frozenset[str] | None]:
        return self.grant.granular if self.grant else {}

    def targets(self) -> frozenset[str]:
        """The ids of the Pages that were ticked one by one; empty where all were, none was, or it is not known."""
        return frozenset[str]().union(*(self._granular.get(scope) or () for scope in NEEDED))

    def expects_pages(self) -> bool:
        """Whether at least one Page was ticked, so that an empty list is wrong."""
        return self._granular.get(LIST_PAGES, frozenset()) != frozenset()

    def ticked_none(self) -> bool:
        """Whether the dialog was finished without any Page."""
        return self._granular.get(LIST_PAGES) == frozenset()

    def ticked(self, page_id: str) -> bool | None:
        """Whether the Page was ticked in the dialog; None where that is not known."""
        if LIST_PAGES not in self._granular:
            return None
        pages = self._granular[LIST_PAGES]
        return pages is None or page_id in pages

    def missing_for(self, page_id: str) -> tuple[str, ...]:
        """The permissions that were granted, but not for this Page (`ticked` answers for the list itself)."""
        scopes = (MESSAGES, SUBSCRIBE)
        return tuple(s for s in scopes if (pages := self._granular.get(s)) is not None and page_id not in pages)


def missing_permissions(permissions: Mapping[str, str]) -> tuple[str, ...]:
    """The permissions that linking needs and the person has not granted."""
    return tuple(name for name in NEEDED if permissions.get(name) != GRANTED)
