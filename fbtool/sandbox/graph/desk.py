"""The front desk of the Graph API: one table that says who answers which call."""

from dataclasses import dataclass, replace

from fbtool.sandbox.graph import (
    app_review,
    app_subscriptions,
    businesses,
    contacts,
    conversations,
    device,
    errors,
    inspection,
    login,
    page_subscriptions,
    pages,
    people,
    profile,
    routing,
    send,
    several,
    trouble,
)
from fbtool.sandbox.graph.call import Answer, Call
from fbtool.sandbox.graph.conversations import Conversation, MessageNode
from fbtool.sandbox.graph.identity import identify
from fbtool.sandbox.graph.visit import Contact, Handler, NodeHandler, Persona, Visit
from fbtool.sandbox.state import State
from fbtool.sandbox.state.rights import app_of, grant_of, page_of, person_of
from fbtool.sandbox.state.tokens import TokenType
from fbtool.sandbox.webhooks.office import PostOffice
from fbtool.sandbox.world import App, Business, Page, Person

_WITHOUT_TOKEN: dict[tuple[str, str], Handler] = {
    ("GET", "oauth/access_token"): login.access_token,
    ("POST", "oauth/access_token"): login.access_token,
    ("GET", "oauth/client_code"): login.client_code,
    ("POST", "oauth/client_code"): login.client_code,
}
"""Calls that bring their own credentials; a token in them is a parameter like others."""

_WITHOUT_NODE: dict[tuple[str, str], Handler] = {
    ("GET", "debug_token"): inspection.debug_token,
    ("POST", "device/login"): device.begin,
    ("POST", "device/login_status"): device.status,
}

_OF_NODES: dict[tuple[type, str, str], NodeHandler] = {
    (Person, "GET", ""): people.read_person,
    (Person, "GET", "permissions"): people.read_permissions,
    (Person, "DELETE", "permissions"): people.revoke,
    (Person, "GET", "accounts"): people.list_accounts,
    (Person, "GET", "businesses"): businesses.list_businesses,
    (Business, "GET", ""): businesses.read_business,
    (Business, "GET", "owned_pages"): businesses.list_owned,
    (Business, "GET", "client_pages"): businesses.list_clients,
    (Page, "GET", ""): pages.read_page,
    (Page, "GET", "picture"): pages.read_picture,
    (Page, "GET", "subscribed_apps"): page_subscriptions.read,
    (Page, "POST", "subscribed_apps"): page_subscriptions.subscribe,
    (Page, "DELETE", "subscribed_apps"): page_subscriptions.unsubscribe,
    (Page, "POST", "messages"): send.send,
    (Page, "POST", "pass_thread_control"): routing.pass_control,
    (Page, "POST", "take_thread_control"): routing.take_control,
    (Page, "POST", "release_thread_control"): routing.release_control,
    (Page, "POST", "request_thread_control"): routing.request_control,
    (Page, "POST", "extend_thread_control"): routing.extend_control,
    (Page, "GET", "thread_owner"): routing.read_owner,
    (Page, "POST", "message_attachments"): send.upload,
    (Page, "GET", "conversations"): conversations.list_conversations,
    (Page, "GET", "messenger_profile"): profile.read,
    (Page, "POST", "messenger_profile"): profile.write,
    (Page, "DELETE", "messenger_profile"): profile.delete,
    (Page, "GET", "personas"): profile.list_personas,
    (Page, "POST", "personas"): profile.create_persona,
    (Persona, "DELETE", ""): profile.delete_persona,
    (Conversation, "GET", ""): conversations.read_conversation,
    (Conversation, "GET", "messages"): conversations.list_messages,
    (MessageNode, "GET", ""): conversations.read_message,
    (App, "GET", "permissions"): app_review.read,
    (App, "GET", "subscriptions"): app_subscriptions.read,
    (App, "POST", "subscriptions"): app_subscriptions.subscribe,
    (App, "DELETE", "subscriptions"): app_subscriptions.unsubscribe,
    (Contact, "GET", ""): contacts.read_contact,
}

_TYPE_NAMES = {
    Person: "User",
    Page: "Page",
    App: "Application",
    Business: "Business",
    Contact: "UserProfile",
    Conversation: "UnifiedThread",
    MessageNode: "UnifiedMessage",
    Persona: "Persona",
}
_PUBLIC_EDGES = ("picture",)


Node = Person | Page | App | Business | Contact | Conversation | MessageNode | Persona


