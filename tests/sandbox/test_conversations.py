"""Reading conversations (Meta: "Conversations API"), files, profiles and personas of a Page."""

import pytest

from .client import CAFE, FLOWERS, Client, Listener, eventually


@pytest.fixture
def page(shop: Client) -> str:
    return shop.page_token()


class TestConversations:
    @pytest.fixture(autouse=True)
    def talked(self, shop: Client, page: str) -> None:
        psid = shop.customer_writes("Habt ihr Rosen?")["psid"]
        shop.answer(page, psid, "Ja.")
        shop.customer_writes("Merhaba", customer="aylin")

    def test_the_newest_first_with_participants(self, shop: Client, page: str) -> None:
        fields = "participants,updated_time,message_count,unread_count,can_reply,snippet"
        aylin, jonas = shop.get(f"{FLOWERS}/conversations", page, platform="messenger", fields=fields).json["data"]
        assert jonas["participants"]["data"] == [
            {"name": "Jonas Kunde", "email": "7300000011000021@facebook.com", "id": "7300000011000021"},
            {"name": "Blumen Beispiel", "email": f"{FLOWERS}@facebook.com", "id": FLOWERS},
        ]
        assert (jonas["message_count"], jonas["can_reply"], aylin["snippet"]) == (2, True, "Merhaba")
        assert jonas["updated_time"].endswith("+0000")
        assert jonas["id"].startswith("t_")

    def test_one_customers(self, shop: Client, page: str) -> None:
        (found,) = shop.get(f"{FLOWERS}/conversations", page, user_id="7300000011000022", fields="snippet").json["data"]
        assert found["snippet"] == "Merhaba"

    def test_messages_inside_and_by_themselves(self, shop: Client, page: str) -> None:
        fields = "messages{id,message,from,to,created_time}"
        found = shop.get(f"{FLOWERS}/conversations", page, user_id="7300000011000021", fields=fields).json["data"][0]
        newest, oldest = found["messages"]["data"]
        assert (newest["message"], newest["from"]["id"]) == ("Ja.", FLOWERS)
        assert (oldest["message"], oldest["to"]["data"][0]["id"]) == ("Habt ihr Rosen?", FLOWERS)
        single = shop.get(newest["id"], page, fields="message,from,to,created_time").json
        assert single == newest
        listed = shop.get(f"{found['id']}/messages", page, fields="message", limit=1).json
        assert listed["data"] == [{"message": "Ja.", "id": newest["id"]}]
        assert "next" in listed["paging"]
        assert shop.get(found["id"], page, fields="message_count").json["message_count"] == 2

    def test_details_of_the_newest_twenty_only(self, shop: Client, page: str) -> None:
        first = shop.conversation()[0]["mid"]
        for number in range(20):
            shop.customer_writes(str(number))
        refused = shop.get(first, page, fields="message")
        assert refused.error == (100, 0)
        assert "deleted" in refused.message

    def test_needs_its_permissions(self, shop: Client) -> None:
        token = shop.page_token(user_token=shop.user_token(decline=["pages_read_engagement"]))
        refused = shop.get(f"{FLOWERS}/conversations", token)
        assert (refused.status, refused.error) == (403, (230, 0))

    def test_an_unknown_field(self, shop: Client, page: str) -> None:
        assert shop.get(f"{FLOWERS}/conversations", page, fields="mood").error == (100, 0)

    def test_another_page_does_not_see_it(self, shop: Client, page: str) -> None:
        conversation = shop.get(f"{FLOWERS}/conversations", page).json["data"][0]["id"]
        assert shop.get(conversation, shop.page_token(CAFE)).error == (803, 0)


