"""Whatever a caller sends, the Graph API answers with JSON: either what was asked or an error envelope."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fbtool.sandbox.clock import Clock
from fbtool.sandbox.composition import Sandbox
from fbtool.sandbox.graph.call import Call, GraphAnswer, split_path
from fbtool.sandbox.messenger import Chat
from fbtool.sandbox.state.grants import EVERYTHING, Grant, PermissionStatus
from fbtool.sandbox.state.threads import Direction, Message
from fbtool.sandbox.webhooks.payload import wire_json
from fbtool.sandbox.world import shipped
from fbtool.sandbox.world.permissions import PERMISSIONS
from tests.nested import nested

JSON = nested(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
NAMES = [
    "fields", "limit", "after", "before", "ids", "recipient", "message", "messaging_type", "tag",
    "sender_action", "payload", "subscribed_fields", "object", "callback_url", "verify_token", "grant_type",
    "code", "client_id", "client_secret", "redirect_uri", "fb_exchange_token", "input_token", "permission",
    "status", "batch", "greeting", "get_started", "persistent_menu", "target_app_id", "duration", "user_id",
    "scope", "method", "appsecret_proof", "appsecret_time", "summary", "reply_to", "name",
    "profile_picture_url", "platform",
]  # fmt: skip
PATHS = [
    "me", "me/accounts", "me/permissions", "me/businesses", "me/messages", "me/picture",
    "me/subscribed_apps", "me/conversations", "me/messenger_profile", "me/message_attachments",
    "me/personas", "me/pass_thread_control", "me/take_thread_control", "me/release_thread_control",
    "me/request_thread_control", "me/extend_thread_control", "me/thread_owner", "debug_token",
    "oauth/access_token", "oauth/client_code", "device/login", "device/login_status", "1840000000000001",
    "1840000000000001/subscriptions", "7300000011000021", "500000000000001", "100000000000011", "nobody",
    "a/b/c",
]  # fmt: skip
KINDS = ("none", "user", "page", "app", "client", "nonsense")


class World:
    """A sandbox without a server, in which Erika has connected the app and Jonas has written."""

    def __init__(self) -> None:
        self.sandbox = Sandbox(shipped("small-shop"), Clock())
        state, world = self.sandbox.state, self.sandbox.world
        app, erika, page = world.apps[0], world.people[0], world.pages[0]
        permissions = dict.fromkeys(PERMISSIONS, PermissionStatus.GRANTED)
        state.keep_grant(Grant(app.id, erika.key, state.clock.now(), permissions, EVERYTHING, EVERYTHING))
        user = state.tokens.user_token(app.id, erika.key, state.clock.now(), long_lived=True)
        self.tokens = {
            "none": "",
            "user": user.text,
            "page": state.tokens.page_token(user, page.id, state.clock.now()).text,
            "app": f"{app.id}|{app.secret}",
            "client": f"{app.id}|{app.client_token}",
            "nonsense": "EAAGnonsense",
        }
        chat = Chat(state, self.sandbox.webhooks, page, world.customers[0])
        asyncio.run(chat.write(Message("", Direction.FROM_CUSTOMER, 0, "Hallo?")))

    def ask(self, method: str, path: str, parameters: dict, token: str) -> GraphAnswer:
        async def answer() -> GraphAnswer:
            call = Call(method, *reversed(split_path(path)), parameters, "http://localhost", self.tokens[token])
            found = await self.sandbox.graph.answer(call)
            await self.sandbox.webhooks.close()
            return found

        return asyncio.run(answer())


@settings(max_examples=200)
@given(
    method=st.sampled_from(("GET", "POST", "DELETE", "PATCH")),
    path=st.sampled_from(PATHS),
    parameters=st.dictionaries(st.sampled_from(NAMES), JSON, max_size=5),
    token=st.sampled_from(KINDS),
)
def test_anything_gets_an_answer(method: str, path: str, parameters: dict, token: str) -> None:
    found = World().ask(method, path, parameters, token)
    assert wire_json(found.body).isascii()
    if found.status != 200 and found.body is not None:
        error = found.body["error"]
        assert {"message", "type", "code", "fbtrace_id"} <= set(error)


@settings(max_examples=100)
@given(fields=st.text("idname,{}().access_token ", max_size=30), token=st.sampled_from(("user", "page")))
def test_any_wish_for_fields_is_understood_or_refused(fields: str, token: str) -> None:
    found = World().ask("GET", "me", {"fields": fields}, token)
    assert found.status == 200 or found.body["error"]["code"] in (100, 2500)


@pytest.mark.parametrize("message", [{"text": "x"}, '{"text": "x"}'])
def test_objects_and_their_json_texts_mean_the_same(message: object) -> None:
    parameters = {"recipient": {"id": "7300000011000021"}, "message": message}
    assert World().ask("POST", "me/messages", parameters, "page").status == 200
