"""A customer writes, the app hears it and answers (Meta: "Webhooks for Messenger", "Send API", "Error Codes")."""

import json
from urllib.parse import urlencode

import pytest

from .client import CAFE, FLOWERS, GARAGE, SECRET, Client, Listener, eventually

ALL_FIELDS = "messages,message_deliveries,message_reads,message_echoes"
JONAS_AT_FLOWERS, JONAS_AT_CAFE = "7300000011000021", "7300000012000021"


@pytest.fixture
def token(shop: Client) -> str:
    return shop.page_token()


def test_a_customers_message_reaches_the_subscribed_app(shop: Client, listener: Listener, token: str) -> None:
    shop.listen_to(listener.address, token)
    sent = shop.customer_writes("Habt ihr Rosen?")
    assert sent["delivered"] == 1
    (webhook,) = listener.arrived
    assert webhook.json["object"] == "page"
    assert webhook.json["entry"][0]["id"] == FLOWERS
    assert webhook.item["sender"] == {"id": JONAS_AT_FLOWERS}
    assert webhook.item["recipient"] == {"id": FLOWERS}
    assert webhook.item["message"] == {"mid": sent["mid"], "text": "Habt ihr Rosen?"}
    assert webhook.item["timestamp"] > 10**12


def test_the_webhook_is_ascii_with_escaped_slashes_and_both_signatures(
    shop: Client, listener: Listener, token: str
) -> None:
    shop.listen_to(listener.address, token)
    shop.customer_writes("Größe? https://example.org/ä 🌹")
    (webhook,) = listener.arrived
    assert rb"Gr\u00f6\u00dfe? https:\/\/example.org\/\u00e4 \ud83c\udf39" in webhook.body
    assert webhook.body.isascii()
    assert webhook.signed_with(SECRET)
    assert webhook.headers["content-type"] == "application/json"


def test_nobody_hears_a_message_to_a_page_without_subscription(shop: Client, listener: Listener, token: str) -> None:
    shop.listen_to(listener.address, token)
    assert shop.customer_writes("Hallo?", page=CAFE)["delivered"] == 0
    assert listener.arrived == []


def test_fields_count_only_when_app_and_page_both_have_them(shop: Client, listener: Listener, token: str) -> None:
    shop.listen_to(listener.address, token, fields="messages,message_reads")
    shop.post(f"{FLOWERS}/subscribed_apps", token, subscribed_fields="message_reads,message_echoes")
    assert shop.customer_writes("Hallo?")["delivered"] == 0


def test_an_answer_is_echoed_delivered_and_read(shop: Client, listener: Listener, token: str) -> None:
    shop.listen_to(listener.address, token, fields=ALL_FIELDS)
    shop.customer_writes("Habt ihr Rosen?")
    message = {"text": "Ja, rote.", "metadata": "job:4711"}
    answered = shop.answer(token, JONAS_AT_FLOWERS, message=message)
    mid = answered.json["message_id"]
    assert answered.json == {"recipient_id": JONAS_AT_FLOWERS, "message_id": mid}
    eventually(lambda: listener.items("read"))
    (echo,) = [item for item in listener.items("message") if item["message"].get("is_echo")]
    assert echo["sender"] == {"id": FLOWERS}
    assert echo["recipient"] == {"id": JONAS_AT_FLOWERS}
    assert echo["message"] == message | {"mid": mid, "is_echo": True, "app_id": int(shop.app)}
    (delivery,) = listener.items("delivery")
    assert delivery["delivery"]["mids"] == [mid]
    (read,) = listener.items("read")
    assert read["read"]["watermark"] >= echo["timestamp"]


def test_the_customer_sees_both_sides_of_the_conversation(shop: Client, token: str) -> None:
    shop.customer_writes("Habt ihr Rosen?")
    shop.answer(token, JONAS_AT_FLOWERS, "Ja, rote.")
    seen = shop.conversation(wait=5, answers=1)
    assert [(one["direction"], one["text"]) for one in seen] == [
        ("from_customer", "Habt ihr Rosen?"),
        ("from_page", "Ja, rote."),
    ]
    eventually(lambda: shop.conversation()[-1]["state"] == "read")


def test_waiting_for_an_answer_ends_without_one(shop: Client) -> None:
    shop.customer_writes("Hallo?")
    assert len(shop.conversation(wait=0.1, answers=1)) == 1


def test_customers_are_found_by_key_name_or_page_scoped_id(shop: Client) -> None:
    (jonas, aylin) = shop.sandbox("GET", "customers")["customers"]
    assert jonas["psids"][FLOWERS] == JONAS_AT_FLOWERS
    assert jonas["psids"][CAFE] == JONAS_AT_CAFE
    for name in (aylin["key"], aylin["name"], aylin["psids"][CAFE]):
        shop.customer_writes("Merhaba", page=CAFE, customer=name)
    assert len(shop.conversation(page=CAFE, customer="aylin")) == 3


def test_messages_of_one_conversation_never_share_a_time(shop: Client) -> None:
    for number in range(5):
        shop.customer_writes(str(number))
    times = [message["time_ms"] for message in shop.conversation()]
    assert sorted(set(times)) == times


