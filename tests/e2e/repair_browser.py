"""A browser whose person can do wrong: leave Pages out, decline, come as somebody else, and do it right later.

It is started as a process of its own, as a browser is: through the variable BROWSER. What the person does in one
visit is the next line of the file VISITS, a JSON object:

    as        email and password of the person (default: Erika)
    pages     names to tick, "all" (default), or null for "Continue as before"
    businesses  the same for portfolios
    decline   permissions to switch off
    do        "cancel", "close", "leave" (another browser opens the address) or "stay" (the browser's process ends
              only when the file VISITS.closed is there) instead

Every address that was opened is appended to VISITS.log. With "code", the code of the last page goes to VISITS.code.
"""

import json
import os
import re
import sys
from pathlib import Path

from fbtool.sandbox.scripted_browser import BrowserPage, ScriptedBrowser
from tests.conditions import eventually

ERIKA = ["erika@example.org", "sommerwiese"]


def main() -> None:
    address, visits = sys.argv[1], Path(os.environ["VISITS"])
    lines = visits.read_text("utf-8").splitlines() if visits.exists() else []
    visits.write_text("\n".join(lines[1:]), "utf-8")
    with visits.with_suffix(".log").open("a", encoding="utf-8") as log:
        log.write(address + "\n")
    wish = json.loads(lines[0]) if lines else {}
    visitor = ScriptedBrowser(*wish.get("as", ERIKA))
    match wish.get("do", "sign-in"):
        case "cancel":
            visitor.cancel(address)
        case "close":
            visitor.open(address)
        case "leave":
            pass
        case "stay":
            eventually(visits.with_suffix(".closed").exists)
        case _:
            sheet = visitor.sign_in(
                address,
                pages=wish.get("pages", "all"),
                businesses=wish.get("businesses", "all"),
                decline=wish.get("decline", []),
            )
            if any("go-on" in form.buttons for form in sheet.forms):
                sheet = visitor.press(sheet, "go-on")
            if code := code_on(sheet):
                visits.with_suffix(".code").write_text(code, "utf-8")


def code_on(sheet: BrowserPage) -> str:
    """The short code on the last page of a sign-in, or nothing."""
    found = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", sheet.text)
    return found.group() if found else ""


if __name__ == "__main__":
    main()
