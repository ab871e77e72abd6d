"""What a pool's processes are told to do in tests: obey the payloads of their documents."""

import os
import re
import signal
import time

import pyarrow as pa

from transforms.reading import Profile


def greet(name: str) -> bytes:
    return f"Good morning, {name}".encode()


def fail_untold() -> bytes:
    """Raise what cannot be sent to another process."""
    error = ValueError("between ourselves")
    error.why = lambda: None  # type: ignore[attr-defined]
    raise error


def obey(documents: pa.RecordBatch, profile: Profile) -> pa.RecordBatch:
    for payload in documents.column("payload").to_pylist():
        order, _, argument = payload.decode().partition(" ")
        if order == "sleep":
            time.sleep(float(argument))
        elif order == "backtrack":  # for hours, in C and without letting other threads run
            re.fullmatch("(x+x+)+y", "x" * 64)
        elif order == "exit":
            os._exit(int(argument))
        elif order == "kill":
            os.kill(os.getpid(), signal.Signals[argument])
        elif order == "exhaust":
            raise MemoryError
        elif order == "raise":
            raise ValueError(argument)
    return documents