@dataclass(frozen=True)
class Desk:
    """Answers calls; never raises for what a caller did wrong."""

    state: State
    office: PostOffice

    async def answer(self, call: Call) -> Answer:
        """The answer to one call, an error envelope included."""
        try:
            return await self._answer(call)
        except errors.Refusal as refusal:
            return refusal.answer()

    async def _answer(self, call: Call) -> Answer:
        if call.method == "GET" and call.has("ids"):
            return await several.read_many(call, self.answer)
        if call.method == "POST" and not call.path:
            return await several.batch(call, self.answer)
        path = "/".join(call.path)
        visit = Visit(call, self.state, self.office)
        if (call.method, path) not in _WITHOUT_TOKEN:
            visit = replace(visit, token=identify(self.state, call))
        person, page = trouble.scope_of(self.state, call, visit.token)
        grant = grant_of(self.state, visit.token) if visit.token and visit.token.person else None
        fault = self.state.faults.for_call(call.method, path, person, page, grant)
        if fault is None:
            answer = await self._perform(visit, path)
            calm = trouble.usage("messenger", page, percent=1) if visit.token and visit.token.page_id else {}
            return replace(answer, headers={**calm, **answer.headers})
        self.state.faults.spend(fault)
        subject = page or (visit.token.app_id if visit.token else "")
        return await trouble.answer_with(self.state, fault, subject, lambda: self._perform(visit, path))

    async def _perform(self, visit: Visit, path: str) -> Answer:
        asked = (visit.call.method, path)
        if handler := _WITHOUT_TOKEN.get(asked) or _WITHOUT_NODE.get(asked):
            return _as_answer(await handler(visit))
        if not visit.call.path:
            raise errors.unknown_path("")
        return await self._about_node(visit)

    async def _about_node(self, visit: Visit) -> Answer:
        call = visit.call
        node_id, edge = call.path[0], "/".join(call.path[1:])
        if visit.token is None and edge not in _PUBLIC_EDGES:
            raise errors.no_active_user() if node_id == "me" else errors.no_token()
        node = _find(visit, node_id)
        if call.path[1:2] == ("permissions",) and len(call.path) == 3:
            edge = "permissions"  # /me/permissions/{permission}: the last part is a parameter.
        handler = _OF_NODES.get((type(node), call.method, edge))
        if handler is None:
            raise _nothing_there(call, node, node_id, edge)
        return _as_answer(await handler(visit, node))


def _nothing_there(call: Call, node: Node, node_id: str, edge: str) -> errors.Refusal:
    known = {known_edge for kind, _, known_edge in _OF_NODES if kind is type(node)}
    elsewhere = {known_edge for _, _, known_edge in _OF_NODES}
    if edge in known or not edge:
        return errors.no_such_object(call.method, node_id)
    if edge in elsewhere:
        # Seen for /me/accounts with a Page's token: an edge of another kind of node is "a field".
        return errors.unknown_field(edge, _TYPE_NAMES[type(node)])
    return errors.unknown_path(edge)


def _find(visit: Visit, node_id: str) -> Node:
    state, token, method = visit.state, visit.token, visit.call.method
    if node_id == "me":
        if token is None or token.type in (TokenType.APP, TokenType.CLIENT):
            raise errors.no_active_user()
        return page_of(state, token) if token.type is TokenType.PAGE else person_of(state, token)
    world = state.world
    named = next((page for page in world.pages if page.username == node_id), None)
    node = world.page(node_id) or world.app(node_id) or world.business(node_id) or named or _private(visit, node_id)
    if node is None:
        raise errors.no_such_object(method, node_id) if node_id.isdecimal() else errors.no_such_alias(node_id)
    return node


def _private(visit: Visit, node_id: str) -> Node | None:
    """What only this token knows by this id."""
    state, token = visit.state, visit.token
    if token is None or not token.person:
        return None
    if token.type is not TokenType.PAGE:
        person = state.world.person_by_id(app_of(state, token), node_id)
        return person if person and person.key == token.person else None
    page = page_of(state, token)
    if customer := state.world.customer_by_psid(page, node_id):
        return Contact(page, customer, node_id)
    if node_id in state.personas.get(page.id, {}):
        return Persona(page, node_id)
    return conversations.find(state, page, node_id)


def _as_answer(result: Answer | dict[str, object]) -> Answer:
    return result if isinstance(result, Answer) else Answer(result)
