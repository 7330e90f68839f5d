"""The Content-Security-Policy of a careful shop: nothing but its own few files and what a chat may ask for."""

SCRIPT, STYLE, ICON, REPORTS = "/shop/shop.js", "/shop/shop.css", "/shop/icon.svg", "/shop/reports"
"""Addresses of the shop's own."""


def strict(shop: str, gateway: str, *, turbo: bool = False, framed: bool = False) -> str:
    """The header's value; ``shop`` and ``gateway`` are origins, the second "" where no chat is.

    The gateway gets exactly what a web chat may need: scripts, calls, pictures. No style sheet of a chat, no frame, no
    font, no worker, and no text that becomes markup: Trusted Types are enforced and no policy may be made.
    """
    rules = [
        "default-src 'none'",
        _rule("script-src", gateway, shop + SCRIPT),
        f"style-src {shop}{STYLE}",
        _rule("connect-src", gateway, shop if turbo else ""),
        _rule("img-src", gateway, shop + ICON),
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
        f"frame-src {shop}" if framed else "",
        f"report-uri {REPORTS}",
    ]
    return "; ".join(rule for rule in rules if rule)


def _rule(name: str, *sources: str) -> str:
    return " ".join([name, *([one for one in sources if one] or ["'none'"])])
