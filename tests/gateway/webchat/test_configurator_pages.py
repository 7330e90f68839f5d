"""The configurator's files as a gateway serves them: strict policies, and nothing but its own files."""

import pytest
import requests

from tests.gateway.webchat.conftest import Shop


def get(shop: Shop, path: str = "") -> requests.Response:
    return requests.get(f"{shop.gateway.address}/webchat/configurator{path}", timeout=60)


def test_the_page_runs_nothing_but_its_own_files_and_cannot_be_framed(shop: Shop) -> None:
    page = get(shop)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == "no-store"


def test_the_preview_can_be_framed_here_only_and_reaches_nobody(shop: Shop) -> None:
    page = get(shop, "/preview")
    policy = page.headers["Content-Security-Policy"]
    assert "connect-src" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'; ")
    assert policy.endswith("frame-ancestors 'self'")
    widget = shop.api("GET", "webchat/settings").json()["fixed"]["file"]
    assert f'data-widget="../{widget}"' in page.text
    assert requests.get(f"{shop.gateway.address}/webchat/{widget}", timeout=60).ok


@pytest.mark.parametrize(
    ("file", "kind"),
    [("main.js", "text/javascript"), ("style.css", "text/css"), ("words.de.json", "application/json")],
)
def test_its_files_are_served_by_their_kind(shop: Shop, file: str, kind: str) -> None:
    answer = get(shop, f"/{file}")
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (200, kind)


def test_the_style_has_the_products_colours(shop: Shop) -> None:
    style = get(shop, "/style.css").text
    assert "--accent:#0B5FD0" in style
    assert "--warning-surface:#FFF0D4" in style
    assert "prefers-color-scheme: dark" in style


@pytest.mark.parametrize("file", ["index.html", "preview.html", "nothing.js", "..%2F__init__.py", "%2e%2e", "a\0b.js"])
def test_there_is_nothing_else(shop: Shop, file: str) -> None:
    assert get(shop, f"/{file}").status_code == 404
