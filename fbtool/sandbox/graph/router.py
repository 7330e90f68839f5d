"""The router of the Graph API: one table that says who answers which call."""

from dataclasses import dataclass, replace

from fbtool.sandbox.graph import (
    apps,
    batch,
    businesses,
    conversation_routing,
    conversations,
    debug_token,
    device_login,
    errors,
    fault_effects,
    login,
    messenger_profile,
    page_subscriptions,
    pages,
    people,
    send,
)
from fbtool.sandbox.graph.authentication import identify
from fbtool.sandbox.graph.call import Call, GraphAnswer
from fbtool.sandbox.graph.context import CallContext, Contact, Handler, NodeHandler, Persona
from fbtool.sandbox.graph.conversations import ConversationNode, MessageNode
from fbtool.sandbox.state import WorldState
from fbtool.sandbox.state.authorization import app_of, grant_of, page_of, person_of
from fbtool.sandbox.state.tokens import TokenType
from fbtool.sandbox.webhooks.sender import WebhookSender
from fbtool.sandbox.world import App, Business, Page, Person

_WITHOUT_TOKEN: dict[tuple[str, str], Handler] = {
    ("GET", "oauth/access_token"): login.access_token,
    ("POST", "oauth/access_token"): login.access_token,
    ("GET", "oauth/client_code"): login.client_code,
    ("POST", "oauth/client_code"): login.client_code,
}
"""Calls that bring their own credentials; a token in them is a parameter like others."""

_WITHOUT_NODE: dict[tuple[str, str], Handler] = {
    ("GET", "debug_token"): debug_token.debug_token,
    ("POST", "device/login"): device_login.begin,
    ("POST", "device/login_status"): device_login.status,
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
    (Page, "POST", "pass_thread_control"): conversation_routing.pass_control,
    (Page, "POST", "take_thread_control"): conversation_routing.take_control,
    (Page, "POST", "release_thread_control"): conversation_routing.release_control,
    (Page, "POST", "request_thread_control"): conversation_routing.request_control,
    (Page, "POST", "extend_thread_control"): conversation_routing.extend_control,
    (Page, "GET", "thread_owner"): conversation_routing.read_owner,
    (Page, "POST", "message_attachments"): send.upload,
    (Page, "GET", "conversations"): conversations.list_conversations,
    (Page, "GET", "messenger_profile"): messenger_profile.read,
    (Page, "POST", "messenger_profile"): messenger_profile.write,
    (Page, "DELETE", "messenger_profile"): messenger_profile.delete,
    (Page, "GET", "personas"): messenger_profile.list_personas,
    (Page, "POST", "personas"): messenger_profile.create_persona,
    (Persona, "DELETE", ""): messenger_profile.delete_persona,
    (ConversationNode, "GET", ""): conversations.read_conversation,
    (ConversationNode, "GET", "messages"): conversations.list_messages,
    (MessageNode, "GET", ""): conversations.read_message,
    (App, "GET", "permissions"): apps.read_review,
    (App, "GET", "subscriptions"): apps.read_subscriptions,
    (App, "POST", "subscriptions"): apps.subscribe,
    (App, "DELETE", "subscriptions"): apps.unsubscribe,
    (Contact, "GET", ""): people.read_contact,
}

_TYPE_NAMES = {
    Person: "User",
    Page: "Page",
    App: "Application",
    Business: "Business",
    Contact: "UserProfile",
    ConversationNode: "UnifiedThread",
    MessageNode: "UnifiedMessage",
    Persona: "Persona",
}
_PUBLIC_EDGES = ("picture",)


Node = Person | Page | App | Business | Contact | ConversationNode | MessageNode | Persona


