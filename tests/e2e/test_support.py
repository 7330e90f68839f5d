"""What helps when something does not work: the doctor, the support file, other accounts, signing out, a typed code."""

import json
import os
import re
import select
import subprocess
from pathlib import Path

import pytest

from tests.e2e.processes import FBTOOL, Result
from tests.e2e.test_repair import BOTH, FINE, MODERATED, Admin, House, admin, house, linked, running

__all__ = ["admin", "house", "linked", "running"]

SECRETS = re.compile(r"fbt_[a-z0-9]{10}_[\w-]{43}|EAA[\w-]{20,}|fbtool-[\w-]{40,}")


def checks(result: Result) -> dict[str, str]:
    """Check → the worst health found."""
    found: dict[str, str] = {}
    for check in result.json["checks"]:
        if found.get(check["check"]) != "failed":
            found[check["check"]] = check["health"]
    return found


def test_a_healthy_computer_passes_every_check(linked: Admin) -> None:
    result = linked.run("doctor", "--json")
    assert result.code == 0, result.out
    names = (
        "settings secret_store connection certificates proxy clock gateway account app webhook app_permissions "
        "app_proof facebook sign_in link"
    )
    # Facebook tells nobody the mode of an app, so the doctor does not guess it.
    assert checks(result) == {**dict.fromkeys(names.split(), "ok"), "app_mode": "unknown"}
    assert "? Mode of the app: " in linked.run("doctor").out


def test_a_dead_link_and_a_dead_sign_in_are_found_with_their_remedies(house: House, linked: Admin) -> None:
    house.post("faults", kind="password-changed", person="erika")
    result = linked.run("doctor")
    assert result.code == 3
    assert f"✗ Page link: {FINE}: " in result.out
    assert "✗ Sign-in: " in result.out
    assert result.out.count("  → ") >= 3


def test_without_a_connection_only_this_computer_is_checked(tmp_path: Path) -> None:
    result = Admin(tmp_path).run("doctor", "--json")
    assert result.code == 3
    assert checks(result) == {"settings": "ok", "secret_store": "ok", "connection": "failed"}


def test_no_secret_and_no_name_is_in_the_support_file_or_anywhere_else(house: House, linked: Admin) -> None:
    bundle = linked.home / "support.json"
    results = [linked.run("doctor", "--bundle", str(bundle)), linked.run("doctor", "--json")]
    house.post("faults", kind="grant-narrowed", person="erika")
    results.append(linked.run("repair", visits=[{"pages": BOTH}]))
    results += [linked.run("doctor", "--bundle", str(bundle)), linked.run("accounts", "--json")]
    planted = set(SECRETS.findall((linked.home / "secrets.json").read_text("utf-8")))
    assert len(planted) >= 2
    shown = "".join(result.out + result.err for result in results)
    files = "".join(file.read_text("utf-8") for file in linked.home.iterdir() if file.name != "secrets.json")
    assert not [secret for secret in planted if secret in shown + files]
    assert not SECRETS.search(bundle.read_text("utf-8"))
    told = bundle.read_text("utf-8")
    assert not [name for name in ("Erika", "Jonas", *BOTH) if name in told]
    assert {check["facts"].get("page_id") for check in json.loads(told)["checks"]} >= {
        "100000000000211", "100000000000213",
    }  # fmt: skip
    assert bundle.stat().st_mode & 0o077 == 0


def test_a_support_file_that_cannot_be_written_is_told(admin: Admin) -> None:
    result = admin.run("doctor", "--bundle", str(admin.home / "settings.json" / "x"))
    assert (result.code, "[bundle_unwritable]" in result.err) == (8, True)


def test_several_accounts_live_side_by_side(house: House, linked: Admin) -> None:
    added = house.operator.run("gateway", "accounts", "add", "Zweites Konto", "--json")
    assert linked.run("connect", given=added.json["connection_code"] + "\n").code == 0
    known = linked.run("accounts", "--json").json["accounts"]
    first = known[1]["name"]
    assert [(one["name"], one["current"], len(one["people"])) for one in known] == [
        ("Zweites Konto", True, 0), (first, False, 1),
    ]  # fmt: skip
    assert linked.run("pages").code == 4
    assert FINE in linked.run("--account", first, "pages").out
    assert linked.run("accounts", "use", first.upper()).code == 0
    assert FINE in linked.run("pages").out
    assert linked.run("accounts", "forget", "Zweites Konto").code == 0
    result = linked.run("--account", "Zweites Konto", "status")
    assert (result.code, "[account_not_known_here]" in result.err) == (4, True)
    assert "Erika Muster" in linked.run("accounts").out


