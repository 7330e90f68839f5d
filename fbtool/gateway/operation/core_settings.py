"""The settings of the gateway itself, whichever channels it offers: the one table of their names and defaults."""

import base64
import binascii
import secrets
from dataclasses import fields

from fbtool.gateway.limits import Limits
from fbtool.gateway.setting import Secret, Setting
from fbtool.gateway.vault import KEY_BYTES
from fbtool.language import N_, Sentence, say


def decoded_key(text: str) -> bytes | None:
    """The bytes of a master key's text; None if it is none."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None


def new_master_key() -> str:
    """A fresh master key as it is kept in a file."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _weak_key(text: str) -> Sentence | None:
    return say("it is not {count} bytes in base64", count=KEY_BYTES) if decoded_key(text) is None else None


def _new_token() -> str:
    return secrets.token_urlsafe(32)


MASTER_KEY = Secret(
    "keys.master_key_file",
    "master.key",
    N_("The key that opens the database. Keep a copy elsewhere: without it no backup can be read."),
    "FBTOOL_MASTER_KEY_FILE",
    weak=_weak_key,
    new=new_master_key,
)
ADMIN_TOKEN = Secret(
    "keys.admin_token_file",
    "admin.token",
    N_("The token of the admin API, for programs of your own; “fbtool gateway …” commands do without."),
    "FBTOOL_ADMIN_TOKEN_FILE",
    new=_new_token,
)
METRICS_TOKEN = Secret(
    "keys.metrics_token_file",
    "metrics.token",
    N_("A token that may only read /metrics, for Prometheus."),
    "FBTOOL_METRICS_TOKEN_FILE",
    new=_new_token,
)
DATABASE_URL = Secret(
    "database.url_file",
    "database.url",
    N_("The file with the address postgresql://user:password@server/database, if it exists."),
    "FBTOOL_DATABASE_URL_FILE",
    weak=lambda text: None,
)
"""A secret because the address may hold a password."""

SECTIONS = {
    "server": N_("Where the gateway listens, how the world reaches it, and what it offers."),
    "keys": N_("Files with secrets; paths are relative to this file. Never write a secret itself into this file."),
    "database": N_("Only for several gateways that share a PostgreSQL database; one gateway needs nothing of it."),
    "log": N_("What the gateway writes about itself. Never message texts, names or tokens."),
    "limits": N_("Limits that depend on the machine."),
}
SETTINGS = (
    Setting(
        "server.channels",
        ("facebook",),
        N_("The channels that are offered. “fbtool gateway reload” has a running gateway take a change."),
        "FBTOOL_CHANNELS",
        live=True,
    ),
    Setting(
        "server.public_url",
        "",
        N_("The https address under which the world reaches the gateway. Empty: only this computer."),
        "FBTOOL_PUBLIC_URL",
        "--public-url",
    ),
    Setting(
        "server.host",
        "127.0.0.1",
        N_("Listen here; behind a proxy on this computer leave it."),
        "FBTOOL_HOST",
        "--host",
    ),
    Setting("server.port", 8787, N_("Listen on this port; 0 takes any free one."), "FBTOOL_PORT", "--port"),
    Setting(
        "server.download_dir",
        "",
        N_("A folder with the Windows tool, which admins then get at /download. Empty: it is not offered."),
        "FBTOOL_DOWNLOAD_DIR",
    ),
    Setting(
        "server.trusted_proxies",
        ("127.0.0.1", "::1"),
        N_("Addresses of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed."),
    ),
    MASTER_KEY,
    ADMIN_TOKEN,
    METRICS_TOKEN,
    DATABASE_URL,
    Setting(
        "log.format",
        "text",
        N_("“text” for people or “json” for programs."),
        "FBTOOL_LOG_FORMAT",
        "--log-format",
        ("text", "json"),
    ),
    *(Setting(f"limits.{limit.name}", getattr(Limits, limit.name), limit.metadata["why"]) for limit in fields(Limits)),
)
