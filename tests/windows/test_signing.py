"""Signatures: ours are put on, those of others are checked before anything of them is used."""

import shutil
import subprocess
from pathlib import Path

import pytest

from build import inputs, signing
from build.places import PROGRAM, WORK

pytestmark = pytest.mark.skipif(not shutil.which("osslsigncode"), reason="needs Debian's package osslsigncode")
PYTHON = WORK / "first" / "python"
"""The Python that the download was built with."""
SUBJECT = "/O=fbtool test/CN=fbtool test"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate for this test only: cert.pem, signer.p12, password."""
    folder = tmp_path_factory.mktemp("certificate")
    (folder / "password").write_text("of a test", "utf-8")
    for words in (
        ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", SUBJECT, "-keyout", "key.pem",
         "-out", "cert.pem", "-addext", "extendedKeyUsage=codeSigning"],
        ["pkcs12", "-export", "-inkey", "key.pem", "-in", "cert.pem", "-out", "signer.p12", "-passout",
         "file:password"],
    ):  # fmt: skip
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def program(download: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(download / PROGRAM / "fbtool.exe", tmp_path))


def signer(file: Path, certificate: Path) -> str:
    done = subprocess.run(
        ["osslsigncode", "verify", "-CAfile", certificate / "cert.pem", file], capture_output=True, text=True
    )
    return done.stdout if done.returncode == 0 else ""


def test_a_program_is_signed_with_a_pkcs12_file(program: Path, certificate: Path) -> None:
    assert signer(program, certificate) == ""
    environment = {
        "FBTOOL_SIGN_PKCS12": str(certificate / "signer.p12"),
        "FBTOOL_SIGN_PASSWORD_FILE": str(certificate / "password"),
    }
    signing.sign(program, environment)
    assert SUBJECT in signer(program, certificate)


def test_any_other_way_to_sign_is_a_command(program: Path, certificate: Path) -> None:
    before = program.read_bytes()
    signing.sign(program, {"FBTOOL_SIGN_COMMAND": f"cp '{certificate / 'cert.pem'}' {{file}}"})
    assert program.read_bytes() == (certificate / "cert.pem").read_bytes() != before


def test_without_a_certificate_nothing_changes(program: Path) -> None:
    before = program.read_bytes()
    signing.sign(program, {})
    assert program.read_bytes() == before


def test_an_unsigned_file_of_others_is_refused(program: Path) -> None:
    with pytest.raises(inputs.InputUntrusted):
        inputs.check_signature(program)


@pytest.mark.skipif(not (PYTHON / "python311.dll").exists(), reason="needs the Python of a build under wine")
def test_a_file_that_was_changed_after_it_was_signed_is_refused(tmp_path: Path) -> None:
    library = Path(shutil.copy(PYTHON / "select.pyd", tmp_path))
    inputs.check_signature(library)
    content = bytearray(library.read_bytes())
    content[0x1000] ^= 1
    library.write_bytes(content)
    with pytest.raises(inputs.InputUntrusted):
        inputs.check_signature(library)