@dataclass(frozen=True)
class GraphRouter:
    """Answers calls; never raises for what a caller did wrong."""

    state: WorldState
    webhooks: WebhookSender

    async def answer(self, call: Call) -> GraphAnswer:
        """The answer to one call, an error envelope included."""
        try:
            return await self._answer(call)
        except errors.Refusal as refusal:
            return refusal.answer()

    async def _answer(self, call: Call) -> GraphAnswer:
        if call.method == "GET" and call.has("ids"):
            return await batch.read_many(call, self.answer)
        if call.method == "POST" and not call.path:
            return await batch.batch(call, self.answer)
        path = "/".join(call.path)
        context = CallContext(call, self.state, self.webhooks)
        if (call.method, path) not in _WITHOUT_TOKEN:
            context = replace(context, token=identify(self.state, call))
        person, page = fault_effects.scope_of(self.state, call, context.token)
        grant = grant_of(self.state, context.token) if context.token and context.token.person else None
        fault = self.state.faults.for_call(call.method, path, person, page, grant)
        if fault is None:
            answer = await self._perform(context, path)
            calm = fault_effects.usage("messenger", page, percent=1) if context.token and context.token.page_id else {}
            return replace(answer, headers={**calm, **answer.headers})
        self.state.faults.spend(fault)
        subject = page or (context.token.app_id if context.token else "")
        return await fault_effects.answer_with(self.state, fault, subject, lambda: self._perform(context, path))

    async def _perform(self, context: CallContext, path: str) -> GraphAnswer:
        asked = (context.call.method, path)
        if handler := _WITHOUT_TOKEN.get(asked) or _WITHOUT_NODE.get(asked):
            return _as_answer(await handler(context))
        if not context.call.path:
            raise errors.unknown_path("")
        return await self._about_node(context)

    async def _about_node(self, context: CallContext) -> GraphAnswer:
        call = context.call
        node_id, edge = call.path[0], "/".join(call.path[1:])
        if context.token is None and edge not in _PUBLIC_EDGES:
            raise errors.no_active_user() if node_id == "me" else errors.no_token()
        node = _find(context, node_id)
        if call.path[1:2] == ("permissions",) and len(call.path) == 3:
            edge = "permissions"  # /me/permissions/{permission}: the last part is a parameter.
        handler = _OF_NODES.get((type(node), call.method, edge))
        if handler is None:
            raise _nothing_there(call, node, node_id, edge)
        return _as_answer(await handler(context, node))


def _nothing_there(call: Call, node: Node, node_id: str, edge: str) -> errors.Refusal:
    known = {known_edge for kind, _, known_edge in _OF_NODES if kind is type(node)}
    elsewhere = {known_edge for _, _, known_edge in _OF_NODES}
    if edge in known or not edge:
        return errors.no_such_object(call.method, node_id)
    if edge in elsewhere:
        # Seen for /me/accounts with a Page's token: an edge of another kind of node is "a field".
        return errors.unknown_field(edge, _TYPE_NAMES[type(node)])
    return errors.unknown_path(edge)


def _find(context: CallContext, node_id: str) -> Node:
    state, token, method = context.state, context.token, context.call.method
    if node_id == "me":
        if token is None or token.type in (TokenType.APP, TokenType.CLIENT):
            raise errors.no_active_user()
        return page_of(state, token) if token.type is TokenType.PAGE else person_of(state, token)
    world = state.world
    named = next((page for page in world.pages if page.username == node_id), None)
    node = world.page(node_id) or world.app(node_id) or world.business(node_id) or named or _private(context, node_id)
    if node is None:
        if node_id.isdecimal():
            raise errors.no_such_object(method, node_id)
        raise errors.Refusal(f"(#803) Some of the aliases you requested do not exist: {node_id}", 803, status=404)
    return node


def _private(context: CallContext, node_id: str) -> Node | None:
    """What only this token knows by this id."""
    state, token = context.state, context.token
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


def _as_answer(result: GraphAnswer | dict[str, object]) -> GraphAnswer:
    return result if isinstance(result, GraphAnswer) else GraphAnswer(result)
