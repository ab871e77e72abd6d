"""Write the health page of a warehouse to a file, whole or not at all."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from flows.health.figures import examine
from flows.health.findings import Health
from flows.whole_files import followed, replaced
from transforms.errors import ConfigError

NAME = "report.html"
"""Of the page, in the folder of the warehouse, where no other place is named."""


def write_page(warehouse: Path, target: Path | None = None) -> tuple[Health, Path]:
    """Ask a warehouse how it fares and write the page.

    Args:
        warehouse: its folder.
        target: the file; None: NAME in that folder.

    Raises:
        ConfigError: the file cannot be written.
        WarehouseError: there is no warehouse, or it cannot be read.
    """
    health = examine(warehouse, dt.datetime.now(dt.UTC))
    from flows.health.page import page  # here, for it loads the plotting library

    path = target or warehouse / NAME
    try:
        with replaced(path) as new:
            new.write_text(page(health), encoding="utf-8")
        return health, followed(path)
    except OSError as error:
        raise ConfigError(f"cannot write the page: {error.strerror}", path=path) from error
