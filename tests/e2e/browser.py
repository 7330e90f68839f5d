"""The browser of the tests: opens an address as Erika, walks through the login dialog, follows the redirects.

It is started as a process of its own, as a browser is: through the variable BROWSER. What the person does
comes from the environment: VISITOR = "sign-in", "cancel" or "close".
"""

import os
import sys

from fbtool.sandbox.scripted_browser import ScriptedBrowser


def main() -> None:
    visitor = ScriptedBrowser("erika@example.org", "sommerwiese")
    address = sys.argv[1]
    match os.environ.get("VISITOR", "sign-in"):
        case "sign-in":
            visitor.sign_in(address, pages=os.environ.get("VISITOR_PAGES", "all"))
        case "cancel":
            sheet = visitor.open(address)
            visitor.press(sheet, "cancel")
        case "close":
            visitor.open(address)


if __name__ == "__main__":
    main()
