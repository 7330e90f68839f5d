"""visitor.yaml is the contract with browsers: what is served follows it, whatever is asked."""

import re
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest
import requests
import schemathesis
import yaml
from hypothesis import HealthCheck, settings
from openapi_spec_validator import validate
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.routing import Route

from fbtool.gateway.channels.webchat import problems
from fbtool.gateway.channels.webchat.http_script import ScriptRoutes
from fbtool.gateway.channels.webchat.http_visitor import VisitorRoutes
from fbtool.gateway.server import Gateway
from tests.contract import closed
from tests.gateway.conftest import Clock
from tests.gateway.webchat.conftest import Shop, settings_of

TEXT = resources.files("fbtool.gateway.channels.webchat").joinpath("visitor.yaml").read_text("utf-8")
CONTRACT: dict[str, Any] = yaml.safe_load(TEXT)
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Not what becomes of undeclared methods: one that an older parser does not know (QUERY) is no HTTP to it.


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    clock, settings = Clock(), settings_of(tmp_path_factory.mktemp("gateway"), "")
    gateway = Gateway(settings, clock)
    gateway.start()
    yield Shop(gateway, clock, settings)
    gateway.stop()


@pytest.fixture(scope="module")
def key(chat: Shop) -> str:
    """Of a visitor for whom an answer waits that nobody acknowledges, so that no call has to wait for one."""
    visitor = chat.visitor()
    chat.sends(chat.writes(visitor))
    return visitor.key


def with_placeholders() -> dict[str, Any]:
    """The contract as it has to be kept today, for one account and one key that are put in later."""
    contract: dict[str, Any] = closed(CONTRACT)
    contract["components"]["parameters"]["Account"]["schema"] = {"enum": ["ACCOUNT"]}
    for call in ("Message", "Poll"):
        contract["components"]["schemas"][call]["properties"]["key"] = {"enum": ["KEY"]}
    return contract


schema = schemathesis.openapi.from_dict(with_placeholders())


@schema.parametrize()
@settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_documented(case: Any, chat: Shop, key: str) -> None:
    if case.path_parameters["account"] == "ACCOUNT":
        case.path_parameters["account"] = chat.id
    if isinstance(case.body, dict) and case.body.get("key") == "KEY":
        case.body["key"] = key
    response = case.call(base_url=f"{chat.gateway.address}/webchat", timeout=60)
    assert response.status_code != 500
    if response.status_code == 431:
        return  # a head over 16 KiB, refused at the edge before anybody looks at what is asked
    # These refuse the request, too; the check of refusals does not know them.
    refused = response.status_code in {409, 410, 413, 429}
    # And where there is no chat, a page gets a script that says so.
    told = case.path.endswith(".js")
    case.validate_response(response, checks=CHECKS if refused or told else [*CHECKS, negative_data_rejection])


def test_the_contract_itself_is_valid_and_served(chat: Shop) -> None:
    validate(CONTRACT)
    served = requests.get(f"{chat.gateway.address}/webchat/openapi.yaml", timeout=30)
    assert yaml.safe_load(served.text) == CONTRACT


def test_exactly_the_promised_calls_are_served() -> None:
    beside = {("get", "/openapi.yaml"), ("get", "/widget-{hash}.js"), ("get", "/source/{file}")}
    routes = [*VisitorRoutes(*[None] * 9).routes(), *ScriptRoutes(None, None).routes()]  # type: ignore[arg-type]
    served = {
        (method.lower(), re.sub(r":str}", "}", route.path.removeprefix("/webchat")))
        for route in routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    promised = {
        (method, path) for path, operations in CONTRACT["paths"].items() for method in set(operations) - {"parameters"}
    }
    assert served == promised | beside


def test_every_problem_of_visitors_is_documented() -> None:
    of_crms = {"too_many_answers", "visitor_gone"}
    core = {"channel_off", "defect", "method_not_allowed", "not_found", "request_invalid", "request_too_large"}
    kinds = [kind for kind in vars(problems).values() if isinstance(kind, type)]
    own = {kind.code for kind in kinds if kind.__module__ == problems.__name__}
    named = CONTRACT["components"]["schemas"]["Problem"]["properties"]["code"]["x-extensible-enum"]
    assert set(named) == (own - of_crms) | core | {"store_unavailable"}
