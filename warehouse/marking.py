"""When rows were last erased whose parts are still to be written anew, noted in `meta`."""

from __future__ import annotations

from warehouse.catalog import Lake, set_meta

NAME = "erased_since"


def mark(lake: Lake) -> None:
    """Note that this transaction erases rows."""
    set_meta(lake, NAME, str(lake.snapshot() + 1))


def last_erasure(lake: Lake) -> int | None:
    """Give the snapshot of the last erasure; None where all parts are written anew since."""
    found = lake.scalar("SELECT value FROM lake.raw.meta WHERE name = ?", [NAME])
    return None if found is None else int(str(found))


def unmark(lake: Lake) -> None:
    """Note that all such parts are written anew; the caller is in a transaction."""
    lake.connection.execute("DELETE FROM lake.raw.meta WHERE name = ?", [NAME])
