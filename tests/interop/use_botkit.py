"""npm ``botkit`` with ``botbuilder-adapter-facebook`` against the sandbox.

The adapter's option ``api_host`` takes a host and a port; ``https`` is firm. Node trusts the run's certificate by its
own variable ``NODE_EXTRA_CA_CERTS``.
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit

from bots import try_bot
from stage import Stage
from tls import TlsDoor

if __name__ == "__main__":
    workplace = Path(sys.argv[1])
    with Stage() as stage, TlsDoor(urlsplit(stage.address).port or 0, workplace) as door:
        settings = {"SANDBOX": door.address, "NODE_EXTRA_CA_CERTS": str(door.certificate)}
        try_bot("botkit", stage, Path(__file__).with_name("botkit"), workplace, settings)
