"""An export is Parquet that anybody reads: what a view says, without a catalog."""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from flows.copying import method
from transforms.errors import WarehouseError
from warehouse import connect
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.copies.step import find_copies
from warehouse.making import MAKING
from warehouse.opening import opened
from warehouse.safekeeping import export as exporting
from warehouse.safekeeping.export import MARK, export

MONTHS = [dt.date(2026, 2, 1), dt.date(2026, 3, 1), None]
PER_MONTH = 9


@pytest.fixture(scope="module")
def filled(filled_once: Callable[..., Path], said: Any, batch_of: Callable[..., Any]) -> Path:
    """A warehouse of articles of two months and of none, copies and a rejected one among them."""
    documents = [
        said(
            f"https://a.example/{month}/{number}",
            f"text {month} {number // 2}",
            day=month and month.replace(day=1 + number * 5 % 28),
        )
        for month in MONTHS
        for number in range(PER_MONTH)
    ]
    rejected = said("https://a.example/wall", "pay", reject_reason="too_short")

    def fill(lake: Lake) -> None:
        commit(lake, batch_of(lake, [*documents, rejected]))
        find_copies(lake, "run", method())

    return filled_once(fill)


@pytest.fixture
def told(filled: Path, tmp_path: Path) -> Path:
    """The same, for one test."""
    return Path(shutil.copytree(filled, tmp_path / "lake"))


def view(root: Path, name: str) -> pa.Table:
    with connect(root) as connection:
        return connection.sql(f"FROM {name}").to_arrow_table()


def read(folder: Path) -> pa.Table:
    """Read an export without DuckDB."""
    partitions = ds.partitioning(pa.schema([("month", pa.date32())]), flavor="hive")
    return ds.dataset(folder, partitioning=partitions).to_table()


def rows(table: pa.Table) -> list[dict[str, Any]]:
    """The rows of a table in an order of their own, their columns too."""
    names = sorted(table.schema.names)
    return sorted(table.select(names).to_pylist(), key=repr)


@pytest.mark.parametrize("name", ["articles", "all_articles", "versions", "rejects"])
def test_pyarrow_reads_what_the_view_says(name: str, told: Path, tmp_path: Path) -> None:
    (done,) = export(told, tmp_path / "out", [name])
    found = view(told, name)
    assert found.num_rows > 0
    assert rows(read(tmp_path / "out" / name)) == rows(found)
    assert done.rows == found.num_rows
    assert done.months == len(done.files) == len(found.column("month").unique())
    sizes = [(tmp_path / "out" / path).stat().st_size for path in done.files]
    assert done.bytes == sum(sizes)


def test_duckdb_and_pandas_readers_read_it_too(told: Path, tmp_path: Path) -> None:
    export(told, tmp_path / "out")
    found = duckdb.sql(
        "SELECT month, count(*) FROM read_parquet(?, hive_partitioning = true) "
        "GROUP BY ALL ORDER BY ALL",
        params=[f"{tmp_path}/out/articles/**/*.parquet"],
    ).fetchall()
    assert [month for month, _ in found] == [dt.date(1970, 1, 1), *MONTHS[:2]]
    # What pandas.read_parquet calls: a folder, and nothing else said.
    assert pq.read_table(tmp_path / "out" / "articles").num_rows == sum(n for _, n in found)


def test_rows_lie_by_time_and_every_file_belongs_to_one_month(told: Path, tmp_path: Path) -> None:
    (done,) = export(told, tmp_path / "out")
    for path in done.files:
        times = pq.ParquetFile(tmp_path / "out" / path).read().column("published_at")
        assert times.to_pylist() == sorted(times.to_pylist(), key=lambda at: (at is None, at))
        months = set(pc.strftime(times.drop_null(), "month=%Y-%m-01").to_pylist())
        assert months <= {Path(path).parent.name}
        assert "month" not in pq.read_schema(tmp_path / "out" / path).names


