"""Rules over the catalog itself: its file, the schema in it, the views in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb

from warehouse.catalog import AUTHOR, CATALOG, COPY, NAME, Lake
from warehouse.checks.looking import Look, Outcome, some
from warehouse.statements import create_statements
from warehouse.tables import SCHEMA_VERSION, TABLES
from warehouse.views import create_views

# In a process of its own: a second copy of SQLite in this one would drop DuckDB's locks.
_EXAMINE = """
import sqlite3, sys
from contextlib import closing
with closing(sqlite3.connect(sys.argv[1], uri=True)) as catalog:
    print(catalog.execute("PRAGMA page_count").fetchone()[0])
    for (line,) in catalog.execute(f"PRAGMA {sys.argv[2]}(10)"):
        print(line)
"""
_COLUMNS = """
SELECT table_name || '.' || column_name FROM duckdb_columns()
WHERE database_name = 'lake' AND schema_name = 'raw'
"""
_VIEWS = """
SELECT schema_name || '.' || view_name, regexp_replace(sql, '^.*? AS ', '') FROM duckdb_views()
WHERE database_name = 'lake' AND NOT internal
"""

_STRANGERS = f"""
SELECT snapshot_id, changes_made FROM {CATALOG}.ducklake_snapshot_changes
WHERE snapshot_id <= ? AND author IS DISTINCT FROM ? ORDER BY snapshot_id
"""


def examine_file(root: Path, *, deep: bool, is_copy: bool = False) -> Outcome:
    """Let SQLite look through the file of the catalog, or of its copy; writers go on meanwhile."""
    path = (root / (COPY if is_copy else NAME)).absolute().as_uri()
    # Nobody writes into a copy; said so, SQLite lays no files of its own beside it.
    address = f"{path}?mode=ro{'&immutable=1' if is_copy else ''}"
    pragma = "integrity_check" if deep else "quick_check"
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-I", "-c", _EXAMINE, address, pragma],
        capture_output=True,
        text=True,
        check=False,
    )
    pages, *said = done.stdout.splitlines() or ["0"]
    if done.returncode:
        said.append(done.stderr.strip().rpartition("\n")[2])
    return Outcome(int(pages), [line for line in said if line != "ok"])


def catalog_file(look: Look) -> Outcome:
    """Look through the pages of the catalog."""
    return examine_file(look.lake.root, deep=look.trust.deep)


def catalog_copy(look: Look) -> Outcome:
    """Look through the copy that upkeep makes, where it has made one."""
    root = look.lake.root
    if not (root / COPY).exists():
        return Outcome(0)
    outcome = examine_file(root, deep=look.trust.deep, is_copy=True)
    if not outcome.count and not outcome.wrong:
        outcome.wrong.append("it is empty")
    return outcome


def schema(look: Look) -> Outcome:
    """Compare tables and columns with those of this version."""
    wanted = {f"{table}.{name}" for table, columns in TABLES.items() for name in columns.names}
    there = {str(row[0]) for row in look.rows(_COLUMNS)}
    outcome = Outcome(len(wanted))
    if missing := sorted(wanted - there):
        outcome.wrong.append(f"no {some(missing)}")
    version = look.lake.meta("schema_version")
    if version != str(SCHEMA_VERSION):
        outcome.wrong.append(f"schema {version}, this wirelake writes {SCHEMA_VERSION}")
    return outcome


def commits(look: Look) -> Outcome:
    """Find states that another client has made: it deletes whole parts without writing any."""
    (number,) = look.row("SELECT count(*) FROM ducklake_snapshots('lake')")
    outcome = Outcome(number)
    if strange := look.rows(_STRANGERS, look.lake.snapshot(), AUTHOR):
        named = some([f"snapshot {snapshot} ({changes})" for snapshot, changes in strange])
        outcome.wrong.append(f"{len(strange):,} not made by wirelake: {named}")
    return outcome


def views(look: Look) -> Outcome:
    """Compare the views with those that this version would make."""
    there = dict(look.rows(_VIEWS))
    wanted = _wanted_views(look.lake)
    outcome = Outcome(len(wanted))
    other = sorted(name for name, sql in wanted.items() if there.get(name) != sql)
    if other:
        outcome.wrong.append(f"not as they are made: {some(other)}")
    return outcome


def _wanted_views(lake: Lake) -> dict[str, str]:
    """Make all views over empty tables in memory, and give their SQL as DuckDB spells it."""
    with duckdb.connect() as scratch:
        scratch.execute("ATTACH ':memory:' AS lake; CREATE SCHEMA lake.raw")
        made = (statement for table in TABLES for statement in create_statements(table))
        for statement in made:
            if statement.startswith("CREATE"):
                scratch.execute(statement)
        create_views(Lake(lake.root, scratch), lake.meta("representative"))
        return dict(scratch.execute(_VIEWS).fetchall())
