"""How an older warehouse is brought to today's tables: statements per schema version."""

from __future__ import annotations

from warehouse.tables import added_columns

_CURSORS_2 = (
    "document_id", "item", "first_asked_at", "asked_at", "changed_at", "interval_s", "unconfirmed",
    "position", "moved_to", "gone_at",
)  # fmt: skip

MIGRATIONS: dict[int, list[str]] = {
    2: added_columns("cursors", _CURSORS_2) + added_columns("fetches", ("is_step",)),
}
"""Schema version -> the statements that bring the version before it there.

The views are made anew after them. Old parts lack an added column, and it reads as NULL.
"""
