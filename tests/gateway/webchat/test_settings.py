"""What can be set for a widget, what is refused with which field's name, and what the widget is told."""

import contextlib
import string
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.gateway.accounts import Account
from fbtool.gateway.channels.webchat.settings import (
    FIELDS,
    TEXT_LENGTHS,
    AutoReply,
    SavedSettings,
    SettingsUnfit,
    WidgetSettings,
    config_of,
    fit,
    saved,
)
from fbtool.gateway.channels.webchat.store import KeptSettings
from fbtool.safe_text import is_blank, shown_lines, utf16_length

PRIVACY = "https://shop.example/datenschutz"
LEAST = {"privacy_url": PRIVACY}
ACCOUNT = Account("k7m2p9x4qd", "Hofladen Kruse", "webchat", True, 1)
SOON, LATER = {"seconds": 30, "text": "Gleich."}, {"seconds": 90, "text": "Noch etwas Geduld."}


def test_the_privacy_link_is_all_that_has_to_be_given() -> None:
    assert fit(LEAST) == WidgetSettings(privacy_url=PRIVACY)


def test_before_anything_was_saved_there_are_defaults_that_are_not_enough() -> None:
    before = saved(None)
    assert before == (0, WidgetSettings())
    assert not before.complete
    assert SavedSettings(1, fit(LEAST)).complete
    with pytest.raises(SettingsUnfit):
        fit(msgspec.to_builtins(before.settings))


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("color", " #0B5FD0 ", "#0b5fd0"),
        ("online_text", "  Fragen?\tSchreiben Sie uns \n", "Fragen? Schreiben Sie uns"),
        ("online_text", "\u202eFra\u00adgen?", "Fragen?"),
        ("heading", "\u200b \u2800", ""),
        ("offline_note", "Bis morgen!\r\nIhr Hofladen", "Bis morgen!\nIhr Hofladen"),
        ("privacy_url", f" {PRIVACY}#chat ", f"{PRIVACY}#chat"),
        ("toggle_id", "#chat-toggle", "chat-toggle"),
        ("origins", ["https://Shop.example/", "https://shop.example:443", "http://localhost:8080"],
         ("https://shop.example", "http://localhost:8080")),
        ("auto_replies", [SOON | {"text": " Gleich.\n\nIhr Team "}], (AutoReply(30, "Gleich.\n\nIhr Team"),)),
        ("auto_replies", [SOON, LATER], (AutoReply(30, "Gleich."), AutoReply(90, "Noch etwas Geduld."))),
    ],
)  # fmt: skip
def test_values_get_their_usual_form(name: str, given: Any, kept: Any) -> None:
    assert getattr(fit(LEAST | {name: given}), name) == kept


