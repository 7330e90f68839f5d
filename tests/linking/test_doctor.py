"""The doctor: every check has a result, one cause is told once, and the support file names nobody."""

from pathlib import Path
from typing import Any

import pytest

from fbtool.connection_code import Connection
from fbtool.facebook.graph import VERSION
from fbtool.facebook.tokens import Person
from fbtool.finding import Finding, Health
from fbtool.linking.doctor import examine
from fbtool.linking.doctor.bundle import BundleUnwritable, content_of, write
from fbtool.linking.doctor.gateway import judge_clock
from fbtool.linking.local.notebook import Notebook
from fbtool.linking.local.secrets import KeyringMissing, MemorySecrets, SecretStore
from fbtool.linking.local.workplace import SignIn, Workplace
from fbtool.linking.network.gateway_documents import About, Account
from tests.linking.answers import ACCOUNT, ALL_GRANTED, BROKEN, graph_error, link
from tests.linking.standin import Answer, ScriptedServer, refusal

SHOP = Account("acc_7", "Muster GmbH", "facebook", True, About("1"))


def app_check(check: str, health: str = "ok", remedy: str = "", **facts: str) -> dict[str, Any]:
    return {"check": check, "title": "T", "health": health, "told": "Geprüft", "remedy": remedy, "facts": facts}


UNTOLD = app_check("app_mode", "unknown", "Nachsehen")


