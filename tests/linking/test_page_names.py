"""A Page is found by its name as people read it, by its id, and by its address at Facebook."""

import unicodedata
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.desktop.page_row import Group, filtered
from fbtool.linking.links.linker import PageAmbiguous, PageUnknown, find_pages
from fbtool.linking.names import as_read, is_called, page_address
from fbtool.linking.pages.verdicts import NOTHING, PageView, Step, Verdict


@dataclass(frozen=True)
class Named:
    page_id: str
    name: str


CAFE = Named("104857600000001", "Café Muster – Zoë’s „Süd“")
SHOP = Named("104857600000002", "Blumen Beispiel")
PAGES = (CAFE, SHOP, Named("104857600000003", "Zoo"), Named("104857600000004", "Sonnenschein & Söhne GmbH"))


@pytest.mark.parametrize(
    "written",
    [
        CAFE.name,
        unicodedata.normalize("NFD", CAFE.name),
        'café muster - zoë\'s "süd"',
        "CAFÉ MUSTER — ZOË'S “SÜD”",
        "\ufeffCafé\u00a0Muster\u200b –  Zoë`s „Süd“\u200e ",
        "“Café Muster – Zoë’s „Süd“”",
        "Ｃafé Muster – Zoë’s „Süd“",
        "'104857600000001'",
        "\u200b104857600000001",
    ],
)
def test_a_name_is_compared_as_people_read_it(written: str) -> None:
    assert find_pages(PAGES, [written]) == [CAFE]


@pytest.mark.parametrize(
    "address",
    [
        "https://www.facebook.com/104857600000002",
        "https://m.facebook.com/104857600000002/?locale=de_DE",
        "facebook.com/profile.php?id=104857600000002",
        "https://www.facebook.com/profile.php?id=104857600000002&sk=about",
        "https://www.facebook.com/Blumen-Beispiel-104857600000002/",
        "https://de-de.facebook.com/pages/Blumen-Beispiel/104857600000002?ref=hl",
        "https://www.facebook.com/p/Blumen-Beispiel-104857600000002/",
        "https://www.facebook.com/people/Blumen-Beispiel/104857600000002/",
        "https://business.facebook.com/latest/home?asset_id=104857600000002&business_id=77777",
        "<https://fb.com/104857600000002>",
        "m.me/104857600000002",
        "HTTPS://WWW.FACEBOOK.COM/blumenbeispiel",
        "https://www.facebook.com/blumen.beispiel/",
    ],
)
def test_a_pages_address_is_understood(address: str) -> None:
    assert find_pages(PAGES, [address]) == [SHOP]


@pytest.mark.parametrize(
    "text",
    ["https://facebook.com.example.org/1048576", "https://example.org/facebook.com/1048576", "notfacebook.com/1"],
)
def test_another_address_is_none(text: str) -> None:
    assert page_address(text) is None


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("cafe", CAFE.name),
        ("Blumn", SHOP.name),
        ("Zo", "Zoo"),
        ("Zou", "Zoo"),
        ("sonnenshein", "Sonnenschein & Söhne GmbH"),
        ("https://www.facebook.com/blumenbeispel", SHOP.name),
    ],
)
def test_what_was_probably_meant_is_told(wanted: str, hint: str) -> None:
    with pytest.raises(PageUnknown) as unknown:
        find_pages(PAGES, [wanted])
    assert unknown.value.told("en").meaning.startswith(f"Similar names: {hint}")


@pytest.mark.parametrize("wanted", ["https://www.facebook.com/999999999999999", "", "\u200b", "?", "https://fb.com/"])
def test_nothing_absurd_is_proposed(wanted: str) -> None:
    with pytest.raises(PageUnknown) as unknown:
        find_pages(PAGES, [wanted])
    assert unknown.value.told("en").meaning == ""


def test_names_that_read_alike_are_told_apart_by_their_ids() -> None:
    with pytest.raises(PageAmbiguous):
        find_pages([CAFE, Named("7", unicodedata.normalize("NFD", CAFE.name))], [CAFE.name])


@given(st.text(min_size=1), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_every_form_of_a_name_is_the_same_name(name: str, form: str) -> None:
    assert as_read(as_read(name)) == as_read(name)
    assert is_called(name, unicodedata.normalize(form, name)) or not as_read(name)


@pytest.mark.parametrize(
    "searched",
    [unicodedata.normalize("NFD", "CAFÉ  muster"), "zoë's", "\u200bCafé", "https://www.facebook.com/104857600000001"],
)
def test_the_windows_search_finds_what_people_type_and_paste(searched: str) -> None:
    views = [
        PageView(
            page_id=page.page_id, name=page.name, category="", verdict=Verdict.READY, evidence=NOTHING, remedy=NOTHING,
            step=Step.NOTHING, link=None, token="",
        )
        for page in PAGES
    ]  # fmt: skip
    assert [view.page_id for view in filtered(views, Group.ALL, searched)] == [CAFE.page_id]
