"""A Page goes from one messenger account to another: on purpose only, and both accounts are told."""

from pathlib import Path
from typing import Any

import requests

from fbtool.connection_code import Connection
from tests.e2e.test_repair import FINE, Admin, House, house, running

__all__ = ["house", "running"]


class Colleague(Admin):
    """An admin with a messenger account of their own, signed in as Erika with one Page ticked."""

    def __init__(self, house: House, home: Path) -> None:
        super().__init__(home)
        home.mkdir()
        added = house.operator.run("gateway", "accounts", "add", home.name, "--json")
        self.code = str(added.json["connection_code"])
        assert self.run("connect", given=self.code + "\n").code == 0
        assert self.run("login", visits=[{"pages": [FINE]}]).code == 0

    def events(self, language: str = "en") -> list[dict[str, Any]]:
        """What the CRM of this account has been told."""
        connection = Connection.from_code(self.code)
        headers = {"Authorization": f"Bearer {connection.token}", "Accept-Language": language}
        answer = requests.get(f"{connection.address}/v1/events", headers=headers, timeout=60)
        answer.raise_for_status()
        return [event["content"] for event in answer.json()["events"]]


def test_a_page_is_taken_over_on_purpose_and_both_accounts_are_told(house: House, tmp_path: Path) -> None:
    sales, service = Colleague(house, tmp_path / "Vertrieb"), Colleague(house, tmp_path / "Kundenservice")
    assert sales.run("link", FINE).code == 0

    refused = service.run("link", FINE)
    assert refused.code == 6
    assert "--take-over" in refused.out
    assert (sales.links, service.links) == ({FINE: "linked"}, {})
    assert (sales.events(), service.events()) == ([], [])

    taken = service.run("link", FINE, "--take-over")
    assert taken.code == 0, taken.out + taken.err
    assert (sales.links, service.links) == ({}, {FINE: "linked"})
    [lost], [gained] = sales.events("de"), service.events()
    assert (lost["change"], lost["state"], lost["problem"]["code"]) == ("moved", "removed", "page_moved")
    assert FINE in lost["problem"]["what"]
    assert lost["problem"]["remedy"].startswith("Falls das ein Versehen war")
    assert (gained["change"], gained["state"], gained["page_name"]) == ("taken_over", "active", FINE)
    assert service.run("unlink", FINE, "--yes").code == 0
