"""The download contains the gateway and the stand-in for Facebook as well; both serve under Windows."""

import json
from pathlib import Path

import requests
from websockets.sync.client import connect

from build.wine import windows_path
from tests.windows.conftest import SECONDS, Computer

STEPS = 14


def test_the_whole_demo_proves_itself(portable: Computer) -> None:
    demo = portable.run("demo", "--json")
    assert demo.code == 0, demo.out + demo.err
    assert len(demo.json["steps"]) == STEPS


def test_the_gateway_runs_and_is_administered_from_a_second_process(portable: Computer, download: Path) -> None:
    data = windows_path(portable.folder.parent / "gateway data")
    command = ["gateway", "run", "--port", "0", "--json", "--app-id", "1840000000000001", "--data-dir", data]
    settings = {"FBTOOL_APP_SECRET": "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "FBTOOL_DOWNLOAD_DIR": windows_path(download)}
    with portable.serving(*command, **settings) as told:
        address = json.loads(told)["address"]
        added = portable.run("gateway", "accounts", "add", "Müllers Büro", "--json", "--data-dir", data)
        assert added.code == 0, added.err
        headers = {"Authorization": f"Bearer {added.json['token']}"}
        account = requests.get(f"{address}/v1/account", headers=headers, timeout=60)
        assert account.json()["name"] == "Müllers Büro"
        # Everything else that is loaded only when somebody asks for it: the documentation, the page with the downloads,
        # a backup, the stream of events.
        for path in ("/docs", "/download", "/v1/openapi.yaml"):
            assert requests.get(address + path, timeout=60).status_code == 200, path
        assert portable.run("gateway", "backup", windows_path(portable.folder / "backup"), "--data-dir", data).code == 0
        with connect(f"{address.replace('http', 'ws')}/v1/stream", additional_headers=headers) as stream:
            assert stream.ping().wait(SECONDS)


def test_the_driver_of_postgresql_is_part_of_it(portable: Computer) -> None:
    settings = {
        "FBTOOL_APP_SECRET": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        "FBTOOL_DATABASE_URL": "postgresql://me:it@127.0.0.1:9/none",
    }
    data = windows_path(portable.folder.parent / "gateway data")
    refused = portable.run(
        "gateway", "run", "--json", "--app-id", "1840000000000001", "--data-dir", data, **settings
    )  # fmt: skip
    assert refused.json["problem"]["code"] == "database_away"