class TestWindow:
    """The Page answers within 24 hours, a human agent within seven days."""

    DAY = 86400

    @pytest.fixture(autouse=True)
    def written(self, shop: Client) -> None:
        shop.customer_writes("Hallo?")

    def later(self, shop: Client, seconds: float) -> None:
        shop.sandbox("POST", "clock", {"advance": seconds})

    def test_open_for_a_day(self, shop: Client, token: str) -> None:
        self.later(shop, self.DAY - 60)
        assert shop.answer(token, JONAS_AT_FLOWERS).status == 200

    def test_closed_afterwards(self, shop: Client, token: str) -> None:
        self.later(shop, self.DAY)
        refused = shop.answer(token, JONAS_AT_FLOWERS)
        assert (refused.status, refused.error) == (403, (10, 2018278))

    def test_opened_again_by_the_customer(self, shop: Client, token: str) -> None:
        self.later(shop, 2 * self.DAY)
        shop.customer_writes("Noch da?")
        assert shop.answer(token, JONAS_AT_FLOWERS).status == 200

    def test_a_human_agent_has_seven_days(self, shop: Client, token: str) -> None:
        tagged = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        self.later(shop, 7 * self.DAY - 60)
        assert shop.answer(token, JONAS_AT_FLOWERS, **tagged).status == 200
        self.later(shop, 120)
        assert shop.answer(token, JONAS_AT_FLOWERS, **tagged).error == (10, 2018278)

    @pytest.mark.parametrize("tag", ["CONFIRMED_EVENT_UPDATE", "ACCOUNT_UPDATE", "POST_PURCHASE_UPDATE"])
    def test_the_old_tags_are_dead(self, shop: Client, token: str, tag: str) -> None:
        refused = shop.answer(token, JONAS_AT_FLOWERS, messaging_type="MESSAGE_TAG", tag=tag)
        assert (refused.status, refused.error[0]) == (400, 100)


class TestRefusals:
    """Nothing of these reaches the customer."""

    @pytest.fixture(autouse=True)
    def written(self, shop: Client) -> None:
        shop.customer_writes("Hallo?")

    @pytest.mark.parametrize(
        ("body", "error"),
        [
            ({"message": {"text": "x" * 2001}}, (100, 0)),
            ({"message": {"text": "x", "metadata": "x" * 1001}}, (100, 0)),
            ({"message": {"text": " "}}, (100, 0)),
            ({"message": "x"}, (100, 0)),
            ({"message": {"text": 5}}, (100, 2534015)),
            ({"message": {"text": "x"}, "sender_action": "typing_on"}, (100, 2018014)),
            ({"recipient": {}}, (100, 0)),
            ({"recipient": {"id": JONAS_AT_CAFE}}, (100, 2018001)),
            ({"recipient": {"id": "7300000011000022"}}, (100, 2018001)),
            ({"messaging_type": "CHAT"}, (100, 0)),
            ({"notification_type": "LOUD"}, (100, 0)),
            ({"messaging_type": "MESSAGE_TAG"}, (100, 0)),
            ({"message": {"text": "x", "quick_replies": [{"content_type": "text", "title": "x" * 21}]}}, (100, 0)),
            ({"message": {"attachment": {"type": "picture", "payload": {}}}}, (100, 0)),
        ],
    )
    def test_a_message_that_cannot_be(self, shop: Client, token: str, body: dict, error: tuple) -> None:
        refused = shop.answer(token, JONAS_AT_FLOWERS, **body)
        assert (refused.status, refused.error) == (400, error)
        assert len(shop.conversation()) == 1

    def test_2000_characters_are_enough(self, shop: Client, token: str) -> None:
        assert shop.answer(token, JONAS_AT_FLOWERS, "ä" * 2000).status == 200

    def test_a_persons_token_cannot_send(self, shop: Client) -> None:
        token = shop.user_token()
        refused = shop.graph("POST", f"{FLOWERS}/messages", token, json={"recipient": {"id": JONAS_AT_FLOWERS}})
        assert (refused.status, refused.error) == (400, (190, 0))

    def test_an_analyst_cannot_send(self, shop: Client) -> None:
        shop.customer_writes("Hallo?", page=GARAGE)
        refused = shop.answer(shop.page_token(GARAGE), "7300000013000021")
        assert (refused.status, refused.error[0]) == (403, 200)

    def test_without_pages_messaging(self, shop: Client) -> None:
        token = shop.page_token(user_token=shop.user_token(decline=["pages_messaging"]))
        refused = shop.answer(token, JONAS_AT_FLOWERS)
        assert (refused.status, refused.error[0]) == (403, 230)

    def test_another_pages_token(self, shop: Client) -> None:
        token = shop.page_token(CAFE)
        body = {"recipient": {"id": JONAS_AT_FLOWERS}, "message": {"text": "x"}}
        assert shop.graph("POST", f"{FLOWERS}/messages", token, json=body).error == (100, 33)


def test_a_form_with_json_strings_is_as_good_as_json(shop: Client, token: str) -> None:
    shop.customer_writes("Hallo?")
    recipient = '{"id": "7300000011000021"}'
    assert shop.post(f"{FLOWERS}/messages", token, recipient=recipient, message='{"text": "Hallo!"}').status == 200
    assert shop.conversation()[-1]["text"] == "Hallo!"


