"""``/{page}/messages``: the Send API with its window and its table of errors.

Source: Meta, "Send Messages", "Send API" reference and "Error Codes" of the Messenger Platform.
"""

from fbtool.sandbox.graph import attachments, errors
from fbtool.sandbox.graph.drafts import draft
from fbtool.sandbox.graph.visit import Body, Contact, Visit
from fbtool.sandbox.state.rights import page_permission, page_task
from fbtool.sandbox.state.threads import HUMAN_AGENT_WINDOW, STANDARD_WINDOW, TYPING_LIFETIME, Thread
from fbtool.sandbox.state.tokens import Token, TokenType
from fbtool.sandbox.world import Access, Page, Stance, Task

_TYPES = ("RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY")
_DEAD_TAGS = ("CONFIRMED_EVENT_UPDATE", "ACCOUNT_UPDATE", "POST_PURCHASE_UPDATE")
"""Refused with code 100 since 27 April 2026 (documented)."""
_NOTIFICATIONS = ("REGULAR", "SILENT_PUSH", "NO_PUSH")
_ACTIONS = ("typing_on", "typing_off", "mark_seen", "react", "unreact")


async def send(visit: Visit, page: Page) -> Body:
    """A message or a sender action from the Page to one customer.

    Raises:
        Refusal: whatever Facebook would refuse; nothing is sent then.
    """
    token = may_message(visit, page)
    contact = recipient(visit, page)
    thread = visit.state.thread(page, contact.psid)
    action = visit.call.text("sender_action").lower()
    if action and visit.call.has("message"):
        raise errors.parameter("Cannot send both a message and a sender action", 2018014)
    if action:
        return _act(visit, contact, thread, action)
    _check_control(visit, thread)
    message, attachment_id = await draft(visit, page)
    _check_reachable(visit, contact, thread)
    _check_window(visit, thread)
    message.app_id = token.app_id
    sent = visit.chat(contact).answer(message)
    reusable = {"attachment_id": attachment_id} if attachment_id else {}
    return {"recipient_id": contact.psid, "message_id": sent.mid, **reusable}


async def upload(visit: Visit, page: Page) -> Body:
    """``/{page}/message_attachments``: keep a file and get an id for it, which belongs to the Page."""
    may_message(visit, page)
    return {"attachment_id": (await attachments.upload(visit, page)).id}


def may_message(visit: Visit, page: Page) -> Token:
    """The Page's token with the permission and the task that everything about messages needs.

    Raises:
        Refusal: codes 190, 230 and 200.
    """
    if visit.any_token().type is not TokenType.PAGE:
        raise errors.Refusal("(#190) This method must be called with a Page Access Token", 190)
    token = visit.page_token(page)
    if not page_permission(visit.state, token, "pages_messaging"):
        raise errors.permission("Requires pages_messaging permission to manage the object", 230)
    if not page_task(visit.state, token, Task.MESSAGING):
        raise errors.permission("User does not have sufficient administrative permission for this action on this page")
    return token


def recipient(visit: Visit, page: Page) -> Contact:
    """The customer to whom a call is addressed.

    Raises:
        Refusal: 100/2018001 for ids of other Pages and for people who never wrote.
    """
    named = visit.call.value("recipient")
    if not isinstance(named, dict) or not named:
        raise errors.missing_parameter("recipient")
    psid = str(named.get("id", ""))
    customer = visit.state.world.customer_by_psid(page, psid)
    if customer is None or not visit.state.thread(page, psid).messages:
        raise errors.parameter("No matching user found", 2018001)
    return Contact(page, customer, psid)


def _act(visit: Visit, contact: Contact, thread: Thread, action: str) -> Body:
    if action not in _ACTIONS:
        raise errors.parameter(f"Param sender_action must be one of {{{', '.join(_ACTIONS)}}}")
    _check_reachable(visit, contact, thread)
    if action in ("react", "unreact"):
        _react(visit, thread, action)
    elif action == "mark_seen":
        thread.seen_ms = visit.state.clock.now_ms()
    else:
        thread.typing_until = visit.state.clock.now() + TYPING_LIFETIME if action == "typing_on" else 0
    visit.state.changed.ring()
    return {"recipient_id": contact.psid}


def _react(visit: Visit, thread: Thread, action: str) -> None:
    """The Page's reaction to a message of the customer; its ``payload`` names message and reaction."""
    payload = visit.call.value("payload")
    message = thread.message(str(payload.get("message_id", ""))) if isinstance(payload, dict) else None
    if message is None or not isinstance(payload, dict):
        raise errors.parameter("Invalid message_id", 2534015)
    message.reaction = str(payload.get("reaction", "other")) if action == "react" else ""


def _check_reachable(visit: Visit, contact: Contact, thread: Thread) -> None:
    app = visit.app
    if app.access is Access.STANDARD and app.id not in contact.customer.role_on_apps:
        raise errors.permission(
            "Cannot message users who are not admins, developers or testers of the app until pages_messaging"
            " permission is reviewed and the app is live.",
            200,
            2018028,
        )
    if thread.blocked:
        raise errors.Refusal("(#551) This person isn't available right now.", 551, 1545041)


def _check_control(visit: Visit, thread: Thread) -> None:
    if thread.controller(visit.state.clock.now()) not in ("", visit.app.id):
        raise errors.permission(
            "Message failed to send because another app is controlling this thread now.", 10, 2018300
        )


def _check_window(visit: Visit, thread: Thread) -> None:
    kind, tag, now = visit.call.text("messaging_type"), visit.call.text("tag"), visit.state.clock.now()
    _check_word(visit, "messaging_type", _TYPES)
    _check_word(visit, "notification_type", _NOTIFICATIONS)
    if tag in _DEAD_TAGS:
        raise errors.parameter(f"The message tag {tag} is no longer supported.")
    if kind == "MESSAGE_TAG" and not tag:
        raise errors.parameter("Param tag is required when messaging_type is MESSAGE_TAG")
    window = STANDARD_WINDOW
    if tag:
        if tag != "HUMAN_AGENT":
            raise errors.parameter("Param tag must be one of {HUMAN_AGENT}")
        if visit.app.human_agent is Stance.REFUSED:
            raise errors.parameter("Invalid parameter", 1893061)  # seen (chatwoot#14669); undocumented
        window = HUMAN_AGENT_WINDOW
    if not thread.window_open(now, window):
        raise errors.permission("This message is sent outside of allowed window.", 10, 2018278)


def _check_word(visit: Visit, name: str, words: tuple[str, ...]) -> None:
    """A parameter that may be left out, but has to be one of ``words``."""
    if visit.call.text(name) not in ("", *words):
        raise errors.parameter(f"Param {name} must be one of {{{', '.join(words)}}}")
