"""Signs what Windows asks about. Without a certificate nothing is signed, and the build says so.

The environment says how:

    FBTOOL_SIGN_COMMAND     a command that signs {file} in place (signtool, a cloud service, a PKCS#11 token), or
    FBTOOL_SIGN_PKCS12      a PKCS#12 file; its password is in the file FBTOOL_SIGN_PASSWORD_FILE
    FBTOOL_SIGN_TIMESTAMP   the address of a time stamp authority (RFC 3161), for PKCS#12

python -m build.signing FILE…
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from build.wine import NATIVE


def wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the environment says how to sign."""
    return bool(environment.get("FBTOOL_SIGN_COMMAND") or environment.get("FBTOOL_SIGN_PKCS12"))


def sign(file: Path, environment: Mapping[str, str] = os.environ) -> None:
    """Sign ``file`` in place, if the environment says how.

    Raises:
        subprocess.CalledProcessError: the signing program has failed.
    """
    if not wanted(environment):
        return
    command = environment.get("FBTOOL_SIGN_COMMAND", "")
    if command:
        words = [word.replace("{file}", str(file)) for word in shlex.split(command, posix=not NATIVE)]
        subprocess.run(words, check=True)
    elif NATIVE:
        subprocess.run(_signtool(file, environment), check=True)
    else:
        signed = file.with_suffix(".signed")
        subprocess.run(_osslsigncode(file, signed, environment), check=True, stdout=subprocess.DEVNULL)
        signed.replace(file)


def _osslsigncode(file: Path, signed: Path, environment: Mapping[str, str]) -> list[str]:
    words = [
        "osslsigncode",
        "sign",
        "-pkcs12",
        environment["FBTOOL_SIGN_PKCS12"],
        "-h",
        "sha256",
        "-n",
        "Facebook-Tool",
    ]
    if environment.get("FBTOOL_SIGN_PASSWORD_FILE"):
        words += ["-readpass", environment["FBTOOL_SIGN_PASSWORD_FILE"]]
    if environment.get("FBTOOL_SIGN_TIMESTAMP"):
        words += ["-ts", environment["FBTOOL_SIGN_TIMESTAMP"]]
    return [*words, "-in", str(file), "-out", str(signed)]


def _signtool(file: Path, environment: Mapping[str, str]) -> list[str]:
    words = ["signtool", "sign", "/fd", "sha256", "/f", environment["FBTOOL_SIGN_PKCS12"]]
    if environment.get("FBTOOL_SIGN_PASSWORD_FILE"):
        # signtool takes a password in no other way; it is the build machine's own command line.
        words += ["/p", Path(environment["FBTOOL_SIGN_PASSWORD_FILE"]).read_text("utf-8").strip()]
    if environment.get("FBTOOL_SIGN_TIMESTAMP"):
        words += ["/tr", environment["FBTOOL_SIGN_TIMESTAMP"], "/td", "sha256"]
    return [*words, str(file)]


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        sign(Path(argument))
