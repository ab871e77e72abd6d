"""Since when rows were erased whose parts are still to be written anew, noted in `meta`."""

from __future__ import annotations

from warehouse.catalog import Lake, set_meta

NAME = "erased_since"


def mark(lake: Lake) -> None:
    """Note that this transaction erases rows, unless an earlier one is noted already."""
    if erased_since(lake) is None:
        set_meta(lake, NAME, str(lake.snapshot() + 1))


def erased_since(lake: Lake) -> int | None:
    """Give the snapshot of the first erasure whose parts are to be written anew."""
    found = lake.scalar("SELECT value FROM lake.raw.meta WHERE name = ?", [NAME])
    return None if found is None else int(str(found))


def unmark(lake: Lake) -> None:
    """Note that all such parts are written anew; the caller is in a transaction."""
    lake.connection.execute("DELETE FROM lake.raw.meta WHERE name = ?", [NAME])
