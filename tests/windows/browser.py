"""The browser of the admin's Windows computer: a real Chromium in which Erika allows everything she is asked for.

wine starts it where Windows would start the default browser.
"""

import sys

from tests.chromium.browser import start
from tests.chromium.person import Person


def main() -> None:
    browser = start("en-US")
    try:
        person = Person(browser)
        person.opens(sys.argv[1])
        person.logs_in("erika@example.org", "sommerwiese")
        # Until the last page, which is fbtool's own.
        while person.screen:
            person.presses("save" if person.screen == "review" else "continue")
        person.reads("return to fbtool")
    finally:
        browser.quit()


if __name__ == "__main__":
    main()
