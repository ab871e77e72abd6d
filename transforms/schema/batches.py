"""Record batches of the contract: held to it, and with other columns."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from transforms.errors import ContractError
from transforms.schema.contract import ARTICLE


def check(batch: pa.RecordBatch | pa.Table, schema: pa.Schema = ARTICLE) -> None:
    """Hold a batch to its schema at the doors: after extracting and before writing.

    Args:
        batch: n rows said to be of `schema`.
        schema: ARTICLE or DOCUMENT.

    Raises:
        ContractError: a column is missing, extra, of another type, or null where it may not be.
    """
    if batch.schema.names != schema.names:
        odd = sorted(set(batch.schema.names) ^ set(schema.names)) or "their order"
        raise ContractError("the columns of a batch differ from the schema", columns=odd)
    for column in schema:
        found = batch.column(column.name)
        if found.type != column.type:
            raise ContractError(
                "a column has the wrong type",
                column=column.name,
                found=found.type,
                want=column.type,
            )
        if not column.nullable and found.null_count:
            raise ContractError("a column has nulls", column=column.name, nulls=found.null_count)


def set_columns(batch: pa.RecordBatch, columns: dict[str, Any]) -> pa.RecordBatch:
    """Return the record batch with some columns replaced, types as in its schema."""
    arrays = [
        _array(columns[column.name], column.type)
        if column.name in columns
        else batch.column(column.name)
        for column in batch.schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=batch.schema)


def _array(values: Any, kind: pa.DataType) -> pa.Array:
    return values if isinstance(values, pa.Array) else pa.array(values, kind)