def test_two_people_work_side_by_side(linked: Admin) -> None:
    signed_in = linked.run("login", visits=[{"as": ["nora@example.org", "frühling"]}])
    assert "Until now Erika Muster is signed in here" in signed_in.err
    assert "Gehört Nora" in linked.run("pages").out
    pages = linked.run("--person", "Erika Muster", "pages")
    assert "Gehört Nora" not in pages.out
    assert MODERATED in pages.out
    assert linked.run("--person", "Niemand", "pages").code == 4
    assert linked.run("logout").out.startswith("✓ Nora Entwicklerin is signed out")
    assert "Gehört Nora" not in linked.run("pages").out


def test_signing_out_leaves_the_links_alone(linked: Admin) -> None:
    result = linked.run("logout")
    assert result.code == 0
    assert linked.links == {FINE: "linked", MODERATED: "linked"}
    assert linked.run("pages").code == 4
    assert "EAA" not in (linked.home / "secrets.json").read_text("utf-8")
    assert linked.run("logout").code == 4


def test_revoking_warns_of_every_link_and_asks_first(linked: Admin) -> None:
    refused = linked.run("logout", "--revoke")
    assert refused.code == 2
    assert f"These 2 links of Erika Muster stop: {FINE}, {MODERATED}." in refused.err
    assert linked.run("pages").code == 0
    revoked = linked.run("logout", "Erika Muster", "--revoke", "--yes", "--json")
    assert revoked.code == 0, revoked.err
    assert sorted(revoked.json["stopped_links"]) == sorted(BOTH)
    health = [check["health"] for check in linked.run("doctor", "--json").json["checks"] if check["check"] == "link"]
    assert health == ["failed", "failed"]
    repaired = linked.run("repair", visits=[{"pages": BOTH}])
    assert repaired.code == 0, repaired.out + repaired.err
    assert linked.links == {FINE: "linked", MODERATED: "linked"}


def sign_in_by_hand(admin: Admin, *codes: str) -> tuple[int, str]:
    """``login --code``: the browser is told to leave the last page's code in a file, and a person types it in."""
    (admin.home / "visits").write_text("{}", "utf-8")
    process = subprocess.Popen(
        [*FBTOOL, "login", "--code"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=admin.computer.env(),
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    shown = b""
    while b"(XXXX-XXXX)" not in shown:
        assert select.select([process.stdout], [], [], 60)[0]
        shown += os.read(process.stdout.fileno(), 65536)
    right = (admin.home / "visits.code").read_text("utf-8")
    typed = "".join(f"{code or right}\n" for code in codes)
    rest, _ = process.communicate(typed.encode(), 60)
    return process.returncode, (shown + rest).decode()


@pytest.mark.parametrize("codes", [("",), ("nonsense", "AAAA-BBBB", "")])
def test_a_code_is_typed_in_where_no_browser_reaches_the_tool(admin: Admin, codes: tuple[str, ...]) -> None:
    code, shown = sign_in_by_hand(admin, *codes)
    assert code == 0, shown
    assert "✓ Erika Muster is signed in until" in shown
    assert "never give it to anybody else" in shown
    assert shown.count("This code does not fit.") == len(codes) - 1
    assert admin.run("pages").code == 0


def test_typing_nothing_cancels(admin: Admin) -> None:
    code, shown = sign_in_by_hand(admin)
    assert code == 3
    assert "[sign_in_cancelled]" in shown


def test_a_blocked_port_leads_to_the_typed_code(admin: Admin, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("blocked")
    (folder / "sitecustomize.py").write_text(
        "import socketserver\n"
        "def refuse(self):\n"
        "    raise PermissionError(13, 'Permission denied')\n"
        "socketserver.TCPServer.server_bind = refuse\n"
    )
    blocked = admin.computer.run("login", given="\n", PYTHONPATH=f"{folder}:{os.getcwd()}")
    assert blocked.code == 3
    assert "At the end the browser shows a short code." in blocked.err
    assert "[sign_in_cancelled]" in blocked.err


def test_two_sign_ins_at_once_do_not_disturb_each_other(admin: Admin) -> None:
    both = [admin.computer.start("login", "--json") for _ in range(2)]
    people = [process.wait_for(r'"name": "([^"]+)"').group(1) for process in both]
    assert people == ["Erika Muster"] * 2
    assert [process.process.wait(60) for process in both] == [0, 0]
    assert [process.stop() for process in both] == [0, 0]
    assert admin.run("pages").code == 0