def test_every_view_can_be_exported_and_all_are_of_one_moment(told: Path, tmp_path: Path) -> None:
    with connect(told) as connection:
        views = connection.sql("SHOW TABLES").fetchall()
    names = [name for (name,) in views]
    assert {"articles", "changes", "syndication"} < set(names)
    done = export(told, tmp_path / "out", names)
    assert [each.view for each in done] == names
    for each in done:
        assert read(tmp_path / "out" / each.view).num_rows == each.rows
    said = json.loads((tmp_path / "out" / MARK).read_text())
    assert isinstance(said["snapshot"], int)
    assert [each["rows"] for each in said["views"]] == [each.rows for each in done]


def test_a_month_of_many_rows_is_several_files_that_follow_each_other(
    told: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"PART_ROWS": 2, "BATCH_ROWS": 1}.items():
        monkeypatch.setattr(exporting, name, value)
    monkeypatch.setattr("warehouse.files.ROW_GROUP_ROWS", 1)
    (done,) = export(told, tmp_path / "out", ["all_articles"])
    assert len(done.files) > 2 * done.months
    assert rows(read(tmp_path / "out" / "all_articles")) == rows(view(told, "all_articles"))
    folder = tmp_path / "out" / "all_articles" / "month=2026-02-01"
    parts = [folder / f"part-{number}.parquet" for number in range(len(list(folder.iterdir())))]
    days = [
        day
        for part in parts
        for day in pq.ParquetFile(part).read().column("published_at").to_pylist()
    ]
    assert days == sorted(days)


def test_an_empty_view_has_its_columns(root: Path, tmp_path: Path) -> None:
    export(root, tmp_path / "out", ["articles", "runs"])
    assert rows(read(tmp_path / "out" / "articles")) == []
    assert set(read(tmp_path / "out" / "articles").schema.names) == set(
        view(root, "articles").schema.names
    )
    assert read(tmp_path / "out" / "runs").num_rows == 0


def test_a_former_export_is_replaced_and_nothing_else_is(told: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    export(told, out, ["rejects", "runs"])
    export(told, out)
    assert {path.name for path in out.iterdir()} == {MARK, "articles"}
    assert {path.name for path in tmp_path.iterdir()} == {"out", "lake"}
    (out / "articles" / "mine.parquet").write_bytes(b"x")
    with pytest.raises(WarehouseError, match="a file that no export wrote"):
        export(told, out)
    assert (out / "articles" / "mine.parquet").read_bytes() == b"x"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine")
    with pytest.raises(WarehouseError, match="not empty and holds no export"):
        export(told, tmp_path / "other")
    for folder in (told, told / "out", tmp_path):
        with pytest.raises(WarehouseError, match="do not lie within each other"):
            export(told, folder)


def test_a_view_that_is_none_is_told_with_those_there_are(told: Path, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=r"no view 'raw\.meta'.* articles, .*duplicates"):
        export(told, tmp_path / "out", ["articles", "raw.meta"])
    assert not (tmp_path / "out").exists()


def test_a_disk_that_refuses_leaves_the_export_before(
    told: Path, tmp_path: Path, said: Any, batch_of: Callable[..., Any]
) -> None:
    out = tmp_path / "out"
    export(told, out)
    large = said("https://b.example/large", os.urandom(400_000).hex())
    with opened(told) as lake:
        commit(lake, batch_of(lake, [large]))
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
    try:
        with pytest.raises(WarehouseError, match="nothing was exported, and an export made before"):
            export(told, out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert {path.name for path in tmp_path.iterdir()} == {"out", "lake"}


def test_what_a_killed_export_has_left_beside_goes_with_the_next(
    told: Path, tmp_path: Path
) -> None:
    left = tmp_path / f"{MAKING.format(name='out')}abc"
    shutil.copytree(told, left)
    an_hour_ago = time.time() - 3600
    os.utime(left, (an_hour_ago, an_hour_ago))
    export(told, tmp_path / "out")
    assert {path.name for path in tmp_path.iterdir()} == {"out", "lake"}
