"""What the CRM is told about its links, in words.

Events name no person, so that deleting somebody's data need not search them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fbtool.gateway.channels.facebook.links import Change, Link, Reason, State
from fbtool.gateway.delivery.intake import EventKind, Intake
from fbtool.gateway.store.inbox import RoutedArrival
from fbtool.language import LANGUAGES, N_, say
from fbtool.problem import Kind, Problem, Telling


class PermissionEnds(Problem):
    """Time will end the last permission of a link."""

    code = "permission_ends"
    kind = Kind.ATTENTION
    what = N_("The permission for the Page “{page}” ends on {date}.")
    meaning = N_("From then on answers could not be sent.")
    remedy = N_("Sign in with Facebook again before that day; it renews all Pages of the same person.")


class SubscriptionMended(Problem):
    """Facebook had ended the subscription."""

    code = "subscription_mended"
    kind = Kind.ATTENTION
    what = N_("Facebook had stopped sending the messages of the Page “{page}”; they come again now.")
    meaning = N_("Facebook does this when the gateway cannot be reached for about an hour.")
    remedy = N_("Look into the Page's inbox at Facebook for messages that customers wrote meanwhile.")


class PageMoved(Problem):
    """Another account of this gateway took the Page over."""

    code = "page_moved"
    kind = Kind.ATTENTION
    what = N_("The Page “{page}” was moved to another messenger account of this gateway.")
    meaning = N_("This account does not receive its messages any more, and cannot answer them.")
    remedy = N_("If that was a mistake, link the Page with this account again and take it over.")


_MEANINGS = {
    Change.NEEDS_SIGN_IN: N_(
        "The Page “{page}” still receives messages. Answers wait until somebody signs in with Facebook again."
    ),
    Change.HOLDER_LOST: N_("The Page “{page}” goes on working with the permission of another person."),
    Change.SENDING_STOPPED: N_("Answers of the Page “{page}” wait; one is tried again from time to time."),
}


@dataclass(frozen=True)
class LinkNews:
    """One change of one link."""

    change: Change
    reason: Reason | None = None
    """What led to it, where something is wrong."""


def news_of(change: Change, before: Link, after: Link, now: int) -> LinkNews:
    """The news of a transition that `links.change_between` found."""
    match change:
        case Change.NEEDS_SIGN_IN:
            return LinkNews(change, after.reason)
        case Change.HOLDER_LOST:
            gone = (after.holder(holder.person_id) for holder in before.living)
            return LinkNews(change, next((holder.reason for holder in gone if holder and holder.reason), None))
        case Change.ENDS_SOON:
            day = datetime.fromtimestamp(after.reminded_of, UTC).date().isoformat()
            return LinkNews(change, Reason.of(PermissionEnds(page=after.name, date=day), now))
        case _:
            return LinkNews(change)


def notice(intake: Intake, link: Link, news: LinkNews, now_ms: int) -> RoutedArrival:
    """The event for the CRM of the link's account."""
    state = State.REMOVED if news.change is Change.MOVED else link.state
    content: dict[str, Any] = {"page_name": link.name, "state": state, "change": news.change}
    if news.change is Change.ENDS_SOON:
        content["ends_at"] = link.reminded_of
    if news.reason is not None:
        told = _with_meaning(news.reason.told, news.change, link.name)
        content |= {"problem": news.reason.code, "told": {language: list(texts) for language, texts in told.items()}}
    identity = f"link {news.change} {link.page_id} {link.version} {now_ms}"
    event = intake.own_event(link.page_id, EventKind.LINK, content, identity=identity, time_ms=now_ms)
    return RoutedArrival(event, link.account_id)


def _with_meaning(told: Mapping[str, Telling], change: Change, page: str) -> Mapping[str, Telling]:
    meaning = _MEANINGS.get(change)
    if meaning is None:
        return told
    sentence = say(meaning, page=page)
    return {
        language: Telling(told[language].what, sentence.spoken(language), told[language].remedy)
        for language in LANGUAGES
    }