@pytest.fixture
def healthy(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> ScriptedServer:
    monkeypatch.setenv("FBTOOL_GRAPH", server.address)
    server.on("GET", "/healthz", Answer(content={"status": "ok"}))
    server.on("GET", "/v1/account", Answer(content=ACCOUNT))
    server.on("GET", "/v1/facebook/pages", Answer(content={"pages": [link("11"), link("12", "Bistro")]}))
    server.on("POST", "/v1/facebook/pages/11/check", Answer(content=link("11")))
    server.on("POST", "/v1/facebook/pages/12/check", Answer(content=link("12", "Bistro")))
    server.on("GET", "/v1/facebook/app", Answer(content={"checks": [app_check("app"), UNTOLD]}))
    server.on("GET", f"/{VERSION}/me", Answer(400, graph_error(2500)))
    server.on("GET", f"/{VERSION}/me/permissions", Answer(content=ALL_GRANTED))
    return server


@pytest.fixture
def workplace(tmp_path: Path, connection: Connection) -> Workplace:
    store = MemorySecrets()
    place = Workplace(Notebook(tmp_path / "settings.json"), lambda: store)
    place.connect(connection, SHOP)
    place.keep_sign_in(connection, SHOP, SignIn(Person("42", "Erika Muster"), "EAAERIKA", 0))
    return place


def worst(workplace: Workplace) -> dict[str, Finding]:
    found: dict[str, Finding] = {}
    for finding in examine(workplace):
        if finding.check.name not in found or finding.health is not Health.OK:
            found[finding.check.name] = finding
    return found


@pytest.mark.parametrize(
    ("ahead", "health"),
    [(0, Health.OK), (-59, Health.OK), (60, Health.WARNING), (-299, Health.WARNING), (300, Health.FAILED)],
)
def test_a_clock_is_judged_by_its_distance(ahead: int, health: Health) -> None:
    assert judge_clock(ahead).health is health


@pytest.mark.usefixtures("healthy")
def test_all_is_well(workplace: Workplace) -> None:
    found = worst(workplace)
    # The scripted gateway has another version.
    assert {check for check, finding in found.items() if finding.health is not Health.OK} == {"gateway", "app_mode"}
    assert found["app_mode"].health is Health.UNKNOWN
    assert str(found["app_mode"].remedy) == "For the person who runs the gateway: Nachsehen"


@pytest.mark.parametrize(
    ("method", "path", "answer", "check"),
    [
        ("GET", "/v1/account", refusal(401, "token_unknown"), "gateway"),
        ("GET", "/v1/account", Answer(content=ACCOUNT | {"channel": "webchat"}), "account"),
        ("GET", f"/{VERSION}/me", Answer(503, b"<h1>Sorry</h1>", "text/html"), "facebook"),
        ("GET", f"/{VERSION}/me", Answer(500, graph_error(2)), "facebook"),
        ("GET", f"/{VERSION}/me/permissions", Answer(400, graph_error(190, 460)), "sign_in"),
        ("GET", f"/{VERSION}/me/permissions", Answer(content={"data": []}), "sign_in"),
        ("GET", "/v1/facebook/app", refusal(503, "store_unavailable"), "app"),
        (
            "GET",
            "/v1/facebook/app",
            Answer(content={"checks": [app_check("app", "failed", "Vergleichen", code="facebook_101")]}),
            "app",
        ),
        ("GET", "/v1/facebook/pages", refusal(500, "defect"), "link"),
        ("POST", "/v1/facebook/pages/12/check", Answer(content=link("12", **BROKEN)), "link"),
        ("POST", "/v1/facebook/pages/12/check", refusal(502, "facebook_2", trace_id="Ab1"), "link"),
    ],
)
def test_what_is_wrong_is_found_with_a_remedy(
    workplace: Workplace, healthy: ScriptedServer, method: str, path: str, answer: Answer, check: str
) -> None:
    healthy.on(method, path, answer)
    finding = worst(workplace)[check]
    assert finding.health is Health.FAILED
    assert str(finding.told)
    assert str(finding.remedy)


@pytest.mark.parametrize(
    ("rows", "evidence", "remedy"),
    [
        ([], "Facebook has not offered Erika Muster to allow:", "development mode"),
        (
            [row | {"status": "declined"} for row in ALL_GRANTED["data"]],
            "Erika Muster has not allowed:",
            "fbtool repair",
        ),
    ],
    ids=["the app may not ask", "the person said no"],
)
def test_an_app_that_may_not_ask_is_told_from_a_person_who_declined(
    workplace: Workplace, healthy: ScriptedServer, rows: list[dict[str, str]], evidence: str, remedy: str
) -> None:
    healthy.on("GET", f"/{VERSION}/me/permissions", Answer(content={"data": rows}))
    finding = worst(workplace)["sign_in"]
    assert str(finding.told).startswith(evidence)
    assert remedy in str(finding.remedy)
    assert bool(finding.facts["withheld_by_the_app"]) is (not rows)


def test_the_reference_of_facebook_is_in_the_support_file(workplace: Workplace, healthy: ScriptedServer) -> None:
    healthy.on("POST", "/v1/facebook/pages/12/check", refusal(502, "facebook_2", trace_id="Ab1"))
    rows = content_of(list(examine(workplace)))["checks"]
    assert {"page_id": "12", "trace_id": "Ab1"} in [row["facts"] for row in rows]


def test_without_a_secret_store_the_rest_is_not_guessed(tmp_path: Path) -> None:
    def nowhere() -> SecretStore:
        raise KeyringMissing

    found = worst(Workplace(Notebook(tmp_path / "settings.json"), nowhere))
    assert found["secret_store"].code == "keyring_missing"
    assert set(found) == {"settings", "secret_store", "connection"}


def test_a_forgetful_secret_store_is_found(tmp_path: Path) -> None:
    class Forgetful(MemorySecrets):
        def set(self, service: str, name: str, value: str) -> None:
            """Pretend."""

    assert worst(Workplace(Notebook(tmp_path / "s.json"), Forgetful))["secret_store"].health is Health.FAILED


def test_a_proxy_is_shown_without_its_password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("https_proxy", "http://erika:geheim@127.0.0.1:9")
    store = MemorySecrets()
    place = Workplace(Notebook(tmp_path / "settings.json"), lambda: store)
    place.connect(Connection.to("https://gateway.test", "fbt_secret"), SHOP)
    findings = list(examine(place))
    shown = repr(findings) + "".join(str(finding.told) for finding in findings)
    assert "127.0.0.1:9" in shown
    assert "geheim" not in shown
    assert worst(place)["gateway"].code == "proxy_unreachable"


@pytest.mark.usefixtures("healthy")
def test_the_support_file_holds_no_secret_and_no_name(workplace: Workplace, tmp_path: Path) -> None:
    write(tmp_path / "support.json", list(examine(workplace)))
    text = (tmp_path / "support.json").read_text("utf-8")
    assert not [word for word in ("EAA", "fbt_", "Erika", "Café", "Muster") if word in text]
    assert '"page_id": "11"' in text


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BundleUnwritable):
        write(tmp_path / "file" / "support.json", [])
