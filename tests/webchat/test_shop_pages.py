"""The shop's own pages in both browsers: what a chat will find there, and whether everybody can use them."""

import pytest

from tests.conditions import eventually
from tests.webchat.conftest import Shop
from tests.webchat.visitor import Visitor

PAGES = {"the goods": "", "a product": "products/honey", "the cart": "cart"}
# Not into the sandboxed frame, where axe could not say a word: it shows a page that is tried by itself.
_AXE = """() => axe.run({
    iframes: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}).then(({violations}) => violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(" ")}`))"""
_FORBIDDEN = """() => {
  const style = document.createElement("style");
  style.textContent = "body { display: none }";
  document.head.append(style);
  try { document.body.innerHTML = "<p>markup</p>"; } catch (refused) { return refused.name; }
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [*PAGES.values(), "?frame=1"], ids=[*PAGES, "a frame"])
def test_everybody_can_use_them(visitor: Visitor, axe: str, path: str, scheme: str) -> None:
    visitor.visits(f"{path}{'&' if '?' in path else '?'}scheme={scheme}&embed=1&consent=1")
    for width in (320, 1280):
        visitor.tab.has_size(width, 900)
        visitor.tab.run(f"() => {{ {axe} }}")
        assert visitor.tab.run(_AXE) == []
        assert visitor.tab.run("() => document.documentElement.scrollWidth") <= width


def test_the_panel_for_people(visitor: Visitor, shop: Shop, axe: str) -> None:
    shop.is_usually(gateway="http://127.0.0.1:9", account="abcdefghij")
    shop.trouble("cut", "messages")
    visitor.visits()
    visitor.follows("Switches of this page")
    eventually(lambda: "/sandbox/shop" in visitor.tab.run("() => location.href"))
    for width in (320, 1280):
        visitor.tab.has_size(width, 900)
        visitor.tab.run(f"() => {{ {axe} }}")
        assert visitor.tab.run(_AXE) == []


def test_turbo_replaces_the_body_and_keeps_the_page(visitor: Visitor) -> None:
    visitor.visits("products/honey", turbo="1")
    visitor.tab.run("() => { window.kept = true; window.first = document.body; }")
    visitor.follows("Add to cart")
    eventually(lambda: visitor.tab.run("() => document.title").startswith("Your cart"))
    assert visitor.tab.run("() => [window.kept, window.first === document.body]") == [True, False]
    assert "cart=honey" in visitor.tab.run("() => location.search")
    visitor.tab.goes_back()
    eventually(lambda: visitor.tab.run("() => document.title").startswith("Forest honey"))
    assert visitor.tab.run("() => window.kept") is True


def test_turbo_works_under_a_strict_policy_too(visitor: Visitor, shop: Shop) -> None:
    visitor.visits(turbo="1", csp="strict")
    visitor.tab.run("() => { window.kept = true; }")
    visitor.follows("Cart (0)")
    eventually(lambda: visitor.tab.run("() => document.title").startswith("Your cart"))
    assert visitor.tab.run("() => window.kept") is True
    assert shop.reports == []


def test_a_strict_policy_forbids_and_reports(visitor: Visitor, shop: Shop) -> None:
    visitor.visits(csp="strict")
    assert shop.reports == []
    assert visitor.tab.run(_FORBIDDEN) == "TypeError"
    eventually(
        lambda: {one["effective-directive"] for one in shop.reports} >= {"style-src-elem", "require-trusted-types-for"}
    )


def test_the_consent_tool_asks_once_and_tells_the_chat(visitor: Visitor) -> None:
    visitor.visits(consent="1")
    visitor.tab.run("() => { window.fbtoolChat = { consent: (yes) => { window.told = yes; } }; }")
    assert visitor.stored == {}
    visitor.follows("Yes, remember it")
    assert visitor.tab.run("() => window.told") is True
    assert visitor.stored == {"shop_consent": "yes"}
    visitor.visits("cart", consent="1")
    assert visitor.tab.run("() => document.getElementById('consent').hidden") is True


def test_a_sandboxed_frame_has_no_origin(visitor: Visitor) -> None:
    visitor.visits(frame="1")
    frame = visitor.tab.frame()
    assert frame.run("() => self.origin") == "null"
    assert frame.run("() => { try { return localStorage.length } catch (refused) { return refused.name } }") == (
        "SecurityError"
    )


def test_a_restored_tab_has_what_it_had_stored(visitor: Visitor) -> None:
    visitor.visits("cart")
    visitor.tab.run("() => sessionStorage.setItem('note', 'mine')")
    other = visitor.opens_another_tab("cart")
    assert visitor.stored == {}
    visitor.closes_the_tab(then=other)
    visitor.closes_and_restores_the_tab()
    assert visitor.stored == {"note": "mine"}
    visitor.duplicates_the_tab()
    assert visitor.stored == {"note": "mine"}


def test_visitors_share_nothing(visitor: Visitor, shop: Shop) -> None:
    visitor.visits()
    visitor.tab.run("() => localStorage.setItem('note', 'mine')")
    with Visitor(visitor.browser, shop.address) as other:
        other.visits()
        assert other.stored == {}


def test_the_network_can_go_away(visitor: Visitor) -> None:
    visitor.visits()
    fetched = "async () => { try { return (await fetch('/shop/cart')).ok } catch { return navigator.onLine } }"
    visitor.is_offline()
    assert visitor.tab.run(fetched) is False
    visitor.is_offline(False)
    assert visitor.tab.run(fetched) is True
