"""The operator's own reverse proxies, started with the examples from the documents."""

import datetime
import http.client
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.conditions import eventually
from tests.ports import free_ports

NAME = "gateway.example.org"
EXAMPLES = Path(__file__).parent.parent.parent / "docs" / "operations"
_PATH = os.pathsep.join((os.environ["PATH"], "/usr/sbin"))
_DAY = datetime.timedelta(days=1)


def program(name: str) -> str | None:
    """Where a proxy is; daemons are not always on the path of a person."""
    return shutil.which(name, path=_PATH)


@dataclass(frozen=True)
class Answer:
    """What came back over https."""

    status: int
    body: bytes
    headers: Message


class Proxy:
    """A running proxy. ``port`` speaks https, ``plain_port`` http; ``trust`` knows its certificate authority."""

    def __init__(self, port: int, plain_port: int, trust: ssl.SSLContext) -> None:
        self.port, self.plain_port, self.trust = port, plain_port, trust

    def dial(self, origin: str = "127.0.0.1", port: int = 0) -> socket.socket:
        """A connection to it, from one of this computer's own addresses."""
        return socket.create_connection(("127.0.0.1", port or self.port), timeout=60, source_address=(origin, 0))

    def ask(
        self, method: str, path: str, body: bytes | None = None, origin: str = "127.0.0.1", **headers: str
    ) -> Answer:
        """One https request under the name in the examples; the path goes out as it is."""
        connection = http.client.HTTPSConnection(NAME, context=self.trust)
        connection.sock = self.trust.wrap_socket(self.dial(origin), server_hostname=NAME)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(), answer.headers)
        finally:
            connection.close()


@contextmanager
def nginx(gateway_port: int, folder: Path) -> Iterator[Proxy]:
    """nginx with docs/operations/nginx.conf; ports and certificate paths are put in, and nobody waits 15 seconds."""
    chain, key, authority = _certificate(folder)
    port, plain_port = free_ports(2)
    site = _replaced(
        (EXAMPLES / "nginx.conf").read_text("utf-8"),
        {
            "127.0.0.1:8787": f"127.0.0.1:{gateway_port}",
            "listen 80;": f"listen {plain_port};",
            "listen [::]:80;": f"listen [::]:{plain_port};",
            "listen 443 ": f"listen {port} ",
            "listen [::]:443 ": f"listen [::]:{port} ",
            "keepalive_timeout 15s;": "keepalive_timeout 1s;",
            "/etc/letsencrypt/live/gateway.example.org/fullchain.pem": str(chain),
            "/etc/letsencrypt/live/gateway.example.org/privkey.pem": str(key),
        },
    )
    (folder / "site.conf").write_text(site)
    places = "".join(f"{name}_temp_path {folder}/{name};" for name in _NGINX_PLACES)
    # Debian's own frame around sites-available, as far as it matters for a site.
    frame = (
        f"pid {folder}/pid; error_log {folder}/error.log; daemon off; events {{}} "
        f"http {{ access_log off; {places} include {folder}/site.conf; }}"
    )
    (folder / "nginx.conf").write_text(("user root; " if os.geteuid() == 0 else "") + frame)
    command = [program("nginx") or "", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with _running([*command, "-e", str(folder / "error.log")], folder, {}):
        yield Proxy(port, plain_port, _trusting(authority, port))


@contextmanager
def caddy(gateway_port: int, folder: Path) -> Iterator[Proxy]:
    """Caddy with docs/operations/Caddyfile; its own certificate authority stands in for the public one."""
    port, plain_port = free_ports(2)
    site = _replaced((EXAMPLES / "Caddyfile").read_text("utf-8"), {"127.0.0.1:8787": f"127.0.0.1:{gateway_port}"})
    ours = f"{{\n admin off\n local_certs\n skip_install_trust\n https_port {port}\n http_port {plain_port}\n}}\n"
    (folder / "Caddyfile").write_text(ours + site)
    homes = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    command = [program("caddy") or "", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    with _running(command, folder, homes):
        yield Proxy(port, plain_port, _trusting(folder / "caddy/pki/authorities/local/root.crt", port))


_NGINX_PLACES = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@contextmanager
def _running(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[None]:
    said = folder / "said"
    with said.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=os.environ | environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)
        print(said.read_text())


def _trusting(authority: Path, port: int) -> ssl.SSLContext:
    """What trusts this authority alone, once the proxy answers with a certificate of it."""

    def answers() -> bool:
        nonlocal context
        try:
            context = ssl.create_default_context(cafile=authority)
            with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
                context.wrap_socket(plain, server_hostname=NAME).close()
        except OSError:
            return False
        return True

    context = ssl.create_default_context()
    eventually(answers)
    return context


def _replaced(text: str, changes: dict[str, str]) -> str:
    for old, new in changes.items():
        assert old in text, f"the example no longer has “{old}”"
        text = text.replace(old, new)
    return text


def _certificate(folder: Path) -> tuple[Path, Path, Path]:
    """A certificate for the name, its key, and the authority that signed it."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _signed("Own CA", root_key, "Own CA", root_key, authority=True)
    leaf = _signed(NAME, key, "Own CA", root_key, authority=False)
    files = folder / "fullchain.pem", folder / "privkey.pem", folder / "authority.pem"
    files[0].write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    files[2].write_bytes(root.public_bytes(serialization.Encoding.PEM))
    return files


def _signed(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    by: ec.EllipticCurvePrivateKey,
    *,
    authority: bool,
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    naming = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]) for name in (subject, issuer)]
    return (
        x509.CertificateBuilder()
        .subject_name(naming[0])
        .issuer_name(naming[1])
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(subject.replace(" ", "-"))]), critical=False)
        .sign(by, hashes.SHA256())
    )
