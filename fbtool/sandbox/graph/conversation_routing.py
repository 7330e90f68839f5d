"""Who controls a conversation when several apps serve a Page (Meta, "Conversation Routing").

Without a default application every app gets every message and may answer. With one, an idle thread belongs to it,
control lapses after a day of inactivity, and only the default application may take control away.
"""

from fbtool.sandbox.clock import DAY
from fbtool.sandbox.graph import errors
from fbtool.sandbox.graph.context import Body, CallContext, Contact
from fbtool.sandbox.graph.send import may_message, recipient
from fbtool.sandbox.messenger import PAGE_INBOXES
from fbtool.sandbox.state.threads import CONTROL_LIFETIME, Thread
from fbtool.sandbox.world import Page

_LONGEST = 7 * DAY


async def pass_control(context: CallContext, page: Page) -> Body:
    """The controlling app hands the thread to ``target_app_id``."""
    thread, contact, me = _place(context, page)
    target = context.call.text("target_app_id")
    if not target:
        raise errors.missing_parameter("target_app_id")
    if target not in PAGE_INBOXES and context.state.world.app(target) is None:
        raise errors.parameter("Incorrect app id", 2018164)
    _must_control(context, thread, me)
    event = {"previous_owner_app_id": thread.controller(context.state.clock.now()) or None, "new_owner_app_id": target}
    _give(context, thread, target)
    return await _tell(context, page, contact, {"pass_thread_control": event | _metadata(context)})


async def take_control(context: CallContext, page: Page) -> Body:
    """The default application takes the thread back."""
    thread, contact, me = _place(context, page)
    if page.default_app != me:
        raise errors.permission("Only the default application can take thread control.", 10, 2018171)
    event = {"previous_owner_app_id": thread.controller(context.state.clock.now()) or None, "new_owner_app_id": me}
    _give(context, thread, me)
    return await _tell(context, page, contact, {"take_thread_control": event | _metadata(context)})


async def release_control(context: CallContext, page: Page) -> Body:
    """The controlling app lets the thread go; it is idle then."""
    thread, contact, me = _place(context, page)
    _must_control(context, thread, me)
    event = {"previous_owner_app_id": me, "new_owner_app_id": page.default_app or None}
    thread.owner, thread.owner_until = "", 0
    return await _tell(context, page, contact, {"pass_thread_control": event | _metadata(context)})


async def request_control(context: CallContext, page: Page) -> Body:
    """Ask whoever controls the thread for it."""
    _, contact, me = _place(context, page)
    event = {"requested_owner_app_id": int(me)}
    return await _tell(context, page, contact, {"request_thread_control": event | _metadata(context)})


async def extend_control(context: CallContext, page: Page) -> Body:
    """Keep control for ``duration`` seconds, at most seven days."""
    thread, _, me = _place(context, page)
    _must_control(context, thread, me)
    duration = context.call.text("duration")
    if not duration.isdecimal() or not 0 < int(duration) <= _LONGEST:
        raise errors.parameter(f"Param duration must be between 1 and {_LONGEST}")
    thread.owner, thread.owner_until = me, context.state.clock.now() + int(duration)
    return {"success": True}


async def read_owner(context: CallContext, page: Page) -> Body:
    """``/{page}/thread_owner?recipient=PSID``; an idle thread shows the default application or nobody."""
    may_message(context, page)
    psid = context.call.text("recipient")
    if context.state.world.customer_by_psid(page, psid) is None:
        raise errors.parameter("No matching user found", 2018001)
    thread = context.state.thread(page, psid)
    owner = thread.controller(context.state.clock.now())
    if not owner:
        return {"data": [{"thread_owner": {"app_id": page.default_app}}] if page.default_app else []}
    return {"data": [{"thread_owner": {"app_id": owner, "expiration": int(thread.owner_until)}}]}


def _place(context: CallContext, page: Page) -> tuple[Thread, Contact, str]:
    token = may_message(context, page)
    contact = recipient(context, page)
    return context.state.thread(page, contact.psid), contact, token.app_id


def _must_control(context: CallContext, thread: Thread, me: str) -> None:
    if thread.controller(context.state.clock.now()) not in ("", me):
        raise errors.parameter("You are not the thread owner", 2534037)


def _give(context: CallContext, thread: Thread, app_id: str) -> None:
    thread.owner, thread.owner_until = app_id, context.state.clock.now() + CONTROL_LIFETIME


def _metadata(context: CallContext) -> Body:
    return {"metadata": context.call.text("metadata")}


async def _tell(context: CallContext, page: Page, contact: Contact, event: Body) -> Body:
    await context.chat(contact).anything("messaging_handovers", event)
    return {"success": True}
