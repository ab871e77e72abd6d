"""The settings: `wirelake.toml` says what is normal, the environment what is different here.

`model` has every setting with its default, `schedules` and `maintain` the tables of their own.
"""

from flows.settings.model import (
    FILE_NAME,
    Batch,
    Dedupe,
    Normalize,
    Settings,
    Web,
    describe,
    hand_on,
    load,
)

__all__ = [
    "FILE_NAME", "Batch", "Dedupe", "Normalize", "Settings", "Web", "describe", "hand_on", "load",
]  # fmt: skip
