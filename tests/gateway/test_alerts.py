"""What watches the gateway: Prometheus itself judges the rules, and they ask only for what a gateway really tells."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from prometheus_client.parser import text_string_to_metric_families

from fbtool.gateway.server import Gateway
from tests.conditions import eventually
from tests.gateway.conftest import PAGE, Clock, Running, ScriptedFacebook, settings_for
from tests.gateway.messenger import deliver, delivery, message

HERE = Path(__file__).parent
DOCS = HERE.parent.parent / "docs"
OPERATIONS = DOCS / "operations"
RULES = yaml.safe_load((OPERATIONS / "fbtool-alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
CASES = yaml.safe_load((HERE / "alerts_test.yml").read_text("utf-8"))["tests"]
PANELS = json.loads((OPERATIONS / "grafana-dashboard.json").read_text("utf-8"))["panels"]
SCRAPED = {"job", "instance"}
"""Labels that Prometheus adds to everything it fetches."""

PACKAGE = Path(__file__).parent.parent.parent / "fbtool"
NOT_NUMBERS = {"gateway_url"}
"""A field of the API that is called like a number."""

needs_promtool = pytest.mark.skipif(
    not shutil.which("promtool"), reason="promtool is not installed (Debian: prometheus)"
)


def promtool(*arguments: str | Path) -> str:
    """What it says; an error ends the test."""
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def dashboard() -> list[str]:
    """The questions of the dashboard."""
    return [target["expr"] for panel in PANELS for target in panel.get("targets", [])]


@pytest.fixture
def told(tmp_path: Path, facebook: ScriptedFacebook) -> Iterator[str]:
    """The numbers of a gateway where everything has happened that is counted under a label."""
    gateway = Gateway(settings_for(tmp_path, facebook))
    gateway.start()
    here = Running(gateway._settings, gateway, Clock())
    here.token = here.admin("POST", "accounts", json={"name": "Shop"}).json()["token"]
    here.link()
    deliver(here.address, delivery(message("m_1")))
    conversation = here.api("GET", "events").json()["events"][0]["conversation"]
    facebook.error(f"POST {PAGE}/messages", 551)
    answer = {"conversation": conversation, "text": "x", "human": True}
    assert here.api("POST", "messages", json=answer, headers={"Idempotency-Key": "1"}).status_code == 202
    eventually(lambda: 'outcome="recipient"' in numbers(here))
    requests.post(f"{here.address}/facebook/webhook", data=b"x" * (9 << 20), timeout=60)  # more than it reads
    yield numbers(here)
    here.gateway.stop()


def numbers(here: Running) -> str:
    headers = {"Authorization": f"Bearer {here.settings.admin_token}"}
    return requests.get(f"{here.address}/metrics", headers=headers, timeout=60).text


def series_of(page: str) -> dict[str, dict[str, set[str]]]:
    """The values of each label, by the number's name."""
    known: dict[str, dict[str, set[str]]] = {"up": {}}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            labels = known.setdefault(sample.name, {})
            for label, value in sample.labels.items():
                labels.setdefault(label, set()).add(value)
    return known


def asked_of(expression: str) -> list[tuple[str, dict[str, str]]]:
    """Every number that an expression (or a text) names, with the labels it is chosen by."""
    found = re.findall(r"\b((?:gateway|process)_[a-z_]+|up)\b(?:\{([^}]*)\})?", expression)
    return [(name, dict(re.findall(r'(\w+)\s*[=!]~?\s*"([^"]*)"', labels))) for name, labels in found]


def test_rules_and_dashboard_ask_for_numbers_and_labels_that_a_gateway_tells(told: str) -> None:
    known = series_of(told)
    for expression in [*(rule["expr"] for rule in RULES), *dashboard()]:
        asked = asked_of(expression)
        assert asked, expression
        grouped = ",".join(re.findall(r"\b(?:by|on)\s*\(([^)]*)\)", expression)).replace(" ", "").split(",")
        for name, labels in asked:
            assert name in known, expression
            assert {*grouped, ""} <= {*known[name], *SCRAPED, ""}, expression
            for label, value in labels.items():
                assert label in SCRAPED or value in known[name].get(label, ()), expression


def test_the_cases_feed_the_rules_with_series_that_a_gateway_tells(told: str) -> None:
    known = series_of(told)
    for series in (series["series"] for case in CASES for series in case["input_series"]):
        ((name, labels),) = asked_of(series)
        assert set(labels) - SCRAPED == set(known[name]), series
        assert all(value in known[name][label] for label, value in labels.items() if label not in SCRAPED), series


def test_documents_name_only_numbers_that_a_gateway_tells(told: str) -> None:
    modules = {file.stem for file in PACKAGE.rglob("*.py")}
    known = {*series_of(told), *NOT_NUMBERS, *modules}
    for page in sorted(DOCS.rglob("*.md")):
        named = set(re.findall(r"`((?:gateway|process)_[a-z_]+)(?:\{[^`]*)?`", page.read_text("utf-8")))
        assert named <= known, page


def test_every_alert_is_seen_to_fire_and_to_be_silent() -> None:
    names = {rule["alert"] for rule in RULES}
    checks: list[dict[str, Any]] = [check for case in CASES for check in case["alert_rule_test"]]
    assert {check["alertname"] for check in checks if check.get("exp_alerts")} == names
    assert {check["alertname"] for check in checks if not check.get("exp_alerts")} == names


@needs_promtool
def test_the_alerts_fire_when_they_should() -> None:
    assert "SUCCESS" in promtool("test", "rules", HERE / "alerts_test.yml")


@needs_promtool
def test_prometheus_takes_the_configuration_with_its_rules(tmp_path: Path) -> None:
    for name in ("prometheus.yml", "fbtool-alerts.yml"):
        shutil.copy(OPERATIONS / name, tmp_path)
    said = promtool("check", "config", "--syntax-only", tmp_path / "prometheus.yml")
    assert "fbtool-alerts.yml" in (tmp_path / "prometheus.yml").read_text("utf-8")
    assert "SUCCESS" in said
    assert f"SUCCESS: {len(RULES)} rules found" in promtool("check", "rules", tmp_path / "fbtool-alerts.yml")


@needs_promtool
def test_prometheus_understands_the_dashboards_questions(tmp_path: Path) -> None:
    rules = [{"record": f"panel:{number}", "expr": asked} for number, asked in enumerate(dashboard())]
    file = tmp_path / "panels.yml"
    file.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    assert f"SUCCESS: {len(rules)} rules found" in promtool("check", "rules", file)


def test_whoever_is_woken_learns_how_urgent_it_is_and_why() -> None:
    for rule in RULES:
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"]