@pytest.mark.parametrize(
    ("given", "field", "reason"),
    [
        ({"privacy_url": ""}, "privacy_url", "visitors see it before they write"),
        ({"privacy_url": "http://shop.example/"}, "privacy_url", "begins with https://"),
        ({"privacy_url": "javascript:alert(1)"}, "privacy_url", "begins with https://"),
        ({"privacy_url": "https://name:word@shop.example/"}, "privacy_url", "begins with https://"),
        ({"privacy_url": f"https://shop.example/{'x' * 2000}"}, "privacy_url", "begins with https://"),
        ({"colour": "#000000"}, "colour", "no such setting, but these: size, side, theme, color"),
        ({"embed": True}, "toggle_id", "the id of an element of the page is needed"),
        ({"color": "blue"}, "color", "#0b5fd0"),
        ({"color": "#0b5fd0;}"}, "color", "#0b5fd0"),
        ({"size": "huge"}, "size", "adapt, small, large"),
        ({"keep_open": "yes"}, "keep_open", "true or false"),
        ({"identify_days": "30"}, "identify_days", "whole number"),
        ({"identify_days": True}, "identify_days", "whole number"),
        ({"identify_days": 0}, "identify_days", "from 1 to 90"),
        ({"identify_days": 91}, "identify_days", "from 1 to 90"),
        ({"heading": 7}, "heading", "a text"),
        ({"online_text": "x" * 41}, "online_text", "more than 40 characters"),
        ({"online_text": "\U0001f41d" * 21}, "online_text", "more than 40 characters"),
        ({"offline_note": "x" * 501}, "offline_note", "more than 500 characters"),
        ({"embed": True, "status_id": "s"}, "toggle_id", "the id of an element"),
        ({"embed": True, "toggle_id": "t"}, "status_id", "the id of an element"),
        ({"toggle_id": "7up"}, "toggle_id", "the id of an element"),
        ({"toggle_id": "a b"}, "toggle_id", "the id of an element"),
        ({"auto_replies": "soon"}, "auto_replies", "each entry has"),
        ({"auto_replies": [{"seconds": 5}]}, "auto_replies", "each entry has"),
        ({"auto_replies": [SOON | {"html": "<b>"}]}, "auto_replies", "each entry has"),
        ({"auto_replies": [SOON | {"seconds": 1.5}]}, "auto_replies", "a whole number"),
        ({"auto_replies": [SOON | {"seconds": 4}]}, "auto_replies[0].seconds", "from 5 to 3600"),
        ({"auto_replies": [SOON, LATER | {"seconds": 3601}]}, "auto_replies[1].seconds", "from 5 to 3600"),
        ({"auto_replies": [SOON, SOON]}, "auto_replies[1].seconds", "later than the one before"),
        ({"auto_replies": [SOON | {"text": " "}]}, "auto_replies[0].text", "nothing that can be seen"),
        ({"auto_replies": [SOON | {"text": "x" * 501}]}, "auto_replies[0].text", "more than 500 characters"),
        ({"auto_replies": [SOON | {"seconds": n} for n in (5, 6, 7, 8)]}, "auto_replies", "at most 3"),
        ({"origins": "https://shop.example"}, "origins", "a list of addresses"),
        ({"origins": ["https://shop.example", "shop.example"]}, "origins[1]", "without a path"),
        ({"origins": ["https://shop.example/de"]}, "origins[0]", "without a path"),
        ({"origins": ["null"]}, "origins[0]", "without a path"),
        ({"origins": ["*"]}, "origins[0]", "without a path"),
        ({"origins": [f"https://shop{n}.example" for n in range(21)]}, "origins", "at most 20"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_the_fields_name_and_a_sentence(given: dict[str, Any], field: str, reason: str) -> None:
    with pytest.raises(SettingsUnfit) as refused:
        fit(LEAST | given)
    assert refused.value.field == field
    assert reason in refused.value.told("en").meaning
    assert refused.value.told("de").meaning != refused.value.told("en").meaning


def test_ids_are_needed_only_if_the_chat_is_embedded() -> None:
    assert fit(LEAST | {"embed": False}).toggle_id == ""
    embedded = fit(LEAST | {"embed": True, "toggle_id": "chat-toggle", "status_id": "chat:status.1"})
    assert (embedded.toggle_id, embedded.status_id) == ("chat-toggle", "chat:status.1")


texts = st.text(st.characters(codec=None) | st.sampled_from("\u202e\u200b\ud800\0\n"), max_size=60)
plain = st.one_of(texts, st.booleans(), st.integers(), st.none(), st.floats())
values = st.one_of(plain, st.lists(texts, max_size=4), st.dictionaries(texts, texts))
replies = st.lists(
    st.fixed_dictionaries({"seconds": st.integers(0, 4000), "text": texts}), max_size=4
).map(lambda some: sorted(some, key=lambda one: one["seconds"]))  # fmt: skip
anything = st.dictionaries(st.sampled_from(FIELDS) | texts, values | replies, max_size=6)


@given(anything)
def test_whatever_is_given_is_refused_by_name_or_safe_to_show(given: dict[str, Any]) -> None:
    given = LEAST | given
    with contextlib.suppress(SettingsUnfit):
        assert_safe(fit(given))


@given(anything)
def test_a_refusal_names_one_of_the_given_fields(given: dict[str, Any]) -> None:
    try:
        fit(LEAST | {"toggle_id": "t", "status_id": "s"} | given)
    except SettingsUnfit as refused:
        named = refused.field.partition("[")[0]
    else:
        return
    assert named in {name[:60].partition("[")[0] for name in given}


def assert_safe(settings: WidgetSettings) -> None:
    for name, most in TEXT_LENGTHS.items():
        text = getattr(settings, name)
        assert text == "" or not is_blank(text)
        assert utf16_length(text) <= most
        assert text == shown_lines(text)
    assert all(5 <= reply.seconds <= 3600 and reply.text == shown_lines(reply.text) for reply in settings.auto_replies)
    assert [one.seconds for one in settings.auto_replies] == sorted({one.seconds for one in settings.auto_replies})


ids = st.from_regex(r"\A[A-Za-z][\w:.-]{0,20}\Z").filter(str.isascii)
good = st.fixed_dictionaries(
    {
        "size": st.sampled_from(["adapt", "small", "large"]),
        "color": st.text("0123456789abcdef", min_size=6, max_size=6).map("#".__add__),
        "online_text": st.text(string.printable, max_size=40),
        "offline_note": st.text(string.printable, max_size=500),
        "privacy_url": st.just(PRIVACY),
        "identify": st.sampled_from(["off", "on", "consent"]),
        "identify_days": st.integers(1, 90),
        "embed": st.booleans(),
        "toggle_id": ids,
        "status_id": ids,
        "also_offline": st.booleans(),
        "origins": st.lists(st.sampled_from(["https://a.example", "http://b.example:81"]), max_size=4),
        "auto_replies": st.sets(st.integers(5, 3600), max_size=3).map(
            lambda chosen: [{"seconds": one, "text": f"nach {one}"} for one in sorted(chosen)]
        ),
    }
)


@given(good)
def test_what_was_saved_is_read_back_and_fits_again_unchanged(given: dict[str, Any]) -> None:
    settings = fit(given)
    assert saved(KeptSettings(3, msgspec.json.encode(settings))) == (3, settings)
    assert fit(msgspec.to_builtins(settings)) == settings


def test_settings_kept_by_another_version_are_still_read() -> None:
    kept = saved(KeptSettings(1, b'{"privacy_url": "https://shop.example/", "of_a_later_version": 1}'))
    assert kept.settings == WidgetSettings(privacy_url="https://shop.example/")


def test_the_widget_is_told_what_it_shows_and_nothing_else() -> None:
    settings = fit(LEAST | {"auto_replies": [SOON], "tell_ip": True, "origins": ["https://shop.example"]})
    config = config_of(ACCOUNT, SavedSettings(4, settings), available=True, has_picture=False)
    assert set(config) == {
        "account", "version", "available", "name", "has_picture", "size", "side", "theme", "color", "online_text",
        "offline_text", "heading", "agent_pictures", "names", "keep_open", "offline", "offline_note", "privacy_url",
        "identify", "identify_days", "embed", "toggle_id", "status_id",
    }  # fmt: skip
    assert (config["account"], config["version"], config["name"]) == (ACCOUNT.id, 4, "Hofladen Kruse")
    assert (config["available"], config["has_picture"]) == (True, False)
    assert "Gleich." not in msgspec.json.encode(config).decode()
