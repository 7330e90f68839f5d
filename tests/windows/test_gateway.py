"""The download contains the gateway and the stand-in for Facebook as well; both serve under Windows."""

import json

import requests

from build.wine import windows_path
from tests.windows.conftest import Computer

STEPS = 14


def test_the_whole_demo_proves_itself(portable: Computer) -> None:
    demo = portable.run("demo", "--json")
    assert demo.code == 0, demo.err
    assert len(demo.json["steps"]) == STEPS


def test_the_gateway_runs_and_is_administered_from_a_second_process(portable: Computer) -> None:
    data = windows_path(portable.folder.parent / "gateway data")
    command = ["gateway", "run", "--port", "0", "--json", "--app-id", "1840000000000001", "--data-dir", data]
    with portable.serving(*command, FBTOOL_APP_SECRET="a secret of nothing") as told:
        address = json.loads(told)["address"]
        added = portable.run("gateway", "accounts", "add", "Müllers Büro", "--json", "--data-dir", data)
        assert added.code == 0, added.err
        headers = {"Authorization": f"Bearer {added.json['token']}"}
        account = requests.get(f"{address}/v1/account", headers=headers, timeout=60)
        assert account.json()["name"] == "Müllers Büro"
