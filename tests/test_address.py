"""An address is strictly one, or none: no two programs may understand it differently."""

import ipaddress
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from urllib3.util import parse_url

from fbtool.address import is_loopback, read_address, without_secrets
from fbtool.connection_code import AddressUnusable, checked_address

TRICKS = [
    r"http://evil.example\[::1]:80/",
    r"http://evil.example\@127.0.0.1:80/",
    r"http://127.0.0.1:80\@evil.example/",
    r"http:\\127.0.0.1:80/",
    "http://evil.example[::1]:80/",
    "http://[::1]evil.example:80/",
    "http://[::1%25eth0]:80/",
    "http://[v1.x]:80/",
    "http://evil.example#@127.0.0.1:80/",
    "http://evil.example:80:127.0.0.1:80/",
    "http://127.0.0.1:80 /",
    "http://127.0.0.1\t:80/",
    "http://127.0.0.1\x00:80/",
    "http://127.1:80/",
    "http://0x7f.0.0.1:80/",
    "http://2130706433:80/",
    "http://127.0.0.01:80/",
    "http://１２７.0.0.1:80/",
    "http://loc\u0130lhost:80/",
    "http://\u212aube:80/",
    "http://[::ffff:127.0.0.1]:80/",
    "http://127.0.0.1:/",
    "http://127.0.0.1:0/",
    "http://127.0.0.1:65536/",
    "http://127.0.0.1:８0/",
    "http:///path",
    "http://a..b/",
    "http://-a/",
    "http://%6cocalhost:80/",
    "http://127.0.0.1:80/%zz",
    "//127.0.0.1:80/",
]

ALPHABET = st.sampled_from(
    [*"ab1:/?#[]@\\.%0-_ \t\n\r\x00\u212a", "http", "https", "://", "::1", "127.0.0.1", "localhost"]
)


def pieces() -> st.SearchStrategy[str]:
    return st.lists(ALPHABET, max_size=12).map("".join)


@pytest.mark.parametrize("text", TRICKS)
def test_a_trick_never_reaches_this_computer_nor_leads_away_from_it(text: str) -> None:
    read = read_address(text)
    assert read is None or not read.is_this_computer
    with pytest.raises(AddressUnusable):
        checked_address(text)


@pytest.mark.parametrize("text", [" http://127.0.0.1:80/", "http://127.0.0.1:80/\n", "http://127.0.0.1:80/\r\nHost: x"])
def test_white_space_is_no_part_of_an_address(text: str) -> None:
    assert read_address(text) is None


@given(pieces() | st.text() | pieces().map("http://{}".format))
@example(TRICKS[0])
@example("http://a@b@c/")
def test_whoever_reads_an_address_finds_the_same_host(text: str) -> None:
    read = read_address(text)
    if read is None:
        return
    assert text.isascii()
    assert text.isprintable()
    assert "\\" not in text
    split, parsed = urlsplit(text), parse_url(text)
    assert (split.hostname, split.port) == (read.host, read.port)
    assert (parsed.port, (parsed.host or "").strip("[]")) == (read.port, _as_urllib3_writes(read.host))


def _as_urllib3_writes(host: str) -> str:
    return host if ":" not in host else (parse_url(f"http://[{host}]/").host or "").strip("[]")


@given(pieces().map("http://{}".format))
@example(TRICKS[0])
def test_a_token_goes_in_clear_to_this_computer_only(text: str) -> None:
    try:
        address = checked_address(text)
    except AddressUnusable:
        return
    host = address.removeprefix("http://").partition("/")[0]
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    assert name == "localhost" or ipaddress.ip_address(name).is_loopback


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("https://gw.example.org", "gw.example.org"),
        ("HTTPS://GW.Example.org:8443/Base/", "gw.example.org:8443"),
        ("https://gw_1.example.org./", "gw_1.example.org."),
        ("http://[::1]:8787", "[::1]:8787"),
        ("https://xn--mller-kva.example/%C3%BC?a=b#c", "xn--mller-kva.example"),
        ("socks5h://erika:ge%40heim@proxy:1080", "proxy:1080"),
    ],
)
def test_what_people_write_is_read(text: str, place: str) -> None:
    read = read_address(text)
    assert read is not None
    assert read.place == place


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.255.0.9", "::1"])
def test_this_computer_by_name_and_number(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "localhost.evil.example", "127.0.0.1.evil.example", "::", "0.0.0.0", "[::1]"])
def test_everything_else_is_another_computer(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    "text",
    [
        "http://erika:geheim@proxy:1",
        "erika:geheim@proxy:1",
        "http://erika:ge/heim@proxy:1",
        "http://a:geheim@b@proxy:1",
    ],
)
def test_a_password_is_left_out_of_what_is_shown(text: str) -> None:
    shown = without_secrets(text)
    assert shown.endswith("proxy:1")
    assert "heim" not in shown
