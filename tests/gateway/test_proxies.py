"""Behind nginx and Caddy, set up as the operator's guide shows: what passes through, and what does not."""

import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from websockets.sync.client import connect

from fbtool.gateway.limits import Limits
from fbtool.gateway.server import Gateway
from tests.gateway.conftest import PAGE, Clock, Running, ScriptedFacebook, settings_for
from tests.gateway.messenger import delivery, message, signature
from tests.gateway.proxies import NAME, Proxy, caddy, nginx, program

PROXIES: dict[str, Callable[[int, Path], AbstractContextManager[Proxy]]] = {"nginx": nginx, "caddy": caddy}
FORGED = "sha256=" + "0" * 64


@pytest.fixture
def inside(tmp_path: Path, facebook: ScriptedFacebook) -> Iterator[Running]:
    """The gateway behind the proxy, with a linked Page."""
    limits = Limits(failed_signatures_per_minute=3)
    gateway = Gateway(settings_for(tmp_path, facebook, limits=limits))
    gateway.start()
    here = Running(gateway._settings, gateway, Clock())
    here.token = here.admin("POST", "accounts", json={"name": "Shop"}).json()["token"]
    here.link()
    yield here
    here.gateway.stop()


@pytest.fixture(params=PROXIES)
def proxy(request: pytest.FixtureRequest, inside: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    if not program(request.param):
        pytest.skip(f"{request.param} is not installed (Debian: {request.param})")
    port = int(inside.address.rpartition(":")[2])
    with PROXIES[request.param](port, tmp_path_factory.mktemp(request.param)) as running:
        yield running


def bring(proxy: Proxy, body: bytes, signed: str, origin: str = "127.0.0.1", **headers: str) -> int:
    """Bring a delivery as Facebook does."""
    headers |= {"X_Hub_Signature_256": signed, "Content_Type": "application/json"}
    return proxy.ask("POST", "/facebook/webhook", body, origin, **headers).status


def ask(proxy: Proxy, here: Running, path: str) -> dict[str, list[dict[str, object]]]:
    answer = proxy.ask("GET", path, Authorization=f"Bearer {here.token}")
    assert answer.status == 200
    return dict(json.loads(answer.body))


def test_a_delivery_arrives_byte_for_byte(proxy: Proxy, inside: Running) -> None:
    # Spaces, escapes and a size that no buffer holds: the signature is over the bytes as they come.
    body = delivery(message("m_1", "Grüße \\u00fc \u2028 " + "x" * 300_000)).replace(b", ", b" ,  ")
    assert bring(proxy, body, signature(body)) == 200
    (event,) = ask(proxy, inside, "/v1/events")["events"]
    assert event["kind"] == "message"
    assert bring(proxy, body + b" ", signature(body)) == 403


def test_a_crm_waits_for_events_through_it(proxy: Proxy, inside: Running) -> None:
    assert ask(proxy, inside, "/v1/events?wait=2")["events"] == []


def test_a_stream_passes_through(proxy: Proxy, inside: Running) -> None:
    body = delivery(message("m_1"))
    assert bring(proxy, body, signature(body)) == 200
    headers = {"Authorization": f"Bearer {inside.token}"}
    address = f"wss://{NAME}:{proxy.port}/v1/stream"
    way = {"sock": proxy.dial(), "ssl": proxy.trust, "server_hostname": NAME, "open_timeout": 60}
    with connect(address, additional_headers=headers, **way) as crm:
        batch = json.loads(crm.recv(60))
        assert [event["kind"] for event in batch["events"]] == ["message"]
        crm.send(json.dumps({"ack": batch["cursor"]}))
        more = delivery(message("m_2"))
        assert bring(proxy, more, signature(more)) == 200
        assert len(json.loads(crm.recv(60))["events"]) == 1


def test_a_forger_is_known_by_the_address_that_the_proxy_saw_whatever_he_writes(proxy: Proxy) -> None:
    body = delivery(message("m_1"))
    answers = [
        bring(proxy, body, FORGED, "127.0.0.2", X_Forwarded_For=f"203.0.113.{number}", X_Real_IP="198.51.100.1")
        for number in range(5)
    ]
    assert answers == [403, 403, 403, 429, 429]
    assert bring(proxy, body, FORGED, "127.0.0.3") == 403  # his neighbour
    assert bring(proxy, body, signature(body), "127.0.0.2") == 200


@pytest.mark.parametrize(
    "path", ["/admin/accounts", "//admin/accounts", "/%61dmin/accounts", "/v1/../admin/accounts", "/metrics"]
)
def test_what_is_the_operators_is_not_shown_to_the_world(proxy: Proxy, inside: Running, path: str) -> None:
    answer = proxy.ask("GET", path, Authorization=f"Bearer {inside.settings.admin_token}")
    assert answer.status == 404
    assert b"Shop" not in answer.body


def test_the_largest_file_that_facebook_takes_passes_through(
    proxy: Proxy, inside: Running, facebook: ScriptedFacebook
) -> None:
    body = delivery(message("m_1"))
    bring(proxy, body, signature(body))
    conversation = ask(proxy, inside, "/v1/events")["events"][0]["conversation"]
    facebook.says(f"POST {PAGE}/message_attachments", 200, {"attachment_id": "815"})
    headers = {"Authorization": f"Bearer {inside.token}", "Content_Type": "application/pdf"}
    path = f"/v1/attachments?type=file&conversation={conversation}"
    answer = proxy.ask("POST", path, b"x" * (25 * 10**6), **headers)
    assert (answer.status, json.loads(answer.body)) == (201, {"id": "815"})


def test_plain_http_leads_to_https(proxy: Proxy) -> None:
    with proxy.dial(port=proxy.plain_port) as plain:
        plain.sendall(f"GET /docs HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: plain.recv(65536), b""))
    assert answer.split(b" ", 2)[1] == b"308"
    assert f"location: https://{NAME}".encode() in answer.lower()


def test_only_its_own_authority_is_believed_and_http2_is_offered(proxy: Proxy) -> None:
    proxy.trust.set_alpn_protocols(["h2", "http/1.1"])
    with proxy.trust.wrap_socket(proxy.dial(), server_hostname=NAME) as line:
        assert line.selected_alpn_protocol() == "h2"
        assert line.version() == "TLSv1.3"
    with pytest.raises(ssl.SSLCertVerificationError):  # another authority is not believed
        ssl.create_default_context().wrap_socket(proxy.dial(), server_hostname=NAME)
