"""Create what readers see: the views of `views.sql`."""

from __future__ import annotations

from importlib import resources

from warehouse.catalog import Lake


def create_views(lake: Lake, representative: str) -> None:
    """Create or replace every view.

    Args:
        lake: in a transaction.
        representative: an SQL ORDER BY list over the columns of ARTICLE; its first row is shown.
    """
    views = resources.files("warehouse").joinpath("views.sql").read_text(encoding="utf-8")
    lake.connection.execute("USE lake")
    for statement in views.split(";\n"):
        if statement.strip():
            lake.connection.execute(statement.replace("{representative}", representative))
