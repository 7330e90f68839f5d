"""A door with https in front of a server that speaks plain http, for software that knows nothing else."""

import asyncio
import datetime
import ipaddress
import ssl
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "127.0.0.1"
_LIFETIME = datetime.timedelta(days=1)
_CHUNK = 65536


class TlsDoor:
    """Hands on every byte between its own https port and a http port of this computer; use it as a context manager.

    Args:
        inner: the port of the server behind it.
        folder: where the certificate is put for those who are to trust it.
    """

    def __init__(self, inner: int, folder: Path) -> None:
        self._inner = inner
        self.certificate = folder / "certificate.pem"
        self._key = folder / "key.pem"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="tls-door", daemon=True)
        self._server: asyncio.Server | None = None

    @property
    def address(self) -> str:
        """The base address."""
        assert self._server is not None
        return f"https://{HOST}:{self._server.sockets[0].getsockname()[1]}"

    def __enter__(self) -> Self:
        _make_certificate(self.certificate, self._key)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _open(self) -> asyncio.Server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self._key)
        return await asyncio.start_server(self._hand_on, HOST, 0, ssl=context)

    async def _close(self) -> None:
        if self._server:
            self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection(HOST, self._inner)
        try:
            await asyncio.gather(_copy(reader, inner_writer), _copy(inner_reader, writer))
        except (OSError, asyncio.CancelledError):
            pass  # one side hung up, or the door closes
        finally:
            inner_writer.close()
            writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(_CHUNK):
        writer.write(chunk)
        await writer.drain()
    writer.close()


def _make_certificate(certificate: Path, key: Path) -> None:
    """A certificate for this computer that is its own authority, good for one day."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sandbox of this run")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _LIFETIME)
        .not_valid_after(now + _LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), critical=False)
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
