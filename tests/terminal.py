"""A person at a terminal, who answers what a program asks."""

import os
import subprocess
import sys
from collections.abc import Sequence


def on_terminal(arguments: Sequence[str], answers: Sequence[str], env: dict[str, str]) -> tuple[int, str]:
    """Run the tool on a terminal, answer its questions in turn, and return everything that the terminal shows.

    A question is complete with the space behind its colon. Click before 8.3.1 shows that later than the rest, and
    ``getpass`` throws away what was typed before.
    """
    import pty

    terminal, program_side = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-m", "fbtool", *arguments],
        stdin=program_side,
        stdout=program_side,
        stderr=program_side,
        env=env,
        start_new_session=True,  # else a hidden question goes to the terminal of whoever runs the tests
    )
    os.close(program_side)
    shown, unheard, left = b"", b"", list(answers)
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # Linux says so when the program has closed its side
            break
        if not part:
            break
        shown += part
        unheard += part
        if left and unheard.endswith(b": "):
            unheard = b""
            os.write(terminal, left.pop(0).encode() + b"\n")
    os.close(terminal)
    return program.wait(60), shown.decode()
