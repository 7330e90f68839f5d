"""What Facebook tells an app about itself."""

from typing import Any

import msgspec

from fbtool.facebook.graph import App, Call

APPROVED = "live"
"""The status of an approved permission; seen in public code, not documented."""


class Approval(msgspec.Struct, frozen=True):
    """How far Meta's review of one permission is."""

    permission: str
    status: str = ""


def approvals(app: App) -> Call[tuple[Approval, ...]]:
    """The permissions that the app's review has dealt with (documented: Graph API, Application Permissions).

    One that was never submitted is not listed.
    """

    def read(content: Any) -> tuple[Approval, ...]:
        return tuple(Approval(str(row["permission"]), str(row.get("status", ""))) for row in content["data"])

    return Call("GET", f"{app.id}/permissions", read, {}, app.token)
