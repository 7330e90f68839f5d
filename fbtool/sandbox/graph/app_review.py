"""``/{app}/permissions``: what the review has approved (Meta, "Application Permissions")."""

from fbtool.sandbox.graph.visit import Body, Visit
from fbtool.sandbox.world import Access, App
from fbtool.sandbox.world.permissions import PERMISSIONS

_WITHOUT_REVIEW = ("public_profile", "email")
"""Every app has these without asking."""
_APPROVED = "live"
"""Seen in public code; the documentation leaves the values out."""


async def read(visit: Visit, app: App) -> Body:
    """The approved permissions; what was never submitted is not listed. The filter ``status`` is optional."""
    visit.app_token(app)
    approved = PERMISSIONS if app.access is Access.ADVANCED else _WITHOUT_REVIEW
    wanted = visit.call.text("status") in ("", _APPROVED)
    return {"data": [{"permission": name, "status": _APPROVED} for name in approved if wanted]}
