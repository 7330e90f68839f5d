"""The API's description for people: whole, in two languages, without scripts, from nowhere else."""

import re
from html.parser import HTMLParser

import pytest
import requests
import yaml

from tests.gateway.conftest import Running


class Page(HTMLParser):
    """What is on a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.foreign: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if tag == "a" else []
        self.foreign += [tag] if tag in {"script", "link", "img", "iframe", "form"} else []
        if tag not in {"meta", "wbr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def contract(running: Running) -> dict:  # type: ignore[type-arg]
    return dict(yaml.safe_load(requests.get(f"{running.address}/v1/openapi.yaml", timeout=30).text))


def read(running: Running, language: str) -> requests.Response:
    return requests.get(f"{running.address}/docs", headers={"Accept-Language": language}, timeout=30)


@pytest.mark.parametrize("language", ["en", "de"])
def test_everything_of_the_contract_is_on_it_and_every_link_leads_somewhere(
    running: Running,
    contract,
    language: str,  # type: ignore[no-untyped-def]
) -> None:
    page = Page(read(running, language).text)
    assert page.open == []
    operations = {
        operation["operationId"]
        for path in contract["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
    }
    codes = contract["components"]["schemas"]["Problem"]["properties"]["code"]["x-extensible-enum"]
    assert operations | set(contract["components"]["schemas"]) | set(codes) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert {link.removeprefix("#") for link in page.links if link.startswith("#")} <= set(page.ids)
    assert [link for link in page.links if not link.startswith("#")] == ["v1/openapi.yaml"]


def test_it_loads_nothing_and_runs_nothing(running: Running) -> None:
    answer = read(running, "en")
    assert Page(answer.text).foreign == []
    assert "url(" not in answer.text
    assert not re.search(r"\son[a-z]+=", answer.text)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_it_speaks_the_readers_language(running: Running) -> None:
    german = read(running, "de-DE")
    assert german.headers["Content-Language"] == "de"
    assert '<html lang="de">' in german.text
    assert "Die Schnittstelle des Gateways" in german.text
    assert "Die Zeit, diesem Kunden zu antworten" in german.text
    assert "The time to answer this customer is over." in read(running, "fr").text
