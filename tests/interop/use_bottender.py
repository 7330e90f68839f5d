"""npm ``bottender`` against the sandbox; its Messenger channel has the option ``origin``."""

import sys
from pathlib import Path

from bots import try_bot
from stage import Stage

if __name__ == "__main__":
    with Stage() as stage:
        try_bot(
            "bottender", stage, Path(__file__).with_name("bottender"), Path(sys.argv[1]), {"SANDBOX": stage.address}
        )
