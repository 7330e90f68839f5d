"""The permissions that an app may ask for, and what the review screen says about each.

Names and asset kinds follow Meta's "Permissions Reference". Names that Meta removed (``manage_pages``,
``publish_pages``) are absent on purpose: asking for them is an invalid scope.
"""

from dataclasses import dataclass
from enum import Enum

from fbtool.language import N_


class Asset(Enum):
    """What a person ticks when a permission does not simply hold for the whole account."""

    NONE = "none"
    PAGE = "page"
    BUSINESS = "business"


@dataclass(frozen=True)
class Permission:
    """One permission of Facebook Login."""

    name: str
    label: str
    """What the person reads; an English text of the catalogue."""
    asset: Asset = Asset.NONE
    optional: bool = True
    """Whether a person may decline it in classic Facebook Login."""


PERMISSIONS = {
    permission.name: permission
    for permission in (
        Permission("public_profile", N_("Receive your name and profile picture"), optional=False),
        Permission("email", N_("Receive your email address")),
        Permission("openid", N_("Confirm who you are"), optional=False),
        Permission("pages_show_list", N_("Show a list of the Pages you manage"), Asset.PAGE),
        Permission("pages_messaging", N_("Manage and access Page conversations in Messenger"), Asset.PAGE),
        Permission("pages_utility_messaging", N_("Send utility messages from your Pages"), Asset.PAGE),
        Permission("pages_manage_metadata", N_("Manage accounts, settings and webhooks of your Pages"), Asset.PAGE),
        Permission("pages_read_engagement", N_("Read content posted on your Pages"), Asset.PAGE),
        Permission("pages_read_user_content", N_("Read what visitors post on your Pages"), Asset.PAGE),
        Permission("pages_manage_engagement", N_("Manage comments on your Pages"), Asset.PAGE),
        Permission("pages_manage_posts", N_("Create and manage content on your Pages"), Asset.PAGE),
        Permission("pages_manage_ads", N_("Manage ads for your Pages"), Asset.PAGE),
        Permission("leads_retrieval", N_("Access leads for your Pages"), Asset.PAGE),
        Permission("read_insights", N_("Access insights for your Pages"), Asset.PAGE),
        Permission("business_management", N_("Manage your business"), Asset.BUSINESS),
        Permission("ads_management", N_("Manage ads for ad accounts"), Asset.BUSINESS),
        Permission("ads_read", N_("Access ads of ad accounts"), Asset.BUSINESS),
    )
}


def of_asset(names: "set[str] | frozenset[str] | tuple[str, ...]", asset: Asset) -> list[str]:
    """Those of ``names`` for which a person ticks things of the kind ``asset``."""
    return [name for name in PERMISSIONS if name in names and PERMISSIONS[name].asset is asset]