def test_typing_and_seen(shop: Client, token: str) -> None:
    shop.customer_writes("Hallo?")
    body = {"recipient": {"id": JONAS_AT_FLOWERS}, "sender_action": "mark_seen"}
    assert shop.graph("POST", "me/messages", token, json=body).json == {"recipient_id": JONAS_AT_FLOWERS}
    assert shop.conversation()[0]["state"] == "read"


def test_the_three_dots_vanish_after_twenty_seconds_or_with_the_answer(shop: Client, token: str) -> None:
    shop.customer_writes("Hallo?")

    def typing() -> bool:
        return shop.sandbox("GET", f"pages/{FLOWERS}/customers/jonas/conversation")["typing"]

    dots = {"recipient": {"id": JONAS_AT_FLOWERS}, "sender_action": "typing_on"}
    shop.graph("POST", "me/messages", token, json=dots)
    assert typing()
    shop.sandbox("POST", "clock", {"advance": 21})
    assert not typing()
    shop.graph("POST", "me/messages", token, json=dots)
    shop.answer(token, JONAS_AT_FLOWERS)
    assert not typing()


def test_the_page_sees_the_customers_name(shop: Client, token: str) -> None:
    assert shop.get(JONAS_AT_FLOWERS, token).error == (100, 33)
    shop.customer_writes("Hallo?")
    seen = shop.get(JONAS_AT_FLOWERS, token, fields="first_name,last_name,profile_pic,locale").json
    picture = seen.pop("profile_pic")
    assert seen == {"first_name": "Jonas", "last_name": "Kunde", "id": JONAS_AT_FLOWERS}
    assert shop.http.get(picture, timeout=5).content.startswith(b"\xff\xd8")
    assert shop.get(JONAS_AT_FLOWERS, token, fields="phone").error == (100, 0)


class TestDelivery:
    """An answer other than 200 is a failure; it is repeated, and given up after an hour."""

    def test_repeated_until_taken(self, shop: Client, listener: Listener, token: str) -> None:
        shop.listen_to(listener.address, token)
        listener.status = 503
        assert shop.customer_writes("Hallo?")["delivered"] == 0
        listener.status = 200
        assert eventually(lambda: listener.items("message"))[0]["message"]["text"] == "Hallo?"
        last = shop.sandbox("GET", "deliveries")["deliveries"][-1]
        assert (last["status"], last["attempt"] > 1) == (200, True)

    def test_a_callback_that_is_not_there(self, shop: Client, listener: Listener, token: str) -> None:
        shop.listen_to(listener.address, token)
        listener.status = 500
        assert shop.customer_writes("Hallo?")["delivered"] == 0

    def test_unsubscribed_after_an_hour_of_failures(self, shop: Client, listener: Listener, token: str) -> None:
        shop.listen_to(listener.address, token)
        listener.status = 500
        shop.customer_writes("Hallo?")
        shop.sandbox("POST", "clock", {"advance": 3601})
        eventually(lambda: shop.get(f"{FLOWERS}/subscribed_apps", token).json == {"data": []})
        listener.status = 200
        assert shop.customer_writes("Noch da?")["delivered"] == 0

    def test_a_success_starts_the_hour_anew(self, shop: Client, listener: Listener, token: str) -> None:
        shop.listen_to(listener.address, token)
        listener.status = 500
        shop.customer_writes("Hallo?")
        listener.status = 200
        eventually(lambda: listener.items("message"))
        shop.sandbox("POST", "clock", {"advance": 3601})
        listener.status = 500
        shop.customer_writes("Noch da?")
        assert len(shop.get(f"{FLOWERS}/subscribed_apps", token).json["data"]) == 1


def test_what_is_null_was_not_sent(shop: Client, token: str) -> None:
    shop.customer_writes("Habt ihr Rosen?")
    nothing = {"sender_action": None, "tag": None, "notification_type": None, "reply_to": None}
    message = {"text": "Gern!", "attachment": None, "quick_replies": None}
    for answered in (
        shop.answer(token, JONAS_AT_FLOWERS, message=message, **nothing),
        shop.post("me/messages", token, recipient=json.dumps({"id": JONAS_AT_FLOWERS}), message=json.dumps(message)),
    ):
        assert answered.json["recipient_id"] == JONAS_AT_FLOWERS
    # What is sent with nothing in it is still there.
    assert shop.answer(token, JONAS_AT_FLOWERS, sender_action="mark_seen").error == (100, 2018014)


def test_a_body_without_a_type_is_a_form(shop: Client, token: str) -> None:
    shop.customer_writes("Habt ihr Rosen?")
    form = {"recipient": json.dumps({"id": JONAS_AT_FLOWERS}), "message": json.dumps({"text": "Größe M & L"})}
    answered = shop.graph("POST", "me/messages", token, data=urlencode(form).encode())
    assert answered.json["recipient_id"] == JONAS_AT_FLOWERS
    assert shop.conversation()[-1]["text"] == "Größe M & L"
