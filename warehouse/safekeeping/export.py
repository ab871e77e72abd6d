"""Plain Parquet of the views, for those who have neither a catalog nor wirelake.

    <folder>/_export.json                                what was exported when, and every file
    <folder>/<view>/month=YYYY-MM-01/part-0.parquet      sorted by `published_at`

All views are of one snapshot, and read month by month: 161,280 articles sorted at once took
1,250 MB. A view without a month is one folder of parts. The folder is made
beside its place and takes the place of the export before in two renames, so that a reader finds
the one or the other, and for a moment between the two nothing.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from transforms.errors import WarehouseError
from transforms.schema import UNDATED_MONTH
from warehouse import files, lock
from warehouse.catalog import WRITER_MEMORY, first_line
from warehouse.making import make_beside
from warehouse.query import connect
from warehouse.safekeeping.backup import tell_nobody
from warehouse.safekeeping.taking import Tell
from warehouse.statements import quoted

MARK = "_export.json"
"""Readers of data sets pass over names that begin with an underscore."""
PART_ROWS = 100_000
"""Of a file: of articles about 240 MB."""
BATCH_ROWS = 2_000
ORDER = ("published_at", "document_id")
"""How rows lie, by those of these columns that a view has."""

_LOCKS = ("commit.lock", "commit.next")
_SPILL = ".spill"


@dataclass(frozen=True)
class ExportedView:
    """What one view came to."""

    view: str
    months: int
    files: list[str]
    rows: int
    bytes: int
    seconds: float


def export(
    root: Path, folder: Path, views: Sequence[str] = ("articles",), tell: Tell = tell_nobody
) -> list[ExportedView]:
    """Write views as Parquet, whole or not at all.

    Args:
        root: of the warehouse, which is only read and may be in use.
        folder: new, empty, or a former export, which is replaced.
        views: by their names.
        tell: told what is being done.

    Raises:
        WarehouseError: no such view, the folder is none for it, or it cannot be written.
    """
    folder = folder.resolve()
    with connect(root) as connection:
        _refuse_unknown(connection, views)
        _refuse_place(root.resolve(), folder)
        try:
            with _replaced(folder) as making:
                return _Exporter(connection, making, tell).run(views)
        except (OSError, duckdb.Error) as error:
            why = error.strerror if isinstance(error, OSError) else first_line(error)
            raise WarehouseError(
                f"nothing was exported, and an export made before is whole: {why}", path=folder
            ) from error


def exported_views(folder: Path) -> list[str]:
    """Name the views that a former export holds.

    Raises:
        WarehouseError: there is none.
    """
    _written(folder)
    said = json.loads((folder / MARK).read_text(encoding="utf-8"))
    return [str(view["view"]) for view in said["views"]]


def _refuse_unknown(connection: duckdb.DuckDBPyConnection, views: Sequence[str]) -> None:
    known = connection.execute(
        "SELECT view_name FROM duckdb_views() "
        "WHERE database_name = 'lake' AND schema_name = 'main' AND NOT internal ORDER BY view_name"
    ).fetchall()
    names = [str(name) for (name,) in known]
    for view in views:
        if view not in names:
            raise WarehouseError(f"there is no view {view!r}, but these: {', '.join(names)}")


def _refuse_place(root: Path, folder: Path) -> None:
    if root.is_relative_to(folder) or folder.is_relative_to(root):
        raise WarehouseError(
            "an export and its warehouse do not lie within each other: name another folder",
            path=folder,
        )
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    written = _written(folder)
    for path in folder.rglob("*"):
        if not path.is_dir() and str(path.relative_to(folder)) not in written:
            raise WarehouseError(
                "this folder holds a file that no export wrote: name another", path=path
            )


def _written(folder: Path) -> set[str]:
    """Name the files of a former export.

    Raises:
        WarehouseError: it is none.
    """
    try:
        said = json.loads((folder / MARK).read_text(encoding="utf-8"))
        return {MARK, *(f"{name}" for view in said["views"] for name in view["files"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WarehouseError(
            "this folder is not empty and holds no export: name another", path=folder
        ) from error


@contextmanager
def _replaced(folder: Path) -> Iterator[Path]:
    """Give a folder that takes the place of another when the block has succeeded."""
    making = make_beside(folder, "nothing was exported")
    try:
        with lock.hold(making / _LOCKS[0]):  # so that others see it in use
            yield making
            shutil.rmtree(making / _SPILL, ignore_errors=True)
            files.remove(making / name for name in _LOCKS)
            files.open_folder(making)
            _put(making, folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)  # it is gone where it was renamed
    files.sync(folder.parent)


def _put(making: Path, folder: Path) -> None:
    """Put the new export in the place of the one before.

    Between the two renames nothing is there: no call that Python has exchanges two folders. Who
    begins to read then finds no file and starts again; who reads goes on with files opened by then.
    """
    if not folder.exists():
        making.rename(folder)
        return
    before = making.with_name(f"{making.name}.before")
    folder.rename(before)
    try:
        making.rename(folder)
    except OSError:
        before.rename(folder)
        raise
    shutil.rmtree(before, ignore_errors=True)


class _Exporter:
    """One export: its views, out of one snapshot."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, tell: Tell) -> None:
        self._connection, self._folder, self._tell = connection, folder, tell
        connection.execute(f"SET memory_limit={quoted(WRITER_MEMORY)}")
        connection.execute(f"SET temp_directory={quoted(str(folder / _SPILL))}")

    def run(self, views: Sequence[str]) -> list[ExportedView]:
        made_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        self._connection.execute("BEGIN")  # one snapshot for all views
        try:
            row = self._connection.execute("SELECT id FROM lake.current_snapshot()").fetchone()
            done = [self._export(view) for view in dict.fromkeys(views)]
        finally:
            self._connection.execute("ROLLBACK")
        said = {
            "snapshot": row[0] if row else None,
            "made_at": made_at,
            "views": [asdict(each) for each in done],
        }
        temporary = self._folder / f"{MARK}.tmp"
        temporary.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
        files.publish(temporary, self._folder / MARK)
        return done

    def _export(self, view: str) -> ExportedView:
        began = time.monotonic()
        self._tell(view)
        schema = self._connection.execute(f"SELECT * FROM {view} LIMIT 0").to_arrow_table().schema
        order = ", ".join(f"{name} NULLS LAST" for name in ORDER if name in schema.names) or "ALL"
        months = self._months(view) if "month" in schema.names else [None]
        rows, paths = 0, list[Path]()
        for number, month in enumerate(months, 1):
            written = _Folder(self._folder / view, month, _without_month(schema))
            for batch in self._read(view, month, order):
                written.add(batch)
                self._tell(
                    f"{view}: {number} of {len(months)} folders, {rows + written.rows:,} rows"
                )
            paths += written.finish()
            rows += written.rows
        return ExportedView(
            view,
            len([month for month in months if month]),
            [str(path.relative_to(self._folder)) for path in paths],
            rows,
            sum(path.stat().st_size for path in paths),
            time.monotonic() - began,
        )

    def _months(self, view: str) -> list[dt.date]:
        """List the months of a view; of one without rows the undated one, for its columns.

        Rows without a month are of that one, too: those of `changes` whose article is gone.
        """
        found = self._connection.execute(f"SELECT DISTINCT month FROM {view}").fetchall()
        return sorted({month or UNDATED_MONTH for (month,) in found}) or [UNDATED_MONTH]

    def _read(self, view: str, month: dt.date | None, order: str) -> pa.RecordBatchReader:
        columns, where, values = "*", "", list[object]()
        if month:
            columns, where, values = "* EXCLUDE (month)", "WHERE month = ?", [month]
            where += " OR month IS NULL" if month == UNDATED_MONTH else ""
        query = f"SELECT {columns} FROM {view} {where} ORDER BY {order}"
        return self._connection.execute(query, values).to_arrow_reader(BATCH_ROWS)


