"""The rows of a file, one JSON value each: JSON Lines, JSON, CSV, TSV and Parquet.

Rows of JSON files are byte for byte as they stand (once the file is UTF-8). Rows of CSV and
Parquet files are written anew as one JSON object, keys in the order of the columns.
"""

from __future__ import annotations

import base64
import contextlib
import csv
import datetime as dt
import io
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from flows.sources._json import Scanner
from flows.sources._streams import MAX_DOCUMENT_BYTES, as_utf8
from transforms.errors import ParseError

_PARQUET_ROWS = 64
"""Rows decoded at once: few, because one row may have megabytes."""


@dataclass(frozen=True, slots=True)
class RowOptions:
    """What the configuration says of row files."""

    rows: str | None = None
    """Dotted path of the array in a JSON file; None: the file is the array, or one object."""
    delimiter: str = ","
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One JSON value, and where it stands in its file ("line 17")."""

    place: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that cannot be given; the others are."""

    place: str
    why: str
    too_large: bool = False


Rows = Iterator[Row | Refusal]


def _row(place: str, payload: bytes | None) -> Row | Refusal:
    if payload is None or len(payload) > MAX_DOCUMENT_BYTES:
        return Refusal(place, "more than 32 MiB", too_large=True)
    return Row(place, payload)


def jsonl_rows(stream: io.BufferedReader, options: RowOptions) -> Rows:
    """Read a value per line; a line that is not JSON is given as it is."""
    lines = as_utf8(stream, options.encoding)
    number = 0
    while line := lines.readline(MAX_DOCUMENT_BYTES + 2):
        number += 1
        payload = line.rstrip(b"\r\n")
        if payload.strip():
            yield _row(f"line {number}", payload)
        while len(line) > MAX_DOCUMENT_BYTES and not line.endswith(b"\n"):
            line = lines.readline(MAX_DOCUMENT_BYTES)


def json_rows(stream: io.BufferedReader, options: RowOptions) -> Rows:
    """Read the elements of an array, or objects one after the other.

    Raises:
        ParseError: the text ends early, or is no JSON.
    """
    scanner = Scanner(as_utf8(stream, options.encoding), MAX_DOCUMENT_BYTES)
    if options.rows and not scanner.descend(options.rows.split(".")):
        yield Refusal("the top", f"nothing is at {options.rows!r}")
        return
    for number, payload in enumerate(scanner.rows(), 1):
        yield _row(f"row {number}", payload)
    if not options.rows:
        scanner.end()


def csv_rows(stream: io.BufferedReader, options: RowOptions) -> Rows:
    """Read the rows under a header line.

    Raises:
        ParseError: there is no header that the rows could be named by.
    """
    # Process-wide and 128 kB by default, which an article's text may exceed.
    csv.field_size_limit(MAX_DOCUMENT_BYTES + 2)
    text = io.TextIOWrapper(
        as_utf8(stream, options.encoding), "utf-8", errors="surrogateescape", newline=""
    )
    lines = _BoundedLines(text)
    reader = csv.reader(lines, delimiter=options.delimiter)
    try:
        header = _header(reader, options)
        while True:
            place = f"line {reader.line_num + 1}"
            lines.taken = 0
            try:
                yield from _csv_row(place, header, next(reader))
            except StopIteration:
                return
            except (csv.Error, UnicodeEncodeError) as error:
                yield Refusal(place, _csv_reason(error))
            except _TooLongError:
                yield _row(place, None)
    finally:
        text.detach()


def tsv_rows(stream: io.BufferedReader, options: RowOptions) -> Rows:
    """Read the same with tabs between the fields, where no other delimiter is set.

    Raises:
        ParseError: as `csv_rows`.
    """
    tabs = replace(options, delimiter="\t") if options.delimiter == "," else options
    return csv_rows(stream, tabs)


