"""Checks the types of the web chat's JavaScript (JSDoc, strict), as ``nox -s lint`` does."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.node import installed

ROOT = Path(__file__).parent.parent


def main() -> int:
    """TypeScript's exit code; where there is no npm, nothing can be checked, and that is said."""
    if not shutil.which("npm") and "CI" not in os.environ:
        print("not checked, npm is missing (Debian: npm): the types of the web chat's JavaScript")
        return 0
    compiler = installed(ROOT / "tests/webchat/package.json") / "node_modules/typescript/bin/tsc"
    return subprocess.run(["node", compiler, "--project", ROOT / "tests/webchat/tsconfig.json"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