class _Folder:
    """The files of one month of a view, or of a view without months, one after the other."""

    def __init__(self, view: Path, month: dt.date | None, schema: pa.Schema) -> None:
        self.rows = 0
        self._folder = view / f"month={month:%Y-%m-%d}" if month else view
        self._schema = schema
        self._paths: list[Path] = []
        self._growing: files.GrowingFile | None = None

    def add(self, rows: pa.RecordBatch) -> None:
        """Append n rows, which lie behind those that came."""
        if self._growing is None or self._growing.rows >= PART_ROWS:
            self._end()
            path = self._folder / f"part-{len(self._paths)}.parquet"
            self._growing = files.GrowingFile(path, self._schema)
        self._growing.add(rows)
        self.rows += rows.num_rows

    def finish(self) -> list[Path]:
        """Bring all to the disk; where no row came, a file without rows."""
        self._end()
        if not self._paths:
            self._paths.append(self._write_empty())
        return self._paths

    def _write_empty(self) -> Path:
        path = self._folder / "part-0.parquet"
        temporary = path.with_suffix(".tmp")
        files.make_folder(self._folder)
        pq.write_table(self._schema.empty_table(), temporary)
        files.publish(temporary, path)
        return path

    def _end(self) -> None:
        if self._growing is not None and self._growing.finish():
            self._paths.append(self._growing.path)


def _without_month(schema: pa.Schema) -> pa.Schema:
    """Leave out what the name of the folder says: some readers want it in one place only."""
    return pa.schema([column for column in schema if column.name != "month"])