def _header(reader: Iterator[list[str]], options: RowOptions) -> list[str]:
    try:
        names = next(reader, [])
    except (csv.Error, _TooLongError) as error:
        raise ParseError("the first line is no CSV header") from error
    if not any(names):
        raise ParseError("the first line is no CSV header")
    if len(names) == 1 and any(mark in names[0] for mark in ",;\t|"):
        raise ParseError(f"the CSV header has no {options.delimiter!r}: set `delimiter`")
    return _distinct(names)


def _csv_row(place: str, header: list[str], values: list[str]) -> Rows:
    if not values:
        return
    if len(values) != len(header):
        why = f"{len(values)} fields where the header has {len(header)}"
        yield Refusal(place, f"{why}: put text with a delimiter or line end into quotes")
        return
    yield _row(place, _encode(dict(zip(header, values, strict=True))))


def _csv_reason(error: Exception) -> str:
    if isinstance(error, UnicodeEncodeError):
        return "not in the encoding of the file: set `encoding`"
    return str(error)


class _TooLongError(Exception):
    """The lines of one row come to more than a document may have."""


class _BoundedLines:
    """Lines for a csv reader that never sees more than one document's worth for one row."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.taken = 0

    def __iter__(self) -> _BoundedLines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(MAX_DOCUMENT_BYTES + 1)
        if not line:
            raise StopIteration
        self.taken += len(line)
        if self.taken > MAX_DOCUMENT_BYTES:
            raise _TooLongError
        return line


def parquet_rows(stream: io.BufferedReader, options: RowOptions) -> Rows:
    """Read the rows of all columns, few at a time.

    Raises:
        ParseError: two columns have one name, or a date is beyond what Python holds.
    """
    import pyarrow.parquet as pq

    file = pq.ParquetFile(stream, pre_buffer=False, buffer_size=1 << 16)
    _distinct(file.schema_arrow.names)
    number = 0
    for batch in file.iter_batches(_PARQUET_ROWS, use_threads=False):
        for values in _values(batch):
            number += 1
            yield _row(f"row {number}", _encode(values))


def _values(batch: pa.RecordBatch) -> list[dict[str, object]]:
    schema = pa.schema([field.with_type(_in_microseconds(field.type)) for field in batch.schema])
    try:
        rows: list[dict[str, object]] = batch.cast(schema, safe=False).to_pylist()
    except (OverflowError, ValueError) as error:
        raise ParseError(f"a value that Python cannot hold: {error}") from error
    return rows


def _in_microseconds(kind: pa.DataType) -> pa.DataType:
    """Put microseconds, the finest that Python's times hold, in place of nanoseconds."""
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", kind.tz)
    if pa.types.is_time64(kind):
        return pa.time64("us")
    if pa.types.is_duration(kind):
        return pa.duration("us")
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_in_microseconds(field.type)) for field in kind])
    if pa.types.is_list(kind):
        return pa.list_(kind.value_field.with_type(_in_microseconds(kind.value_type)))
    return kind


def _distinct(names: list[str]) -> list[str]:
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ParseError(f"two columns are named {twice!r}")
    return names


def _encode(row: dict[str, object]) -> bytes:
    try:
        text = json.dumps(row, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):
        text = json.dumps(_plain(row), ensure_ascii=False)
    return text.encode()


def _plain(value: Any) -> Any:
    """Say in JSON what Parquet has beyond it."""
    match value:
        case dict():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case float():
            return value if math.isfinite(value) else None
        case bytes():
            # Old writers store strings as bytes without a type.
            with contextlib.suppress(UnicodeDecodeError):
                return value.decode()
            return base64.b64encode(value).decode()
        case dt.date() | dt.time():
            return value.isoformat()
        case None | int() | str():
            return value
    return str(value)


READERS: dict[str, Callable[[io.BufferedReader, RowOptions], Rows]] = {
    ".csv": csv_rows,
    ".json": json_rows,
    ".jsonl": jsonl_rows,
    ".ndjson": jsonl_rows,
    ".parquet": parquet_rows,
    ".tsv": tsv_rows,
}
