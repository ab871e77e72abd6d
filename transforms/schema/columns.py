"""Columns that carry their documentation."""

from __future__ import annotations

import pyarrow as pa

TIMESTAMP = pa.timestamp("us", "UTC")
"""Every time in wirelake: UTC, microseconds."""


def field(
    name: str,
    kind: pa.DataType,
    doc: str,
    *,
    nullable: bool = True,
    schema_org: str = "",
    ninjs: str = "",
) -> pa.Field:
    """Make a column that carries its documentation."""
    notes = {"doc": doc, "schema_org": schema_org, "ninjs": ninjs}
    return pa.field(name, kind, nullable, {key: text for key, text in notes.items() if text})


def doc_of(column: pa.Field, note: str = "doc") -> str:
    """Read back what `field` wrote: "doc", "schema_org" or "ninjs"."""
    return str((column.metadata or {}).get(note.encode(), b"").decode())
