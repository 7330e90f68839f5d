"""What else customers do, and who controls a conversation (Meta: "Webhooks for Messenger", "Conversation Routing")."""

import pytest

from .client import FLOWERS, Client, Listener, eventually

FIELDS = (
    "messages,message_echoes,message_edits,message_reactions,message_reads,messaging_postbacks,messaging_referrals,"
    "messaging_optins,messaging_handovers,standby"
)
INBOX = "26390203743090"


@pytest.fixture
def page(shop: Client, listener: Listener) -> str:
    token = shop.page_token()
    shop.listen_to(listener.address, token, fields=FIELDS)
    return token


@pytest.fixture
def jonas(shop: Client, page: str) -> dict:
    """Jonas's first message."""
    return shop.customer_writes("Hallo?")


class TestCustomer:
    def last(self, listener: Listener) -> dict:
        return listener.arrived[-1].item

    def test_sends_a_picture(self, shop: Client, listener: Listener, page: str) -> None:
        attachments = [{"type": "image", "url": "https://scontent.example/a.jpg"}]
        shop.customer_does("messages", attachments=attachments)
        assert self.last(listener)["message"]["attachments"] == [
            {"type": "image", "payload": {"url": "https://scontent.example/a.jpg"}}
        ]

    def test_presses_a_quick_reply(self, shop: Client, listener: Listener, page: str) -> None:
        shop.customer_does("messages", text="Öffnungszeiten", quick_reply="HOURS")
        assert self.last(listener)["message"]["quick_reply"] == {"payload": "HOURS"}

    def test_answers_a_message(self, shop: Client, listener: Listener, jonas: dict) -> None:
        shop.customer_does("messages", text="Noch etwas", reply_to=jonas["mid"])
        assert self.last(listener)["message"]["reply_to"] == {"mid": jonas["mid"]}

    def test_reacts_and_takes_it_back(self, shop: Client, listener: Listener, jonas: dict) -> None:
        shop.customer_does("reactions", mid=jonas["mid"], reaction="love")
        reaction = {"reaction": "love", "emoji": "\u2764\ufe0f", "action": "react", "mid": jonas["mid"]}
        assert self.last(listener)["reaction"] == reaction
        shop.customer_does("reactions", mid=jonas["mid"])
        assert self.last(listener)["reaction"] == {"action": "unreact", "mid": jonas["mid"]}

    def test_presses_a_button(self, shop: Client, listener: Listener, page: str) -> None:
        shop.customer_does("postbacks", payload="GET_STARTED", title="Los geht's")
        pressed = self.last(listener)["postback"]
        assert (pressed["payload"], pressed["title"], pressed["mid"][:2]) == ("GET_STARTED", "Los geht's", "m_")

    def test_edits_five_times(self, shop: Client, listener: Listener, jonas: dict) -> None:
        for number in range(1, 6):
            shop.customer_does("edits", mid=jonas["mid"], text=f"Hallo {number}?")
        edited = {"mid": jonas["mid"], "text": "Hallo 5?", "num_edit": 5}
        assert self.last(listener)["message_edit"] == edited
        with pytest.raises(AssertionError, match="5 times"):
            shop.customer_does("edits", mid=jonas["mid"], text="Hallo 6?")

    def test_takes_a_message_back(self, shop: Client, listener: Listener, jonas: dict) -> None:
        shop.customer_does("unsends", mid=jonas["mid"])
        assert self.last(listener)["message"] == {"mid": jonas["mid"], "is_deleted": True}

    def test_comes_by_a_link(self, shop: Client, listener: Listener, jonas: dict) -> None:
        shop.customer_does("referrals", ref="promo")
        assert self.last(listener)["referral"] == {"ref": "promo", "source": "SHORTLINK", "type": "OPEN_THREAD"}

    def test_blocks_the_page(self, shop: Client, page: str, jonas: dict) -> None:
        shop.customer_does("blocks")
        refused = shop.answer(page, jonas["psid"])
        assert (refused.status, refused.error) == (400, (551, 1545041))
        shop.customer_does("blocks", blocked=False)
        assert shop.answer(page, jonas["psid"]).status == 200

    def test_any_other_event(self, shop: Client, listener: Listener, jonas: dict) -> None:
        optin = {"type": "one_time_notif_req", "payload": "stock", "one_time_notif_token": "9001"}
        shop.customer_does("events", field="messaging_optins", item={"optin": optin})
        assert self.last(listener)["optin"] == optin
        assert self.last(listener)["sender"] == {"id": jonas["psid"]}

    @pytest.mark.parametrize("deed", ["reactions", "postbacks"])
    def test_a_sign_of_life_opens_the_window(self, shop: Client, page: str, jonas: dict, deed: str) -> None:
        shop.sandbox("POST", "clock", {"advance": 2 * 86400})
        assert shop.answer(page, jonas["psid"]).error == (10, 2018278)
        order = {"mid": jonas["mid"], "reaction": "like"} if deed == "reactions" else {"payload": "P", "title": "T"}
        shop.customer_does(deed, **order)
        assert shop.answer(page, jonas["psid"]).status == 200

    @pytest.mark.parametrize(
        ("deed", "order"),
        [
            ("messages", {}),
            ("messages", {"txt": "Hallo"}),
            ("reactions", {"mid": "m_x", "reaction": "love"}),
            ("edits", {"mid": "m_x", "text": "x"}),
        ],
    )
    def test_what_cannot_be_done(self, shop: Client, deed: str, order: dict) -> None:
        address = f"{shop.address}/sandbox/pages/{FLOWERS}/customers/jonas/{deed}"
        assert shop.http.post(address, json=order, timeout=5).status_code == 400


