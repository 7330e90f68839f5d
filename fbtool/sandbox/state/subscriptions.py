"""Who wants which webhooks: an app for an object, and an app for one Page."""

from dataclasses import dataclass

MESSAGING_FIELDS = frozenset(
    (
        "messages", "message_deliveries", "message_echoes", "message_edits", "message_reactions",
        "message_reads", "message_context", "messaging_postbacks", "messaging_optins", "messaging_optouts",
        "messaging_referrals", "messaging_handovers", "standby", "messaging_policy_enforcement",
        "messaging_account_linking", "messaging_fblogin_account_linking", "messaging_feedback",
        "messaging_customer_information", "messaging_integrity", "messaging_in_thread_lead_form_submit",
        "response_feedback", "send_cart", "calls",
    )
)  # fmt: skip
"""Each of these needs ``pages_messaging`` beside ``pages_manage_metadata`` (documented)."""

OTHER_FIELDS = frozenset(
    (
        "feed", "mention", "message_mention", "leadgen", "ratings", "name", "picture", "category",
        "description", "conversations", "branded_camera", "inbox_labels", "message_template_status_update",
        "about", "email", "phone", "website", "hours", "location", "page_about_story", "live_videos", "videos",
    )
)  # fmt: skip
"""Fields of a Page without messaging; a part of Meta's list."""

PAGE_FIELDS = MESSAGING_FIELDS | OTHER_FIELDS


@dataclass(frozen=True)
class AppSubscription:
    """Where an app takes the webhooks of one object."""

    object: str
    callback_url: str
    fields: tuple[str, ...]
    verify_token: str


@dataclass(frozen=True)
class Callbacks:
    """Where an app wants to hear about people; empty: nowhere."""

    deauthorize: str = ""
    data_deletion: str = ""


class Subscriptions:
    """All subscriptions of all apps."""

    def __init__(self) -> None:
        self._of_apps: dict[tuple[str, str], AppSubscription] = {}
        self._of_pages: dict[tuple[str, str], tuple[str, ...]] = {}

    def set_app(self, app_id: str, subscription: AppSubscription) -> None:
        """Replace the app's subscription for that object."""
        self._of_apps[app_id, subscription.object] = subscription

    def app(self, app_id: str, object_name: str = "page") -> AppSubscription | None:
        """The app's subscription for an object."""
        return self._of_apps.get((app_id, object_name))

    def of_app(self, app_id: str) -> list[AppSubscription]:
        """The app's subscriptions for all objects."""
        return [value for (owner, _), value in self._of_apps.items() if owner == app_id]

    def drop_app(self, app_id: str, object_name: str) -> None:
        """The app takes no webhooks of that object any more."""
        self._of_apps.pop((app_id, object_name), None)

    def set_page(self, page_id: str, app_id: str, fields: tuple[str, ...]) -> None:
        """Replace the fields that the app takes from the Page."""
        self._of_pages[page_id, app_id] = fields

    def page(self, page_id: str) -> dict[str, tuple[str, ...]]:
        """By app id: the fields that each app takes from the Page."""
        return {app_id: fields for (page, app_id), fields in self._of_pages.items() if page == page_id}

    def drop_page(self, page_id: str, app_id: str) -> bool:
        """The app takes nothing from the Page any more; say whether it did."""
        return self._of_pages.pop((page_id, app_id), None) is not None

    def takers(self, page_id: str, field: str) -> list[str]:
        """The apps that want ``field`` of this Page on both levels."""
        return [
            app_id
            for app_id, fields in self.page(page_id).items()
            if field in fields and (subscription := self.app(app_id)) and field in subscription.fields
        ]
