"""The manifests of winget name the installer that was built."""

import hashlib
from pathlib import Path

import pytest
import yaml

from build import packing, winget_manifests
from fbtool import __version__


def test_the_manifests_hold_the_installers_address_and_sum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setup = tmp_path / packing.name("setup.exe")
    setup.write_bytes(b"MZ")
    monkeypatch.setattr(winget_manifests, "DIST", tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    written = winget_manifests.write("https://example.org/releases/v1/", tmp_path / "winget")
    manifests = {content["ManifestType"]: content for content in (yaml.safe_load(file.read_text()) for file in written)}
    assert manifests.keys() == {"version", "installer", "defaultLocale", "locale"}
    assert {str(content["PackageVersion"]) for content in manifests.values()} == {__version__}
    (installer,) = manifests["installer"]["Installers"]
    assert installer["InstallerUrl"] == f"https://example.org/releases/v1/{setup.name}"
    assert installer["InstallerSha256"] == hashlib.sha256(b"MZ").hexdigest().upper()
