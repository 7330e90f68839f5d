"""A file that a customer sent is called what the customer called it."""

from email.message import EmailMessage
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.gateway.channels.facebook.file_names import name_of

CDN = "https://cdn.fbsbx.com/v/t59/"


@pytest.mark.parametrize(
    ("url", "disposition", "name"),
    [
        (CDN + "Mein%20Dokument.pdf?_nc_cat=1&dl=1", "", "Mein Dokument.pdf"),
        (CDN + "Gr%C3%BC%C3%9Fe.pdf", "", "Grüße.pdf"),
        (CDN + "100%25.pdf", "", "100%.pdf"),
        (CDN + "1_n.pdf", 'attachment; filename="Rechnung Mai.pdf"', "Rechnung Mai.pdf"),
        (CDN + "1_n.pdf", "attachment; filename=Rechnung.pdf", "Rechnung.pdf"),
        (CDN + "1_n.pdf", "attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe.pdf; filename=\"Gruesse.pdf\"", "Grüße.pdf"),
        (CDN + "1_n.pdf", "attachment; filename=\"Gruesse.pdf\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.pdf", "Grüße.pdf"),
        (CDN + "1_n.pdf", "inline", "1_n.pdf"),
        (CDN + "1_n.pdf", 'attachment; filename=""', "1_n.pdf"),
        (CDN + "1_n.pdf", 'attachment; filename="../../etc/passwd"', "passwd"),
        (CDN + "%2e%2e%2fpasswd%00", "", "passwd"),
        (CDN + "1_n.pdf", 'attachment; filename="C:\\\\Temp\\\\a.pdf"', "a.pdf"),
        (CDN + "invoice%E2%80%AEfdp.exe", "", "invoicefdp.exe"),
        (CDN + "%FF.pdf", "", "\ufffd.pdf"),
        (CDN, "", "attachment"),
        (CDN + "x" * 200 + ".pdf", "", "x" * 96 + ".pdf"),
    ],
)
def test_the_name_is_the_customers(url: str, disposition: str, name: str) -> None:
    assert name_of(url, disposition) == name


@given(st.text(max_size=120), st.text(max_size=60))
def test_every_name_can_be_kept_and_no_header_surprises(name: str, disposition: str) -> None:
    received = disposition.encode().decode("ascii", "surrogateescape")  # as the HTTP client hands it on
    for told in (name_of(CDN + quote(name, safe=""), ""), name_of(CDN, received)):
        assert told.strip()
        assert told.isprintable()
        assert not set(told) & {"/", "\\"}
        assert len(told) <= 100
        told.encode()


def test_a_well_made_header_is_read_as_a_library_writes_it() -> None:
    message = EmailMessage()
    message.add_header("Content-Disposition", "attachment", filename="Grüße & mehr.pdf")
    header = message["Content-Disposition"]
    assert unquote(name_of(CDN, str(header))) == "Grüße & mehr.pdf"
