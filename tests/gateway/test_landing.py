"""The front page: it says what this server is, to whoever opens its bare address."""

from pathlib import Path

import pytest
import requests

from fbtool.gateway.server import Gateway
from tests.gateway.conftest import Running, ScriptedFacebook, settings_for


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "A gateway for Facebook messages"), ("de-AT,de;q=0.9", "Ein Gateway für Facebook-Nachrichten")],
)
def test_the_bare_address_says_what_this_is_in_the_readers_language(
    running: Running, language: str, words: str
) -> None:
    answer = requests.get(f"{running.address}/", headers={"Accept-Language": language}, timeout=60)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert f"<h1>{words}</h1>" in answer.text
    assert answer.headers["Content-Language"] == language[:2]
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "script" not in policy + answer.text
    assert requests.get(f"{running.address}/docs", timeout=60).status_code == 200
    assert 'href="docs"' in answer.text


def test_only_a_gateway_that_offers_the_tool_links_to_it(
    running: Running, tmp_path: Path, facebook: ScriptedFacebook
) -> None:
    assert 'href="download"' not in requests.get(f"{running.address}/", timeout=60).text
    offered = tmp_path / "offered"
    offered.mkdir()
    (offered / "Facebook-Tool-1.0.0-setup.exe").write_bytes(b"MZ")
    (tmp_path / "data").mkdir()
    gateway = Gateway(settings_for(tmp_path / "data", facebook, download_dir=offered))
    gateway.start()
    try:
        assert 'href="download"' in requests.get(f"{gateway.address}/", timeout=60).text
    finally:
        gateway.stop()


def test_it_names_nobody(running: Running) -> None:
    assert "Shop" not in requests.get(f"{running.address}/", timeout=60).text
