"""How results are shown: a table for people, and the formats other programs read."""

from __future__ import annotations

import csv
import datetime as dt
import json
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Literal

import pyarrow as pa
import pyarrow.parquet as pq
import rich.box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from transforms.errors import ConfigError

Format = Literal["table", "csv", "json", "jsonl", "parquet"]
CELL_CHARS = 70
WIDE_COLUMNS = 12
FILE_WIDTH = 160
TABLE_ROWS = 1000


def write(rows: pa.RecordBatchReader, form: Format, target: Path | None) -> None:
    """Write rows of any columns, read once, to a file or standard output.

    Raises:
        ConfigError: the file cannot be written.
    """
    try:
        if target is None:
            _WRITERS[form](rows, sys.stdout)
        elif form == "parquet":
            _write_parquet(rows, target)
        else:
            with target.open("w", encoding="utf-8", newline="") as out:
                _WRITERS[form](rows, out)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ConfigError(f"cannot write the result: {error.strerror}", path=target) from error


def _write_parquet(rows: pa.RecordBatchReader, path: Path) -> None:
    """Write rows as a Parquet file."""
    with pq.ParquetWriter(path, rows.schema, compression="zstd") as part:
        for batch in rows:
            part.write_batch(batch)


def write_rows(rows: list[dict[str, object]], form: Format, out: IO[str]) -> None:
    """Write a list of rows that all have the same columns."""
    if form == "json":
        json.dump(rows, out, ensure_ascii=False, default=_plain)
        out.write("\n")
        return
    columns = list(rows[0]) if rows else []
    _print(columns, [[row[name] for name in columns] for row in rows], out)


def printable(value: object) -> str:
    """Show a value on one line, without anything a terminal would obey.

    Control and format characters are what escape sequences and reversed text are made of.
    """
    text = "" if value is None else _plain(value) if not isinstance(value, str) else value
    if not isinstance(text, str):
        text = json.dumps(text, ensure_ascii=False, default=_plain)
    return "".join(
        " " if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"} else char for char in text
    )


def _write_table(rows: pa.RecordBatchReader, out: IO[str]) -> None:
    shown: list[list[object]] = []
    total = 0
    for batch in rows:
        total += batch.num_rows
        wanted = batch.slice(0, max(0, TABLE_ROWS - len(shown)))
        shown += [list(row.values()) for row in wanted.to_pylist()]
    _print(rows.schema.names, shown, out)
    if total > len(shown):
        out.write(f"The first {len(shown)} of {total} rows.\n")


def _print(columns: list[str], rows: list[list[object]], out: IO[str]) -> None:
    """Print a table; one with more columns than fit beside each other as a list per row."""
    if len(columns) > WIDE_COLUMNS:
        for row in rows:
            _print(
                ["column", "value"], [list(pair) for pair in zip(columns, row, strict=True)], out
            )
        return
    table = Table(box=rich.box.SIMPLE_HEAD)
    for place, column in enumerate(columns):
        justify: Literal["left", "right"] = "left"
        if all(_is_number(row[place]) for row in rows):
            justify = "right"
        table.add_column(printable(column), overflow="fold", justify=justify)
    for row in rows:
        table.add_row(*[_cell(value) for value in row])
    console = Console(file=out, width=None if out.isatty() else FILE_WIDTH, highlight=False)
    console.print(table)


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _cell(value: object) -> Text:
    shown = printable(value)
    return Text(shown if len(shown) <= CELL_CHARS else f"{shown[: CELL_CHARS - 1]}…")


def _write_csv(rows: pa.RecordBatchReader, out: IO[str]) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows.schema.names)
    for batch in rows:
        writer.writerows([_csv_cell(value) for value in row.values()] for row in batch.to_pylist())


def _csv_cell(value: object) -> object:
    plain = value if value is None or isinstance(value, str | int | float) else _plain(value)
    return (
        plain
        if not isinstance(plain, list | dict)
        else json.dumps(plain, ensure_ascii=False, default=_plain)
    )


def _write_json(rows: pa.RecordBatchReader, out: IO[str]) -> None:
    out.write("[")
    for number, line in enumerate(_json_lines(rows)):
        out.write(("," if number else "") + "\n" + line)
    out.write("\n]\n")


def _write_jsonl(rows: pa.RecordBatchReader, out: IO[str]) -> None:
    for line in _json_lines(rows):
        out.write(line + "\n")


def _json_lines(rows: pa.RecordBatchReader) -> Iterator[str]:
    for batch in rows:
        for row in batch.to_pylist():
            yield json.dumps(row, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    """Give what JSON has no type for its usual text: ISO 8601 for times, hexadecimal for bytes."""
    if isinstance(value, dt.datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, int | float | bool | list | dict):
        return value
    return str(value)


_WRITERS: dict[str, Callable[[pa.RecordBatchReader, IO[str]], None]] = {
    "table": _write_table,
    "csv": _write_csv,
    "json": _write_json,
    "jsonl": _write_jsonl,
}
