"""The settings of takedowns: where else what is taken down lies."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field

Paths = tuple[Path, ...]


class Takedown(BaseModel, extra="forbid", frozen=True):
    """Where else what is taken down lies."""

    backups: Paths = Field(
        default=(),
        description="Folders of `wirelake backup`, such as copies, that are not where the backup "
        "was made: what is taken down is listed there too, and a restore keeps it away.",
    )
    exports: Paths = Field(
        default=(),
        description="Folders of `wirelake export`: they are written anew without it.",
    )
