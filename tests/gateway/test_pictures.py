"""Pictures that customers see: uploaded by the CRM, checked, replaced, removed."""

import pytest

from tests.gateway.conftest import Running

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
KINDS = {"image/png": PNG, "image/jpeg": b"\xff\xd8\xff\xe0" + bytes(100), "image/webp": b"RIFF\x10\0\0\0WEBPVP8 "}


@pytest.mark.parametrize("path", ["account/picture", "agents/erika-7/picture"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_kept_and_removed(running: Running, path: str, kind: str) -> None:
    assert running.api("PUT", path, data=KINDS[kind]).status_code == 204
    assert running.api("PUT", path, data=KINDS[kind] + b"another").status_code == 204
    assert running.api("DELETE", path).status_code == 204


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("account/picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture_unfit"),
        ("account/picture", b"", "picture_unfit"),
        ("account/picture", PNG + bytes(64 * 1024), "picture_unfit"),
        ("agents/account/picture", PNG, "request_invalid"),
        ("agents/a%20b/picture", PNG, "request_invalid"),
    ],
)
def test_what_is_no_picture_is_refused(running: Running, path: str, body: bytes, code: str) -> None:
    refused = running.api("PUT", path, data=body)
    assert (refused.status_code, refused.json()["code"]) == (400, code)


def test_an_account_has_so_many_pictures_and_no_more(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    for store in ("sqlite", "postgres"):
        monkeypatch.setattr(f"fbtool.gateway.store.{store}.pictures.MOST_OF_ACCOUNT", 2)
    told = [running.api("PUT", f"agents/{name}/picture", data=PNG) for name in ("a", "b", "c", "a")]
    assert [one.status_code for one in told] == [204, 204, 409, 204]
    assert told[2].json()["code"] == "too_many_pictures"


def test_pictures_go_with_their_account(running: Running) -> None:
    running.api("PUT", "account/picture", data=PNG)
    assert running.admin("DELETE", "accounts/Shop").status_code == 200
