"""The pinned list that the Windows download is made from fits what the project says it needs."""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from build.lock import EXTRAS
from build.places import REQUIREMENTS, ROOT
from build.trimming import is_code_of_the_window, is_wanted

ON_WINDOWS = {"sys_platform": "win32", "python_version": "3.11"}
LINES = REQUIREMENTS.read_text("utf-8")
PINNED = dict(re.findall(r"^([a-z0-9.-]+)==(\S+) \\$", LINES, re.MULTILINE))


def test_everything_that_is_needed_is_pinned_in_a_version_that_fits() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [*project["dependencies"], *(line for extra in EXTRAS for line in project["optional-dependencies"][extra])]
    for line in lines:
        wanted = Requirement(line)
        if wanted.name == "fbtool" or (wanted.marker and not wanted.marker.evaluate(ON_WINDOWS)):
            continue
        assert wanted.specifier.contains(PINNED[canonicalize_name(wanted.name)]), line


def test_every_package_has_a_hash_and_no_address() -> None:
    assert len(PINNED) == len(re.findall("^[a-z]", LINES, re.MULTILINE))
    assert len(re.findall("--hash=sha256:[0-9a-f]{64}", LINES)) >= len(PINNED)
    assert "://" not in LINES


def test_of_tk_only_what_the_window_needs_is_kept() -> None:
    assert is_wanted("_tk_data\\msgs\\de.msg")
    assert not is_wanted("_tk_data\\msgs\\fr.msg")
    assert not is_wanted("_tcl_data/tzdata/Europe/Berlin")
    assert is_wanted("_tcl_data/encoding/cp1252.enc")
    assert not is_wanted("requests-2.34.2.dist-info/METADATA")
    assert is_wanted("fbtool/locale/de/LC_MESSAGES/fbtool.mo")


def test_the_window_carries_no_code_of_the_servers() -> None:
    assert is_code_of_the_window("fbtool.desktop.program")
    assert is_code_of_the_window("fbtool.linking.network.gateway")
    assert is_code_of_the_window("fbtool.gateway_hint")
    assert not is_code_of_the_window("fbtool.gateway")
    assert not is_code_of_the_window("fbtool.gateway.http.account")
    assert not is_code_of_the_window("uvicorn.config")
