"""Waiting for what another process does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

PATIENT_S = 180.0


def wait_until(
    condition: Callable[[], Any], patience_s: float = PATIENT_S, pause_s: float = 0.01
) -> Any:
    """Give what a condition finds, as soon as it finds something."""
    deadline = time.monotonic() + patience_s
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(pause_s)
    return found
