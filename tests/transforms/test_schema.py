"""The contract: documented columns, and doors that refuse what is not of the schema."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pyarrow as pa
import pytest

from transforms import quality
from transforms.errors import ContractError
from transforms.schema import (
    ARTICLE,
    DOCUMENT,
    REJECT_REASONS,
    TIMESTAMP,
    check,
    doc_of,
    field,
    set_columns,
)

SCHEMAS = {"ARTICLE": ARTICLE, "DOCUMENT": DOCUMENT}
COLUMNS = [
    pytest.param(column, id=f"{name}.{column.name}")
    for name, schema in SCHEMAS.items()
    for column in schema
]

SAMPLES: dict[pa.DataType, object] = {
    pa.string(): "Fähre nach 東京",
    pa.binary(): b"\xff\x00",
    pa.bool_(): False,
    pa.int32(): 7,
    pa.int64(): 2**40,
    pa.float32(): 0.5,
    pa.date32(): dt.date(1970, 1, 1),
    TIMESTAMP: dt.datetime(2024, 2, 29, 23, 59, 59, tzinfo=dt.UTC),
    pa.list_(pa.string()): ["Ada", ""],
}


def batch_of(schema: pa.Schema, rows: int = 2) -> pa.RecordBatch:
    arrays = [pa.array([SAMPLES[column.type]] * rows, column.type) for column in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_says_in_a_line_what_it_holds(column: pa.Field) -> None:
    doc = doc_of(column)
    assert len(doc) > 3
    assert "\n" not in doc
    assert not doc.endswith(".")


@pytest.mark.parametrize("column", COLUMNS)
def test_every_time_is_utc_in_microseconds_and_says_so_by_its_name(column: pa.Field) -> None:
    assert (column.type == TIMESTAMP) == column.name.endswith("_at")
    assert column.type == TIMESTAMP or not pa.types.is_timestamp(column.type)


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_a_schema_names_each_column_once_and_its_version(schema: pa.Schema) -> None:
    assert len(set(schema.names)) == len(schema.names)
    assert schema.metadata[b"schema_version"] == b"1"


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
@pytest.mark.parametrize("rows", [0, 1, 3])
def test_a_batch_of_the_schema_passes_the_door(schema: pa.Schema, rows: int) -> None:
    check(batch_of(schema, rows), schema)
    check(pa.Table.from_batches([batch_of(schema, rows)]), schema)


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_nulls_pass_exactly_where_the_schema_allows_them(schema: pa.Schema) -> None:
    full = batch_of(schema)
    for place, column in enumerate(schema):
        arrays = full.columns
        arrays[place] = pa.nulls(2, column.type)
        holed = pa.RecordBatch.from_arrays(arrays, names=schema.names)
        if column.nullable:
            check(holed, schema)
        else:
            with pytest.raises(ContractError, match=f"nulls.*{column.name}.*2"):
                check(holed, schema)


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_every_column_of_another_type_is_refused_by_name(schema: pa.Schema) -> None:
    full = batch_of(schema)
    for place, column in enumerate(schema):
        arrays = full.columns
        arrays[place] = pa.array([dt.timedelta(1)] * 2)
        odd = pa.RecordBatch.from_arrays(arrays, names=schema.names)
        with pytest.raises(ContractError) as refusal:
            check(odd, schema)
        assert refusal.value.facts["column"] == column.name


def test_a_local_time_is_not_taken_for_a_utc_time() -> None:
    full = batch_of(ARTICLE)
    place = ARTICLE.get_field_index("published_at")
    naive = full.column(place).cast(pa.timestamp("us"))
    odd = pa.RecordBatch.from_arrays(
        [*full.columns[:place], naive, *full.columns[place + 1 :]], names=ARTICLE.names
    )
    with pytest.raises(ContractError, match="published_at"):
        check(odd)


def test_a_missing_and_an_extra_column_are_named() -> None:
    renamed = batch_of(ARTICLE).rename_columns(
        ["headline" if name == "title" else name for name in ARTICLE.names]
    )
    with pytest.raises(ContractError) as refusal:
        check(renamed)
    assert refusal.value.facts["columns"] == ["headline", "title"]


def test_columns_in_another_order_are_refused() -> None:
    full = batch_of(ARTICLE)
    with pytest.raises(ContractError, match="order"):
        check(full.select(ARTICLE.names[::-1]))


def test_a_document_is_no_article() -> None:
    with pytest.raises(ContractError, match="columns"):
        check(batch_of(DOCUMENT), ARTICLE)


def test_set_columns_replaces_only_what_it_names() -> None:
    before = batch_of(ARTICLE)

    after = set_columns(before, {"title": [None, "x"], "word_count": pa.array([1, 2], pa.int32())})

    assert after.schema.equals(ARTICLE, check_metadata=True)
    assert after.column("title").to_pylist() == [None, "x"]
    assert after.column("word_count").to_pylist() == [1, 2]
    others = [name for name in ARTICLE.names if name not in {"title", "word_count"}]
    assert after.select(others).equals(before.select(others))


def test_set_columns_keeps_rows_in_equal_to_rows_out() -> None:
    with pytest.raises(ValueError, match="same length"):
        set_columns(batch_of(ARTICLE), {"title": ["only one"]})


def test_a_column_carries_only_the_notes_it_has() -> None:
    column = field("title", pa.string(), "headline", schema_org="headline")
    assert doc_of(column) == "headline"
    assert doc_of(column, "schema_org") == "headline"
    assert doc_of(column, "ninjs") == ""
    assert doc_of(pa.field("bare", pa.string())) == ""


def test_the_reasons_that_are_documented_are_those_that_are_given() -> None:
    given: set[str] = set()
    for path in Path(quality.__file__).parent.rglob("*.py"):
        given |= set(re.findall(r'reject_reason\s*=\s*"(\w+)"', path.read_text(encoding="utf-8")))
    judged = Path(quality.__file__).read_text(encoding="utf-8")
    given |= set(re.findall(r'return "(\w+)"', judged))
    assert given == set(REJECT_REASONS)
