"""Brings the German catalogue up to date: new texts are added empty, texts that left the code are dropped.

nox -s messages                     update, then list what has no translation yet
nox -s messages -- texts.tsv …      take translations from lines "English<TAB>German" as well
"""

import sys
import tomllib
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "fbtool/locale/de/LC_MESSAGES/fbtool.po"
KEYWORDS = {"_": None, "N_": None, "say": None, "say_n": (1, 2)}
HEADER = """msgid ""
msgstr ""
"Project-Id-Version: fbtool\\n"
"Language: de\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def texts_in_the_code() -> Catalog:
    """All texts that a person may read, in the order of the files."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"].removeprefix("fbtool/"), mapping["method"]) for mapping in mappings]
    found = Catalog(locale="de", fuzzy=False)
    for file, _line, text, _comments, _context in extract_from_dir(ROOT / "fbtool", methods, keywords=KEYWORDS):
        found.add(text, locations=[(f"fbtool/{file}", 0)])
    return found


def read_translations(files: list[str]) -> dict[str, list[str]]:
    r"""Lines "English<TAB>German[<TAB>German plural]"; a line break inside a text is written as \\n."""
    translations = {}
    for file in files:
        for line in Path(file).read_text("utf-8").splitlines():
            english, *german = line.replace("\\n", "\n").replace('\\"', '"').split("\t")
            if german and all(german):
                translations[english] = german
    return translations


def update(files: list[str]) -> list[str]:
    """Write the catalogue; returns the texts without translation."""
    with CATALOGUE.open("rb") as source:
        earlier = read_po(source, locale="de")
    new = read_translations(files)
    missing = []
    result = texts_in_the_code()
    for message in result:
        if not message.id:
            continue
        first = message.id if isinstance(message.id, str) else message.id[0]
        known = earlier.get(first)
        if first in new:
            message.string = new[first][0] if isinstance(message.id, str) else tuple(new[first])
        elif known is not None:
            message.string = known.string
        if not message.string or not all(message.string):
            missing.append(first)
        message.locations = sorted({(file, 0) for file, _ in message.locations})
    with CATALOGUE.open("wb") as target:
        target.write(HEADER.encode())
        write_po(target, result, width=110, omit_header=True, include_lineno=False, sort_by_file=True)
    return missing


if __name__ == "__main__":
    for text in update(sys.argv[1:]):
        print(text.replace("\n", "\\n"))
