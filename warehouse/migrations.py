"""Bring an older warehouse to today's tables: statements per schema version."""

from __future__ import annotations

import datetime as dt

import duckdb

from transforms.errors import WarehouseError
from warehouse import faults, files, lock
from warehouse.catalog import Lake, first_line, set_meta
from warehouse.statements import added_columns, create_statements, priming_statement
from warehouse.tables import SCHEMA_VERSION
from warehouse.views import create_views

_CURSORS_2 = (
    "document_id", "item", "first_asked_at", "asked_at", "changed_at", "interval_s", "unconfirmed",
    "position", "moved_to", "gone_at",
)  # fmt: skip

_COUNT_SHARED_KEYS = """
UPDATE lake.raw.pairs AS pairs SET shared_keys = counted.shared_keys FROM (
    SELECT a, b, len(list_intersect(x.keys, y.keys))::INTEGER AS shared_keys
    FROM (SELECT DISTINCT a, b FROM lake.raw.pairs WHERE rule <> 'canonical')
    JOIN (SELECT DISTINCT content_hash, keys FROM lake.raw.keys) AS x ON x.content_hash = a
    JOIN (SELECT DISTINCT content_hash, keys FROM lake.raw.keys) AS y ON y.content_hash = b
) AS counted
WHERE pairs.a = counted.a AND pairs.b = counted.b AND pairs.rule <> 'canonical'
"""

MIGRATIONS: dict[int, list[str]] = {
    2: added_columns("cursors", _CURSORS_2) + added_columns("fetches", ("is_step",)),
    3: added_columns("cursors", ("moving_to",)),
    4: added_columns("articles", ("copyright_holder", "robots", "tdm_reserved")),
    5: ["ALTER TABLE lake.raw.keys DROP COLUMN key", *added_columns("keys", ("keys",))],
    6: [
        *added_columns("pairs", ("shared_keys",)),
        _COUNT_SHARED_KEYS,
    ],
}
"""Schema version -> the statements that bring the version before it there.

The views are made anew after them. Old parts lack an added column, and it reads as NULL. 9 has
none: it shuts out those who would store without a look at `takedowns`.
"""
NEW_TABLES: dict[int, tuple[str, ...]] = {
    6: ("boilerplate",),
    7: ("article_states",),
    8: ("chains",),
}
"""Schema version -> the tables it has and the one before it lacks."""


def migrate(lake: Lake) -> None:
    """Bring an older warehouse to this schema version, in one transaction.

    Raises:
        WarehouseError: it was written by a newer wirelake, or cannot be upgraded.
    """
    if refuse_newer(lake) == SCHEMA_VERSION:
        return
    try:
        with lock.hold(lake.lock_path):
            found = refuse_newer(lake)
            if found < SCHEMA_VERSION:  # else another process was quicker: its tables have rows
                _bring_up(lake, found)
    except duckdb.Error as error:
        raise WarehouseError(
            f"the warehouse could not be upgraded and is as it was: {first_line(error)}",
            path=lake.root,
        ) from error
    except OSError as error:
        raise files.unwritable(lake.root, error) from error


def _bring_up(lake: Lake, found: int) -> None:
    new = _make_tables(lake, found)
    faults.point("migration: tables made")
    with lake.transaction(f"schema {found} to {SCHEMA_VERSION}", [*files.CHANGED, *new]):
        _migrate(lake, found, new)
        faults.point("migration: statements run")


def refuse_newer(lake: Lake) -> int:
    """Give the schema version of a warehouse.

    Raises:
        WarehouseError: it was written by a newer wirelake.
    """
    found = int(lake.meta("schema_version"))
    if found > SCHEMA_VERSION:
        raise WarehouseError(
            f"this warehouse has schema {found}, this wirelake knows {SCHEMA_VERSION}: "
            "upgrade wirelake",
            path=lake.root,
        )
    return found


def _make_tables(lake: Lake, found: int) -> list[str]:
    """Make the tables that are lacking, each with a row that `_migrate` deletes.

    In a transaction of its own, or the row leaves no statistics: why they must be there before the
    first part is told in decision 14. Who is killed behind it makes them again.
    """
    new = [name for version, names in NEW_TABLES.items() if version > found for name in names]
    with lake.transaction("new tables", new):
        for table in new:
            for statement in (*create_statements(table), priming_statement(table)):
                lake.connection.execute(statement)
    return new


def _migrate(lake: Lake, found: int, new: list[str]) -> None:
    for table in new:
        lake.connection.execute(f"DELETE FROM lake.raw.{table}")
    for version in range(found + 1, SCHEMA_VERSION + 1):
        for statement in MIGRATIONS.get(version, []):
            lake.connection.execute(statement)
    if "article_states" in new:  # what ceased to be shown before is not told
        set_meta(lake, "changes_from", dt.datetime.now(dt.UTC).isoformat())
    set_meta(lake, "schema_version", str(SCHEMA_VERSION))
    create_views(lake, lake.meta("representative"))
