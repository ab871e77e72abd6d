"""How the columns of a part are packed."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse import packing
from warehouse.tables import TABLES


def columns(path: Path) -> dict[str, pq.ColumnChunkMetaData]:
    group = pq.ParquetFile(path).metadata.row_group(0)
    found = [group.column(number) for number in range(group.num_columns)]
    return {each.path_in_schema: each for each in found}


def write(path: Path, schema: pa.Schema) -> pa.Table:
    rows = pa.table([pa.nulls(2, each.type) for each in schema], schema.names)
    nullable = pa.schema([each.with_nullable(True) for each in schema])
    with packing.writer(path, nullable) as part:
        part.write_table(rows.cast(nullable))
    return rows


@pytest.mark.parametrize("table", TABLES)
def test_digests_are_left_as_they_are_and_all_else_is_packed(table: str, tmp_path: Path) -> None:
    rows = write(tmp_path / "part.parquet", TABLES[table])
    found = columns(tmp_path / "part.parquet")
    plain = {name for name, each in found.items() if each.compression == "UNCOMPRESSED"}
    assert {name.split(".")[0] for name in plain} == packing.PLAIN & set(rows.column_names)
    assert {found[name].compression for name in found.keys() - plain} <= {"ZSTD"}
    assert pq.read_table(tmp_path / "part.parquet").equals(rows)


def test_a_part_of_digests_begins_with_no_dictionary_of_them(tmp_path: Path) -> None:
    schema = pa.schema([("document_id", pa.string()), ("source", pa.string())])
    rows = pa.table({"document_id": [f"{n:064x}" for n in range(99)], "source": ["a"] * 99}, schema)
    with packing.writer(tmp_path / "part.parquet", schema) as part:
        part.write_table(rows)
    found = columns(tmp_path / "part.parquet")
    assert not found["document_id"].has_dictionary_page
    assert found["source"].has_dictionary_page