class TestFiles:
    @pytest.fixture
    def psid(self, shop: Client) -> str:
        return shop.customer_writes("Habt ihr ein Bild?")["psid"]

    def send(self, shop: Client, page: str, psid: str, attachment: dict):
        return shop.answer(page, psid, message={"attachment": attachment})

    def upload(self, shop: Client, page: str, path: str, kind: str, file: tuple, **more: str):
        message = f'{{"attachment": {{"type": "{kind}", "payload": {{"is_reusable": true}}}}}}'
        form = {"message": message, **more}
        return shop.graph("POST", path, page, data=form, files={"filedata": file})

    def test_by_address(self, shop: Client, page: str, psid: str) -> None:
        picture = f"{shop.address}/sandbox/pictures/rose.jpg"
        attachment = {"type": "image", "payload": {"url": picture, "is_reusable": True}}
        sent = self.send(shop, page, psid, attachment)
        (shown,) = shop.conversation()[-1]["attachments"]
        content = shop.http.get(picture, timeout=5).content
        assert shop.http.get(shown["payload"]["url"], timeout=5).content == content
        again = self.send(shop, page, psid, {"type": "image", "payload": {"attachment_id": sent.json["attachment_id"]}})
        assert again.status == 200

    def test_by_upload(self, shop: Client, page: str, psid: str) -> None:
        file = ("Rechnung.pdf", b"%PDF-1.7", "application/pdf")
        sent = self.upload(shop, page, "me/messages", "file", file, recipient=f'{{"id": "{psid}"}}')
        assert set(sent.json) == {"recipient_id", "message_id", "attachment_id"}
        (shown,) = shop.conversation()[-1]["attachments"]
        answer = shop.http.get(shown["payload"]["url"], timeout=5)
        assert (answer.content, answer.headers["Content-Type"]) == (b"%PDF-1.7", "application/pdf")

    def test_an_id_belongs_to_the_page_that_uploaded(self, shop: Client, page: str) -> None:
        file = ("a.jpg", b"x", "image/jpeg")
        attachment_id = self.upload(shop, page, "me/message_attachments", "image", file).json["attachment_id"]
        psid = shop.customer_writes("Hallo?", page=CAFE)["psid"]
        attachment = {"type": "image", "payload": {"attachment_id": attachment_id}}
        assert self.send(shop, shop.page_token(CAFE), psid, attachment).error == (100, 2018074)

    @pytest.mark.parametrize(
        ("kind", "file", "subcode"),
        [
            ("image", ("a.pdf", b"x", "application/pdf"), 2018047),
            ("image", ("a.jpg", bytes(8 * 1024 * 1024 + 1), "image/jpeg"), 2018109),
            ("file", ("a.bin", bytes(25 * 1024 * 1024 + 1), "application/octet-stream"), 2018109),
        ],
    )
    def test_a_file_that_does_not_fit(self, shop: Client, page: str, kind: str, file: tuple, subcode: int) -> None:
        assert self.upload(shop, page, "me/message_attachments", kind, file).error == (100, subcode)

    @pytest.mark.parametrize(
        ("attachment", "subcode"),
        [
            ({"type": "image", "payload": {}}, 2018008),
            ({"type": "image", "payload": {"url": "ftp://x.example/a"}}, 2018008),
            ({"type": "video", "payload": {"url": "http://127.0.0.1:9/a.mp4"}}, 2018294),
            ({"type": "image", "payload": {"attachment_id": "1"}}, 2018074),
            ({"type": "image", "payload": {"attachment_id": 1}}, 2018074),
            ({"type": "hologram", "payload": {}}, 0),
        ],
    )
    def test_an_attachment_that_cannot_be(
        self, shop: Client, page: str, psid: str, attachment: dict, subcode: int
    ) -> None:
        assert self.send(shop, page, psid, attachment).error == (100, subcode)

    def test_an_address_that_has_nothing(self, shop: Client, page: str, psid: str, listener: Listener) -> None:
        attachment = {"type": "image", "payload": {"url": listener.address}}
        assert self.send(shop, page, psid, attachment).error == (100, 2018008)

    def test_a_template_is_passed_on(self, shop: Client, page: str, psid: str) -> None:
        template = {"type": "template", "payload": {"template_type": "button", "text": "Ja?", "buttons": []}}
        assert self.send(shop, page, psid, template).status == 200
        eventually(lambda: shop.conversation()[-1]["attachments"] == [template])


class TestProfile:
    def test_set_read_and_deleted(self, shop: Client, page: str) -> None:
        greeting = [{"locale": "default", "text": "Schön, dass Sie da sind."}]
        done = shop.graph("POST", "me/messenger_profile", page, json={"greeting": greeting})
        assert done.json == {"result": "success"}
        found = shop.get("me/messenger_profile", page, fields="greeting,get_started").json
        assert found == {"data": [{"greeting": greeting}]}
        gone = shop.graph("DELETE", "me/messenger_profile", page, json={"fields": ["greeting"]})
        assert gone.json == {"result": "success"}
        assert shop.get("me/messenger_profile", page, fields="greeting").json == {"data": []}

    @pytest.mark.parametrize(
        ("given", "subcode"),
        [
            ({}, 0),
            ({"greeting": [{"locale": "default", "text": "x" * 161}]}, 0),
            ({"persistent_menu": [{"locale": "default"}]}, 2018145),
        ],
    )
    def test_what_cannot_be_set(self, shop: Client, page: str, given: dict, subcode: int) -> None:
        assert shop.graph("POST", "me/messenger_profile", page, json=given).error == (100, subcode)

    def test_personas(self, shop: Client, page: str) -> None:
        persona = {"name": "Rosa", "profile_picture_url": "https://example.org/rosa.jpg"}
        persona_id = shop.post("me/personas", page, **persona).json["id"]
        assert shop.get("me/personas", page).json["data"] == [{"id": persona_id, **persona}]
        assert shop.delete(persona_id, page).json == {"success": True}
        assert shop.get("me/personas", page).json == {"data": []}
