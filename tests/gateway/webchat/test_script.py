"""What a shop's page loads, and what of it may be kept for how long."""

import gzip
import json
from typing import Any

import pytest
import requests

from fbtool.webchat import joiner
from tests.gateway.webchat.conftest import Shop

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082"
)


def get(url: str, **headers: str) -> requests.Response:
    return requests.get(url, headers=headers, timeout=60)


def config_of(script: str) -> dict[str, Any]:
    """The settings in front of the widget."""
    line = script.partition("\n")[0]
    assert line.startswith("window.fbtoolChatConfig=")
    assert line.endswith(";")
    return dict(json.loads(line.removeprefix("window.fbtoolChatConfig=").removesuffix(";")))


def test_the_script_is_the_widget_behind_its_settings(shop: Shop) -> None:
    shop.set_up(color="#123456", auto_replies=[{"seconds": 5, "text": "Gleich!"}], origins=["https://shop.example"])
    answer = get(f"{shop.base}.js")
    config = config_of(answer.text)
    assert (config["account"], config["name"], config["color"]) == (shop.id, "Shop", "#123456")
    assert not {"auto_replies", "origins", "tell_ip", "also_offline"} & config.keys(), "only the gateway needs these"
    assert answer.text.partition("\n")[2] == joiner.joined(frozenset())
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Connection"] == "close"
    assert get(f"{shop.base}/settings").json() == config


@pytest.mark.parametrize(
    ("settings", "needed"),
    [
        ({}, set()),
        ({"identify": "consent"}, {"kept"}),
        ({"embed": True, "toggle_id": "chat", "status_id": "state"}, {"embedded"}),
    ],
)
def test_what_an_account_does_not_need_does_not_travel(shop: Shop, settings: dict[str, Any], needed: set[str]) -> None:
    shop.set_up(**settings)
    script = get(f"{shop.base}.js").text.partition("\n")[2]
    assert {word for word in ("kept", "embedded") if f"'{word}'" in script} == needed
    assert all(f"'{word}'" in joiner.joined() for word in ("kept", "embedded")), "the fixed version fits every account"


def test_it_is_packed_and_known_again(shop: Shop) -> None:
    shop.set_up()
    packed = requests.get(f"{shop.base}.js", headers={"Accept-Encoding": "gzip"}, stream=True, timeout=60)
    plain = get(f"{shop.base}.js", **{"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.raw.read()) == plain.content
    assert packed.headers["ETag"] == plain.headers["ETag"]
    assert packed.headers["ETag"].startswith('W/"')
    known = get(f"{shop.base}.js", **{"If-None-Match": plain.headers["ETag"]})
    assert (known.status_code, known.content) == (304, b"")
    shop.available()
    assert get(f"{shop.base}.js", **{"If-None-Match": plain.headers["ETag"]}).status_code == 200


def test_where_there_is_no_chat_the_page_is_not_disturbed(shop: Shop) -> None:
    nowhere = f"{shop.gateway.address}/webchat/aaaaaaaaaa"
    said = {"nowhere": get(f"{nowhere}.js"), "not set up": get(f"{shop.base}.js")}
    shop.set_up()
    shop.admin("POST", "accounts/Shop/disable")
    shop.clock.advance(4)
    said["off"] = get(f"{shop.base}.js")
    for answer in said.values():
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
        comment, told = answer.text.splitlines()
        assert comment.startswith("/* ")
        assert told.startswith('console.info("')
    assert len({answer.text for answer in said.values()}) == 3
    for url in (f"{nowhere}/settings", f"{nowhere}/status", f"{shop.base}/status", f"{shop.base}/settings"):
        answer = get(url)
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (404, "*")


def test_the_status_is_small_and_follows_at_once(shop: Shop) -> None:
    shop.set_up()
    answer = get(f"{shop.base}/status")
    assert answer.json() == {"available": False, "version": 1}
    assert answer.headers["Cache-Control"] == "public, max-age=20"
    assert (answer.headers["Access-Control-Allow-Origin"], answer.headers["Connection"]) == ("*", "close")
    shop.available()
    shop.set_up(side="left")
    assert get(f"{shop.base}/status").json() == {"available": True, "version": 2}


def test_the_fixed_version_stays_what_it_is(shop: Shop, widget: str) -> None:
    fixed = get(f"{shop.gateway.address}/webchat/{joiner.file_name()}")
    assert fixed.text == widget
    assert fixed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert fixed.headers["Access-Control-Allow-Origin"] == "*", "its integrity is checked by browsers"
    assert get(f"{shop.gateway.address}/webchat/widget-000000000000.js").status_code == 404


def test_anybody_can_read_the_sources(shop: Shop) -> None:
    for name, source in joiner.sources().items():
        served = get(f"{shop.gateway.address}/webchat/source/{name}")
        assert served.content == source
    assert get(f"{shop.gateway.address}/webchat/source/..%2Fjoiner.py").status_code == 404


@pytest.mark.parametrize(("path", "ref"), [("account/picture", "account"), ("agents/maria/picture", "maria")])
def test_pictures_come_from_the_gateway(shop: Shop, path: str, ref: str) -> None:
    place = f"{shop.base}/pictures/{ref}"
    assert get(place).status_code == 404
    kept = shop.api("PUT", path, data=PIXEL, headers={"Content-Type": "image/png"})
    assert kept.ok, kept.text
    answer = get(place)
    assert (answer.content, answer.headers["Content-Type"]) == (PIXEL, "image/png")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert get(place, **{"If-None-Match": answer.headers["ETag"]}).status_code == 304