def test_an_event_that_nobody_has_sent(shop: Client, listener: Listener, page: str) -> None:
    item = {"sender": None, "policy_enforcement": {"action": "unblock"}}
    shop.listen_to(listener.address, page, fields="messages,messaging_policy_enforcement")
    shop.customer_does("events", field="messaging_policy_enforcement", item=item)
    assert set(listener.arrived[-1].item) == {"recipient", "timestamp", "policy_enforcement"}


def test_something_outside_of_messenger(shop: Client, listener: Listener, page: str) -> None:
    shop.listen_to(listener.address, page, fields="messages,feed")
    value = {"item": "comment", "verb": "add", "message": "Schön!"}
    assert shop.sandbox("POST", f"pages/{FLOWERS}/changes", {"field": "feed", "value": value}) == {"delivered": 1}
    (entry,) = listener.arrived[-1].json["entry"]
    assert entry["changes"] == [{"field": "feed", "value": value}]
    assert entry["time"] < 10**11


class TestChatPage:
    """What a person sees and presses."""

    def test_reacts_and_presses_a_quick_reply(self, shop: Client, page: str, jonas: dict) -> None:
        replies = [{"content_type": "text", "title": "Ja", "payload": "YES"}]
        message = {"text": "Rosen?", "quick_replies": replies}
        mid = shop.answer(page, jonas["psid"], message=message).json["message_id"]
        browser = shop.browser()
        chat = browser.open(f"{shop.address}/sandbox/pages/{FLOWERS}/customers/jonas/chat")
        form = [("text", "Ja"), ("payload", "YES")]
        browser.press(chat, "quick-reply", form)
        assert shop.conversation()[-1]["text"] == "Ja"
        shop.http.post(chat.address, data={"action": "react:love", "mid": mid}, timeout=5)
        reactions = {one["mid"]: one["reaction"] for one in shop.conversation()}
        assert reactions[mid] == "love"

    def test_sends_a_picture(self, shop: Client, page: str) -> None:
        browser = shop.browser()
        chat = browser.open(f"{shop.address}/sandbox/pages/{FLOWERS}/customers/aylin/chat")
        browser.press(chat, "picture")
        ((picture,),) = [one["attachments"] for one in shop.conversation(customer="aylin")]
        assert shop.http.get(picture["payload"]["url"], timeout=5).headers["Content-Type"] == "image/jpeg"


