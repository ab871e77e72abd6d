"""Upkeep changes how rows lie, and nothing that anybody reads."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.copying import method
from warehouse import connect, lock
from warehouse.catalog import Lake, set_meta
from warehouse.catalog_copy import NAME
from warehouse.commit import commit
from warehouse.copies.step import find_copies
from warehouse.digest import digest
from warehouse.opening import opened
from warehouse.upkeep import orphans, statistics
from warehouse.upkeep.maintain import Ages, maintain

PASSED = dt.timedelta(hours=-1)
AT_ONCE = Ages(PASSED, PASSED, PASSED)
"""As if it ran an hour later: what a run replaces is past its age in the same run."""
LONG_AGO = (1_500_000_000, 1_500_000_000)
ROUNDS = 8


@pytest.fixture(scope="session")
def fill(said: Any, batch_of: Callable[..., Any]) -> Callable[..., None]:
    """Commit small batches of articles of two months and of none, and look for copies."""

    def commit_batches(lake: Lake) -> None:
        for number in range(ROUNDS):
            days = [dt.date(2026, 2, 1 + number), dt.date(2026, 3, 1 + number), None]
            documents = [
                said(f"https://a.example/{number}/{place}", f"text {place % 2}", day=day)
                for place, day in enumerate(days)
            ]
            commit(lake, batch_of(lake, documents))
        find_copies(lake, "run", method())

    return commit_batches


@pytest.fixture(scope="session")
def parts(
    tmp_path_factory: pytest.TempPathFactory, empty_lake: Path, fill: Callable[..., None]
) -> Path:
    """A warehouse of many small parts, to copy."""
    path = Path(shutil.copytree(empty_lake, tmp_path_factory.mktemp("parts") / "lake"))
    with opened(path) as lake:
        fill(lake)
    return path


@pytest.fixture
def root(tmp_path: Path, parts: Path) -> Path:
    """The same, for one test."""
    return Path(shutil.copytree(parts, tmp_path / "lake"))


@pytest.fixture
def filled(root: Path) -> Iterator[Lake]:
    """The same, open for writing."""
    with opened(root) as lake:
        yield lake


def delete(lake: Lake, table: str, where: str) -> None:
    with lock.hold(lake.lock_path), lake.transaction("delete"):
        lake.connection.execute(f"DELETE FROM lake.raw.{table} WHERE {where}")


def set_meta_anew(lake: Lake) -> None:
    """Write a row of `meta` again as it is: it is then the only one of another part."""
    with lock.hold(lake.lock_path), lake.transaction("meta"):
        set_meta(lake, "algo", lake.meta("algo"))


def files_of(lake: Lake) -> set[Path]:
    return set((lake.data / "raw").rglob("*.parquet"))


def rows_of(lake: Lake, query: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = lake.connection.execute(query).fetchall()
    return rows


def test_many_small_parts_become_few_and_no_view_changes(filled: Lake) -> None:
    before = digest(filled.connection)
    done = {each.table: each for each in maintain(filled, Ages()).tables}
    assert digest(filled.connection) == before
    assert (done["articles"].parts_before, done["articles"].parts_after) == (3 * ROUNDS, 3)
    assert (done["documents"].parts_before, done["documents"].parts_after) == (ROUNDS, 1)
    assert done["articles"].bytes_after < done["articles"].bytes_before
    again = {each.table: each for each in maintain(filled, Ages()).tables}
    assert all(each.parts_before == each.parts_after for each in again.values())
    assert digest(filled.connection) == before


def test_merged_parts_are_compressed_as_all_parts_are(filled: Lake) -> None:
    import pyarrow.parquet as pq

    maintain(filled, Ages())
    (part,) = (filled.data / "raw" / "documents").rglob("merged-*.parquet")
    group = pq.ParquetFile(part).metadata.row_group(0)
    columns = [group.column(number) for number in range(group.num_columns)]
    codecs = {each.path_in_schema: each.compression for each in columns}
    assert codecs.pop("document_id") == "UNCOMPRESSED"
    assert set(codecs.values()) == {"ZSTD"}


def test_time_travel_goes_on_within_its_days_filters_included(filled: Lake) -> None:
    asked = (
        "SELECT count(*), min(event_date), max(event_date), "
        "count(*) FILTER (event_date > '2026-03-07') FROM lake.raw.articles AT (VERSION => {})"
    )
    late = (
        "SELECT count(*) FROM lake.raw.articles AT (VERSION => {}) WHERE event_date > '2026-03-07'"
    )
    last = filled.snapshot()
    told = [rows_of(filled, query.format(last)) for query in (asked, late)]
    maintain(filled, Ages())
    delete(filled, "articles", "event_date > '2026-03-02'")
    maintain(filled, Ages())
    assert [rows_of(filled, query.format(last)) for query in (asked, late)] == told
    assert told[1] == [(1,)]


def test_what_is_past_its_age_goes_and_what_is_current_stays(filled: Lake) -> None:
    delete(filled, "articles", "event_date < '2026-02-05'")
    before = digest(filled.connection)
    assert maintain(filled, Ages()).replaced == 0
    held = files_of(filled)
    done = maintain(filled, AT_ONCE)
    assert digest(filled.connection) == before
    assert rows_of(filled, "SELECT count(*) FROM ducklake_snapshots('lake')") == [(1,)]
    assert done.snapshots > ROUNDS
    assert done.replaced == len(held) - len(files_of(filled)) > 3 * ROUNDS
    assert done.freed_bytes > 0


@pytest.mark.first(2)
@pytest.mark.parametrize("hours", [0.1, 23, 1])
def test_a_part_that_readers_may_be_at_stays_for_its_time(filled: Lake, hours: float) -> None:
    held = files_of(filled)
    grace = dt.timedelta(hours=hours)
    done = maintain(filled, Ages(dt.timedelta(hours=-1), grace, grace))
    assert done.snapshots > ROUNDS
    assert done.replaced == 0
    assert held <= files_of(filled)


def test_files_that_no_commit_names_go_when_they_are_old(filled: Lake) -> None:
    folder = next((filled.data / "raw" / "articles").iterdir())
    left = [folder / "aa-1-0.parquet", folder / "aa-0.tmp", filled.data / "raw" / "aa-2.parquet"]
    kept = [folder / "bb-1-0.parquet", folder / "notes.txt"]
    for path in [*left, *kept]:
        path.write_bytes(b"x")
    for path in [*left, folder / "notes.txt", *files_of(filled) - set(kept)]:
        os.utime(path, LONG_AGO)
    before = digest(filled.connection)
    assert maintain(filled, Ages()).orphans == len(left)
    assert not any(path.exists() for path in left)
    assert all(path.exists() for path in kept)
    assert digest(filled.connection) == before


def test_a_file_that_others_removed_meanwhile_is_not_left_over(filled: Lake) -> None:
    there, gone = (filled.data / "raw" / "meta" / f"{name}.parquet" for name in ("there", "gone"))
    there.write_bytes(b"PAR1")
    assert orphans.unnamed(filled, [there, gone]) == [there]


def test_what_killed_queries_have_spilled_goes_when_it_is_old(filled: Lake) -> None:
    left = [filled.root / name / "duckdb_temp_storage-0.tmp" for name in ("spill", "spill-a")]
    held = filled.root / "spill-b" / "duckdb_temp_storage-0.tmp"
    for path in [*left, held]:
        path.parent.mkdir()
        path.write_bytes(b"x" * 99)
    for path in left:
        os.utime(path, LONG_AGO)
    assert maintain(filled, Ages()).freed_bytes == 198
    assert not any(path.parent.exists() for path in left)
    assert held.exists()


@pytest.mark.whole
def test_a_warehouse_whose_name_is_a_pattern_leaves_its_neighbour_alone(
    root: Path,
) -> None:
    neighbour, patterned = root.with_name("lake1"), root.with_name("lake[1]")
    for path in (neighbour, patterned):
        shutil.copytree(root, path)
    with opened(neighbour) as lake:
        before, held = digest(lake.connection), files_of(lake)
    for path in held:
        os.utime(path, LONG_AGO)
    with opened(patterned) as lake:
        maintain(lake, AT_ONCE)
        assert digest(lake.connection) == before
    with opened(neighbour) as lake:
        assert files_of(lake) == held
        assert digest(lake.connection) == before


def test_a_batch_that_waits_meanwhile_is_committed_and_meets_no_document_twice(
    filled: Lake, root: Path, said: Any, batch_of: Callable[..., Any]
) -> None:
    shared, own = (said(f"https://b.example/{name}", name) for name in ("shared", "own"))
    with opened(root) as other:
        waiting = batch_of(filled, [shared, own])
        commit(other, batch_of(other, [shared]))
        maintain(other, Ages())
    commit(filled, waiting)
    stored = "SELECT url, count(*) FROM lake.raw.documents WHERE url LIKE '%b.ex%' GROUP BY 1"
    assert sorted(rows_of(filled, stored)) == [(own.url, 1), (shared.url, 1)]


@pytest.fixture
def meanwhile() -> Iterator[Callable[[Callable[[], None]], Callable[[], int]]]:
    """Repeat something in a thread, once at least, until told to stop; it then says how often."""
    stop, threads = threading.Event(), list[threading.Thread]()

    def start(work: Callable[[], None]) -> Callable[[], int]:
        rounds, errors = list[int](), list[BaseException]()

        def loop() -> None:
            try:
                while not (rounds and stop.is_set()):
                    work()
                    rounds.append(1)
            except BaseException as error:  # noqa: BLE001 - raised below
                errors.append(error)
                stop.set()  # nobody waits for what will not come

        def ended() -> int:
            stop.set()
            thread.join()
            if errors:
                raise errors[0]
            return len(rounds)

        thread = threading.Thread(target=loop)
        threads.append(thread)
        thread.start()
        return ended

    start.is_over = stop.is_set  # type: ignore[attr-defined]
    yield start
    stop.set()
    for thread in threads:
        thread.join()


OLD = [
    "SELECT count(*), sum(length(text)), count(*) FILTER (event_date > '2026-03-04') "
    "FROM lake.raw.articles WHERE url LIKE '%//a.%'",
    "SELECT count(*), sum(payload_bytes) FROM lake.raw.documents WHERE url LIKE '%//a.%'",
    "SELECT count(*), count(DISTINCT cluster_id) FROM lake.main.all_articles "
    "WHERE url LIKE '%//a.%'",
    "SELECT name, value FROM lake.raw.meta ORDER BY name",
    "SELECT count(*) FROM lake.raw.sightings WHERE seen_at < '2026-03-15'",
]
"""What only the first batches, and nothing that is written meanwhile, say."""


@pytest.mark.whole
def test_readers_see_no_difference_and_writers_lose_nothing_while_it_works(
    filled: Lake, root: Path, said: Any, batch_of: Callable[..., Any], meanwhile: Any
) -> None:
    before, written = [rows_of(filled, query) for query in OLD], list[str]()
    late = dt.datetime(2026, 4, 2, tzinfo=dt.UTC)

    def read() -> None:
        with connect(root) as reader:
            for _ in range(2):  # newly opened, and after it has remembered what it read
                assert [reader.execute(query).fetchall() for query in OLD] == before

    def write() -> None:
        with opened(root) as writer:
            url = f"https://w.example/{len(written)}"
            document = said(url, f"written {len(written)}", seen_at=late)
            commit(writer, batch_of(writer, [document]))
            set_meta_anew(writer)
            written.append(url)

    ended = [meanwhile(read), meanwhile(read), meanwhile(write)]
    while len(written) < 3 and not meanwhile.is_over():  # until they are at work
        maintain(filled, Ages())
    rounds = [stop() for stop in ended]
    assert all(rounds)
    stored = "SELECT url FROM lake.raw.articles WHERE url LIKE '%//w.%'"
    assert sorted(rows_of(filled, stored)) == sorted((url,) for url in written)


@pytest.mark.whole
def test_filters_find_every_row_that_is_committed_after_parts_were_written_anew(
    filled: Lake, root: Path, said: Any, batch_of: Callable[..., Any]
) -> None:
    late = "SELECT count(*) FROM lake.raw.articles WHERE published_at > '2026-02-15'"
    with opened(root) as other:  # remembers what it has read, as a long ingest does
        maintain(filled, Ages())
        delete(filled, "articles", "event_date < '2026-02-04' OR event_date = '2026-03-02'")
        delete(filled, "articles", "event_date = '2026-03-03'")
        assert rows_of(other, late) == [(ROUNDS - 2,)]
        maintain(filled, Ages())  # the part without any date is not written anew
        days = [None, dt.date(2026, 2, 2)]
        commit(
            other, batch_of(other, [said(f"https://c.example/{day}", "c", day=day) for day in days])
        )
        assert rows_of(other, late) == [(ROUNDS - 2,)]
    with connect(root) as reader:
        assert reader.execute(late).fetchall() == [(ROUNDS - 2,)]


def test_statistics_that_were_made_too_narrow_are_mended(filled: Lake, root: Path) -> None:
    filled.connection.execute(
        "UPDATE __ducklake_metadata_lake.ducklake_table_column_stats "
        "SET min_value = '2026-02-01', max_value = '2026-02-02' WHERE min_value LIKE '2026-02-01%'"
    )
    late = "SELECT count(*) FROM lake.raw.articles WHERE event_date > '2026-02-15'"
    with opened(root) as writer:  # `connect` gives connections that do not ask the statistics
        assert writer.scalar(late) == 0
    maintain(filled, Ages())
    with opened(root) as writer:
        assert writer.scalar(late) == ROUNDS


def test_every_type_of_a_column_has_statistics_that_are_looked_at(filled: Lake) -> None:
    types = rows_of(
        filled,
        "SELECT DISTINCT column_type FROM __ducklake_metadata_lake.ducklake_column "
        "WHERE column_type NOT IN ('list', 'blob')",
    )
    assert {name for (name,) in types} == set(statistics.TYPES)


def test_merging_leaves_statistics_as_wide_as_their_parts(filled: Lake) -> None:
    delete(filled, "articles", "event_date < '2026-02-06' OR url LIKE '%/3/%'")
    maintain(filled, Ages())
    assert statistics.mend(filled) == 0


def test_the_state_that_readers_were_at_when_it_began_stays(filled: Lake) -> None:
    version = filled.snapshot()
    told = rows_of(filled, f"FROM lake.raw.articles AT (VERSION => {version}) ORDER BY url")
    done = maintain(filled, Ages(snapshots=dt.timedelta()))  # as after a week at rest
    assert done.snapshots > ROUNDS
    assert rows_of(filled, f"FROM lake.raw.articles AT (VERSION => {version}) ORDER BY url") == told


def test_the_copy_of_the_catalog_reads_as_the_catalog_does(filled: Lake, tmp_path: Path) -> None:
    done = maintain(filled, Ages())
    assert (filled.root / NAME).stat().st_size == done.catalog_bytes
    restored = tmp_path / "restored"
    shutil.copytree(filled.root / "data", restored / "data")
    shutil.copy(filled.root / NAME, restored / "catalog.sqlite")
    with connect(restored) as connection:
        assert digest(connection) == digest(filled.connection)


def test_it_lets_others_in_between_two_steps(filled: Lake) -> None:
    steps = list[str]()
    held = list[bool]()

    def tell(step: str) -> None:
        steps.append(step)
        held.append(lock.is_held(filled.lock_path))

    done = maintain(filled, Ages(), tell)
    assert {"articles: 8 parts", "articles: one part for 8", "copying the catalog"} <= set(steps)
    assert not any(held)
    assert 0 < done.longest_s < done.seconds
