"""What a person has allowed an app: permissions, Pages and businesses."""

from dataclasses import dataclass, field
from enum import Enum


class PermissionStatus(Enum):
    """The state of one permission in ``/me/permissions``."""

    GRANTED = "granted"
    DECLINED = "declined"


@dataclass(frozen=True)
class Choice:
    """What a person ticked in a picker."""

    everything: bool
    """"Opt in to all current and future"; ``target_ids`` is then absent."""
    ids: frozenset[str] = frozenset()
    """What was ticked singly; may be empty, which the platform accepts."""
    snapshot: bool = False
    """Whether "everything" means only what there was at that moment, in ``ids``."""

    def covers(self, asset_id: str) -> bool:
        """Whether the thing with this id is included."""
        return (self.everything and not self.snapshot) or asset_id in self.ids


EVERYTHING = Choice(everything=True)


@dataclass
class Grant:
    """One person's consent to one app; the dialog remembers it and replays it."""

    app_id: str
    person: str
    """The person's key."""
    authorised_at: float
    """The last pass through the dialog; data access ends 90 days later."""
    permissions: dict[str, PermissionStatus] = field(default_factory=dict)
    pages: Choice | None = None
    """None: the Page picker has never been shown."""
    businesses: Choice | None = None
    withdrawn: dict[str, set[str]] = field(default_factory=dict)
    """Pages that lost a single permission: by permission, the ids."""

    def has(self, permission: str) -> bool:
        """Whether the permission is granted at all."""
        return self.permissions.get(permission) is PermissionStatus.GRANTED

    def has_for_page(self, permission: str, page_id: str) -> bool:
        """Whether the permission is granted and this Page was ticked for it."""
        ticked = self.pages is not None and self.pages.covers(page_id)
        return self.has(permission) and ticked and page_id not in self.withdrawn.get(permission, ())

    def granted(self) -> list[str]:
        """The granted permissions, in the order in which they were given."""
        return [name for name, status in self.permissions.items() if status is PermissionStatus.GRANTED]
