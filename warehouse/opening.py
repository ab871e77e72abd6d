"""Open a warehouse for writing: make, migrate and settle it first where that is due."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from transforms.errors import WarehouseError
from warehouse import files, lock
from warehouse.catalog import Lake, attach, first_line, is_settled, settle
from warehouse.making import make
from warehouse.migrations import migrate


@contextmanager
def opened(root: Path, *, create: bool = False) -> Iterator[Lake]:
    """Open a warehouse for writing and close it again.

    Args:
        root: its folder.
        create: make it where there is none.

    Raises:
        WarehouseError: there is none, it cannot be used, or it is of a newer schema.
    """
    if create:
        make(root)
    connection = attach(root, read_only=False)
    try:
        lake = Lake(root, connection)
        _prepare(lake)
        yield lake
    finally:
        connection.close()


def _prepare(lake: Lake) -> None:
    try:
        migrate(lake)
        if not is_settled(lake):
            with lock.hold(lake.lock_path):
                settle(lake, lake.root)
    except duckdb.Error as error:
        raise WarehouseError(
            f"cannot open the warehouse: {first_line(error)}", path=lake.root
        ) from error
    except OSError as error:
        raise files.unwritable(lake.root, error) from error
