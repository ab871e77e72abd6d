"""The first moments of the command `wirelake`, in which Python reads what it is made of.

That takes half a second, and nothing has begun yet: Ctrl-C ends it without a word.
"""

from __future__ import annotations

import os
import signal


def main() -> None:
    """Run the command."""
    # Not where whoever started it wants it to go on, as a shell's `&` does in a script.
    is_plain = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_plain:
        signal.signal(signal.SIGINT, lambda *_: os._exit(128 + signal.SIGINT))
    from flows.cli import main as command

    if is_plain:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    command()
