"""How results are shown: a table for people, and the formats other programs read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import IO, Literal

import pyarrow as pa
import pyarrow.parquet as pq
import rich.box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from flows.commands import csv_lines
from flows.commands.values import as_json, as_text, rows_of
from flows.terminal import without_controls
from flows.whole_files import replaced
from transforms.errors import ConfigError

Format = Literal["table", "csv", "exact-csv", "json", "jsonl", "parquet"]
CELL_CHARS = 70
WIDE_COLUMNS = 12
FILE_WIDTH = 160
TABLE_ROWS = 1000


def write(rows: pa.RecordBatchReader, form: Format, target: Path | None) -> None:
    """Write rows of any columns, read once, to a file or standard output.

    A file is there whole or not at all; what it held before stays where the rows cannot be written.

    Raises:
        ConfigError: the file cannot be written, or Parquet has no such type.
    """
    rows = _with_distinct_names(rows)
    if target is None:
        _WRITERS[form](rows, sys.stdout)
        return
    try:
        with replaced(target) as path:
            _write_file(rows, form, path)
    except OSError as error:
        raise ConfigError(f"cannot write the result: {error.strerror}", path=target) from error
    except pa.ArrowNotImplementedError as error:
        raise ConfigError(f"cast this column to VARCHAR, for Parquet: {error}") from error


def _write_file(rows: pa.RecordBatchReader, form: Format, path: Path) -> None:
    if form == "parquet":
        with pq.ParquetWriter(path, rows.schema, compression="zstd") as part:
            for batch in rows:
                part.write_batch(batch)
    else:
        with path.open("w", encoding="utf-8", newline="") as out:
            _WRITERS[form](rows, out)


def write_rows(rows: list[dict[str, object]], form: Format, out: IO[str]) -> None:
    """Write a list of rows that all have the same columns."""
    if form == "json":
        out.write(as_json(rows) + "\n")
        return
    columns = list(rows[0]) if rows else []
    _print(columns, [list(row.values()) for row in rows], out, None)


def printable(value: object) -> str:
    """Show a value on one line, without anything a terminal would obey."""
    return without_controls("" if value is None else as_text(value))


def _write_table(rows: pa.RecordBatchReader, out: IO[str]) -> None:
    shown: list[list[object]] = []
    total = 0
    for batch in rows:
        total += batch.num_rows
        shown += rows_of(batch.slice(0, max(0, TABLE_ROWS - len(shown))))
    if rows.schema.names == ["explain_key", "explain_value"]:
        _print_plans(shown, out)
        return
    _print(rows.schema.names, shown, out, CELL_CHARS)
    if total > len(shown):
        out.write(f"The first {len(shown)} of {total} rows.\n")


def _print_plans(rows: list[list[object]], out: IO[str]) -> None:
    """Print what EXPLAIN gives: drawings that live from their lines."""
    for _, plan in rows:
        out.writelines(f"{printable(line)}\n" for line in str(plan).splitlines())


def _print(columns: list[str], rows: list[list[object]], out: IO[str], most: int | None) -> None:
    """Print a table; one with more columns than fit beside each other as a list per row.

    Args:
        columns: their names.
        rows: a value per column.
        out: where to.
        most: characters of a cell; None: all.
    """
    if not rows:
        out.write(f"No rows ({printable(', '.join(columns))}).\n" if columns else "No rows.\n")
        return
    console = _console(out)
    if len(columns) > 2 and not _is_side_by_side(columns, console.width):
        for row in rows:
            pairs = [list(pair) for pair in zip(columns, row, strict=True)]
            _print(["column", "value"], pairs, out, most)
        return
    draw(_table(columns, rows, most), out)


def draw(what: RenderableType, out: IO[str]) -> None:
    """Draw something as wide as the terminal is, or `FILE_WIDTH` where it is none."""
    console = _console(out)
    with console.capture() as drawn:  # rich itself would end the program where a pipe closes
        console.print(what)
    out.write(drawn.get())


def _console(out: IO[str]) -> Console:
    return Console(file=out, width=None if out.isatty() else FILE_WIDTH, highlight=False)


def _is_side_by_side(columns: list[str], width: int) -> bool:
    """Say whether the names of the columns, with a gap after each, fit into a line."""
    return len(columns) <= WIDE_COLUMNS and sum(len(name) + 3 for name in columns) <= width


def _table(columns: list[str], rows: list[list[object]], most: int | None) -> Table:
    table = Table(box=rich.box.SIMPLE_HEAD)
    for place, column in enumerate(columns):
        justify: Literal["left", "right"] = "left"
        if all(_is_number(row[place]) for row in rows):
            justify = "right"
        table.add_column(_cell(column, None), overflow="fold", justify=justify)
    for row in rows:
        table.add_row(*[_cell(value, most) for value in row])
    return table


def _is_number(value: object) -> bool:
    return value is None or (
        isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    )


def _cell(value: object, most: int | None) -> Text:
    """Make a cell; a Text, because rich would take [red] in a string for markup."""
    shown = printable(value)
    return Text(shown if most is None or len(shown) <= most else f"{shown[: most - 1]}…")


def _write_json(rows: pa.RecordBatchReader, out: IO[str]) -> None:
    out.write("[")
    for number, line in enumerate(_json_lines(rows)):
        out.write(("," if number else "") + "\n" + line)
    out.write("\n]\n")


def _write_jsonl(rows: pa.RecordBatchReader, out: IO[str]) -> None:
    for line in _json_lines(rows):
        out.write(line + "\n")


def _json_lines(rows: pa.RecordBatchReader) -> Iterator[str]:
    names = rows.schema.names
    for batch in rows:
        for row in rows_of(batch):
            yield as_json(dict(zip(names, row, strict=True)))


def counted(count: int, what: str) -> str:
    """Say how many of something there are: "1 line", "2 lines"."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def cut(text: str | None, chars: int) -> str:
    """Bring a text to one printable line of so many characters at most."""
    whole = " ".join(printable(text).split())
    return whole if len(whole) <= chars else f"{whole[: chars - 1]}…"


def _with_distinct_names(rows: pa.RecordBatchReader) -> pa.RecordBatchReader:
    """Number the columns that share a name, as DuckDB does in a subquery: JSON can hold one."""
    names: list[str] = []
    for name in rows.schema.names:
        candidates = (f"{name}_{number}" if number else name for number in range(len(names) + 1))
        names.append(next(each for each in candidates if each not in names))
    schema = pa.schema(
        [column.with_name(name) for column, name in zip(rows.schema, names, strict=True)]
    )
    batches = (pa.RecordBatch.from_arrays(batch.columns, schema=schema) for batch in rows)
    return pa.RecordBatchReader.from_batches(schema, batches)


_WRITERS: dict[str, Callable[[pa.RecordBatchReader, IO[str]], None]] = {
    "table": _write_table,
    "csv": csv_lines.write,
    "exact-csv": partial(csv_lines.write, exact=True),
    "json": _write_json,
    "jsonl": _write_jsonl,
}