class TestRouting:
    """Two apps on one Page: the one without control reads along."""

    def control(self, shop: Client, page: str, verb: str, psid: str, **more):
        body = {"recipient": {"id": psid}, **more}
        return shop.graph("POST", f"{FLOWERS}/{verb}_thread_control", page, json=body)

    def test_an_idle_thread_belongs_to_nobody(self, shop: Client, page: str, jonas: dict) -> None:
        assert shop.get(f"{FLOWERS}/thread_owner", page, recipient=jonas["psid"]).json == {"data": []}

    @pytest.mark.parametrize("inbox", [INBOX, "263902037430900", 263902037430900])
    def test_everybody_may_pass_to_the_inbox(self, shop: Client, page: str, jonas: dict, inbox: object) -> None:
        assert self.control(shop, page, "pass", jonas["psid"], target_app_id=inbox).json == {"success": True}
        (owner,) = shop.get(f"{FLOWERS}/thread_owner", page, recipient=jonas["psid"]).json["data"]
        assert owner["thread_owner"]["app_id"] == str(inbox)

    def test_nobody_can_pass_to_an_app_that_is_none(self, shop: Client, page: str, jonas: dict) -> None:
        assert self.control(shop, page, "pass", jonas["psid"], target_app_id="26390203743091").error == (100, 2018164)

    def test_whoever_has_passed_control_reads_along_and_cannot_answer(
        self, shop: Client, page: str, listener: Listener, jonas: dict
    ) -> None:
        passed = self.control(shop, page, "pass", jonas["psid"], target_app_id=INBOX, metadata="to a human")
        assert passed.json == {"success": True}
        (event,) = listener.items("pass_thread_control")
        assert event["pass_thread_control"] == {
            "previous_owner_app_id": None,
            "new_owner_app_id": INBOX,
            "metadata": "to a human",
        }
        (owner,) = shop.get(f"{FLOWERS}/thread_owner", page, recipient=jonas["psid"]).json["data"]
        assert owner["thread_owner"]["app_id"] == INBOX
        shop.customer_writes("Ist da jemand?")
        assert "messaging" not in listener.arrived[-1].json["entry"][0]
        assert listener.arrived[-1].item["message"]["text"] == "Ist da jemand?"
        assert shop.answer(page, jonas["psid"]).error == (10, 2018300)
        assert self.control(shop, page, "release", jonas["psid"]).error == (100, 2534037)

    def test_a_postback_in_standby_has_no_payload(
        self, shop: Client, page: str, listener: Listener, jonas: dict
    ) -> None:
        self.control(shop, page, "pass", jonas["psid"], target_app_id=INBOX)
        shop.customer_does("postbacks", payload="SECRET", title="Menü")
        assert "payload" not in listener.arrived[-1].item["postback"]

    def test_control_lapses_after_a_day(self, shop: Client, page: str, jonas: dict) -> None:
        self.control(shop, page, "pass", jonas["psid"], target_app_id=INBOX)
        shop.sandbox("POST", "clock", {"advance": 86401})
        assert shop.get(f"{FLOWERS}/thread_owner", page, recipient=jonas["psid"]).json == {"data": []}

    def test_extending_and_releasing(self, shop: Client, page: str, jonas: dict) -> None:
        assert self.control(shop, page, "extend", jonas["psid"], duration=2 * 86400).json == {"success": True}
        shop.sandbox("POST", "clock", {"advance": 86401})
        (owner,) = shop.get(f"{FLOWERS}/thread_owner", page, recipient=jonas["psid"]).json["data"]
        assert owner["thread_owner"]["app_id"] == shop.app
        assert self.control(shop, page, "release", jonas["psid"]).json == {"success": True}

    def test_taking_is_refused_without_a_default_application(self, shop: Client, page: str, jonas: dict) -> None:
        assert self.control(shop, page, "take", jonas["psid"]).error == (10, 2018171)

    def test_asking_for_control(self, shop: Client, page: str, listener: Listener, jonas: dict) -> None:
        self.control(shop, page, "request", jonas["psid"], metadata="need it")
        (event,) = listener.items("request_thread_control")
        asked = {"requested_owner_app_id": int(shop.app), "metadata": "need it"}
        assert event["request_thread_control"] == asked

    @pytest.mark.parametrize(("target", "error"), [("", (100, 0)), ("1", (100, 2018164))])
    def test_passing_to_nobody(self, shop: Client, page: str, jonas: dict, target: str, error: tuple) -> None:
        assert self.control(shop, page, "pass", jonas["psid"], target_app_id=target).error == error


def test_an_answer_by_hand_in_metas_inbox_is_echoed_with_its_app_id(
    shop: Client, page: str, listener: Listener, jonas: dict
) -> None:
    shop.customer_does("inbox-answers", text="Ich kümmere mich.")
    echo = eventually(lambda: [one for one in listener.items("message") if one["message"].get("is_echo")])[0]
    assert (echo["message"]["app_id"], echo["message"]["text"]) == (int(INBOX), "Ich kümmere mich.")
