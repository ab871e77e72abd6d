"""What a query may give, as Python values, as text and as JSON."""

from __future__ import annotations

import datetime as dt
import json
import math
from decimal import Decimal
from functools import singledispatch
from typing import Any

import pyarrow as pa

from flows.terminal import escaped_json


def rows_of(batch: pa.RecordBatch) -> list[list[object]]:
    """Give the rows of a record batch, a value per column; maps as dicts."""
    columns = [_values(column) for column in batch.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _values(column: pa.Array) -> list[Any]:
    try:
        return list(column.to_pylist(maps_as_pydicts="lossy"))
    except (OverflowError, ValueError):
        return [_value(scalar) for scalar in column]


def _value(scalar: pa.Scalar) -> Any:
    """Give a value in Python, or as text where Python has no such time."""
    try:
        return scalar.as_py(maps_as_pydicts="lossy")
    except (OverflowError, ValueError):
        if isinstance(scalar, pa.ListScalar):
            return [_value(inner) for inner in scalar]
        if isinstance(scalar, pa.StructScalar):
            return {name: _value(inner) for name, inner in scalar.items()}
        return _far_time(scalar)


def _far_time(scalar: pa.Scalar) -> str:
    """Write a time before the year 1, after 9999, of nanoseconds, or infinitely far."""
    bits = 32 if pa.types.is_date32(scalar.type) else 64
    if abs(scalar.value) == 2 ** (bits - 1) - 1:  # DuckDB's infinity
        return "infinity" if scalar.value > 0 else "-infinity"
    return str(scalar.cast(pa.string()))


def as_text(value: object) -> str:
    """Write a value as text; lists and structs as JSON."""
    if isinstance(value, float | Decimal):
        return str(value)
    plain = _plain(value)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def as_json(value: object) -> str:
    """Write a value as JSON on one line."""
    return escaped_json(json.dumps(_plain(value), ensure_ascii=False, allow_nan=False))


@singledispatch
def _plain(value: object) -> object:
    """Give what JSON has no type for its usual text: ISO 8601 for times, hexadecimal for bytes."""
    return str(value)


@_plain.register(type(None))
@_plain.register(str)
@_plain.register(int)
def _as_it_is(value: object) -> object:
    return value


@_plain.register
def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None  # JSON has no word for the others


@_plain.register
def _decimal(value: Decimal) -> int | float | None:
    # DuckDB sums BIGINT to a decimal without digits after the point: that stays exact.
    return int(value) if value.as_tuple().exponent == 0 else float(value)


@_plain.register
def _time(value: dt.date | dt.time) -> str:
    return value.isoformat().replace("+00:00", "Z")


@_plain.register
def _bytes(value: bytes) -> str:
    return value.hex()


@_plain.register
def _list(value: list | tuple) -> list[object]:  # type: ignore[type-arg]
    return [_plain(inner) for inner in value]


@_plain.register
def _struct(value: dict) -> dict[str, object]:  # type: ignore[type-arg]
    return {str(_plain(name)): _plain(inner) for name, inner in value.items()}


@_plain.register(pa.MonthDayNano)
def _interval(value: Any) -> str:
    """Write an INTERVAL as an ISO 8601 duration, P1M2DT3.5S; its three parts are independent."""
    seconds = Decimal(value.nanoseconds) / 10**9
    return f"P{value.months}M{value.days}DT{seconds.normalize():f}S"
