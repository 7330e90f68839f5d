"""The manifests with which ``winget install`` finds the tool; made anew for each version, submitted by a person.

python -m build.winget_manifests BASE_URL      (the folder at which the release's files can be downloaded)
"""

import hashlib
import sys
from datetime import UTC, datetime
from pathlib import Path
from string import Template

from build import packing
from build.make import source_date
from build.places import BUILD, DIST
from fbtool import __version__


def write(base_url: str, target: Path) -> list[Path]:
    """Fill in the templates for the installer in `DIST`; the files that were written."""
    setup = DIST / packing.name("setup.exe")
    values = {
        "version": __version__,
        "url": f"{base_url.rstrip('/')}/{setup.name}",
        "sha256": hashlib.sha256(setup.read_bytes()).hexdigest().upper(),
        "date": datetime.fromtimestamp(source_date(), UTC).date().isoformat(),
    }
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for template in sorted((BUILD / "winget").glob("*.yaml")):
        file = target / template.name
        file.write_text(Template(template.read_text("utf-8")).substitute(values), "utf-8", newline="")
        written.append(file)
    return written


if __name__ == "__main__":
    for path in write(sys.argv[1], DIST / "winget"):
        print(path)
