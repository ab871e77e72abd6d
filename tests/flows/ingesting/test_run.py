"""One run over several sources: which, with what limits, and what it came to."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from invented import told

from flows.ingesting import run as running
from flows.ingesting.counts import Counts
from flows.ingesting.limits import Limits
from flows.ingesting.readers import Readers
from flows.ingesting.run import Summary, chosen, failed, limits_of, started, workers_of
from flows.ingesting.shared import Run
from flows.settings import Batch, Normalize, Settings
from flows.sources import Poll, folder
from transforms.errors import ConfigError, FetchError, WarehouseError
from warehouse import connect
from warehouse.copies.step import CopiesCounts


def ingest(
    settings: Settings, wanted: tuple[str, ...], tick: Callable[[str, int], None]
) -> Summary:
    return asyncio.run(running.ingest(settings, wanted, tick))


NO_COPIES = CopiesCounts(compared=0, paired=0, moved=0)


def row(number: int) -> str:
    return json.dumps({"title": f"Story {number}", "text": told(number)})


@pytest.fixture
def sources_file(tmp_path: Path) -> Path:
    """Three sources, one of them switched off, with rows 0 and 1, 2, and 3."""
    tables = {"north": "", "south": "", "attic": "enabled = false\n"}
    for number, (name, more) in enumerate(tables.items()):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "rows.jsonl").write_text(row(number + 1) + "\n")
        tables[name] = f'[sources.{name}]\nkind = "folder"\npath = "{name}"\n{more}'
    (tmp_path / "north" / "rows.jsonl").write_text(f"{row(0)}\n{row(1)}\n")
    path = tmp_path / "sources.toml"
    path.write_text("\n".join(tables.values()))
    return path


@pytest.fixture
def settings(sources_file: Path, tmp_path: Path) -> Settings:
    return Settings(
        warehouse=tmp_path / "lake", sources=sources_file, normalize=Normalize(workers=1)
    )


@pytest.fixture
def ticks() -> list[tuple[str, int]]:
    return []


@pytest.fixture
def tick(ticks: list[tuple[str, int]]) -> Callable[[str, int], None]:
    return lambda source, documents: ticks.append((source, documents))


def names(path: Path, *wanted: str) -> list[str]:
    return [source.name for source in chosen(path, wanted)]


def test_all_sources_that_are_switched_on_are_read_in_the_order_of_the_file(
    sources_file: Path,
) -> None:
    assert names(sources_file) == ["north", "south"]


def test_a_source_that_is_switched_off_is_read_where_it_is_named(sources_file: Path) -> None:
    assert names(sources_file, "attic", "north") == ["attic", "north"]


def test_an_unknown_source_is_refused_with_the_known_ones(sources_file: Path) -> None:
    with pytest.raises(ConfigError, match=r"no source 'nroth'.*known=north, south, attic"):
        chosen(sources_file, ("south", "nroth"))


def test_a_named_source_without_its_folder_is_refused_before_anything_is_written(
    settings: Settings, tmp_path: Path, tick
) -> None:
    shutil.rmtree(tmp_path / "south")
    with pytest.raises(ConfigError, match=r"no such file or folder.*south"):
        ingest(settings, ("north", "south"), tick)
    assert not settings.warehouse.exists()


def test_a_source_without_its_folder_does_not_stop_those_that_nobody_named(
    settings: Settings, tmp_path: Path, tick
) -> None:
    shutil.rmtree(tmp_path / "south")
    north, south = ingest(settings, (), tick).sources
    assert (north.kept, north.error) == (2, None)
    assert (south.seen, "no such file or folder" in str(south.error)) == (0, True)


def test_sources_none_of_which_can_exist_are_refused_before_anything_is_written(
    settings: Settings, tmp_path: Path, tick
) -> None:
    for name in ("north", "south"):
        shutil.rmtree(tmp_path / name)
    with pytest.raises(ConfigError, match=r"no such file or folder.*north"):
        ingest(settings, (), tick)
    assert not settings.warehouse.exists()


def test_no_number_of_processes_means_one_for_each_core(settings: Settings) -> None:
    of_cores = settings.model_copy(update={"normalize": Normalize(workers=0)})
    assert workers_of(of_cores) == os.cpu_count()


def test_megabytes_are_mebibytes(settings: Settings) -> None:
    small = settings.model_copy(update={"batch": Batch(max_documents=7, max_mb=3)})
    assert limits_of(small) == Limits(max_documents=7, max_bytes=3 * 2**20)


def test_a_file_in_place_of_the_warehouse_is_one_sentence(settings: Settings, tick) -> None:
    settings.warehouse.write_text("not a folder")
    with pytest.raises(WarehouseError, match="not empty and holds no warehouse"):
        ingest(settings, (), tick)
    assert settings.warehouse.read_text() == "not a folder"


def test_one_broken_file_costs_a_run_nothing_but_itself(
    settings: Settings, tmp_path: Path, tick, ticks: list[tuple[str, int]]
) -> None:
    (tmp_path / "south" / "broken.jsonl.gz").write_bytes(b"\x1f\x8b\x08 cut off")
    first, second = ingest(settings, (), tick), ingest(settings, (), tick)
    counted = [(c.source, c.new, c.kept, c.failed, c.error) for c in first.sources]
    assert counted == [("north", 2, 2, 0, None), ("south", 1, 1, 1, None)]
    assert sorted(ticks) == [("north", 1), ("north", 1), ("south", 1)]
    assert not first.is_failure
    assert "3 articles kept, 0 rejected" in first.sentence()
    assert "1 files, rows or requests not read" in first.sentence()
    assert [(c.known, c.new, c.failed) for c in second.sources] == [(1, 0, 0), (1, 0, 1)]
    assert second.copies == NO_COPIES
    with connect(settings.warehouse) as lake:
        assert lake.sql("SELECT count(*) FROM articles").fetchone() == (3,)
        assert lake.sql("SELECT count(DISTINCT run_id), count(*) FROM runs").fetchone() == (2, 4)
        rows = lake.sql("FROM raw.fetches SELECT url WHERE outcome = 'broken'").fetchall()
        assert rows == [("file:broken.jsonl.gz",)] * 2


def test_rows_that_cannot_be_read_are_counted_and_told_with_place_and_remedy(
    settings: Settings, tmp_path: Path, tick
) -> None:
    rows = "id,Inhalt\n" + "".join(f"{number},Ein Satz vom Hafen.\n" for number in range(3))
    (tmp_path / "south" / "dump.csv").write_bytes(rows.encode() + b"8,\xc3\xbc\n9,\x81\n")
    summary = ingest(settings, ("south",), tick)
    [counts] = summary.sources
    assert (counts.kept, counts.rejected, counts.failed) == (1, 4, 1)
    assert "1 files, rows or requests not read" in summary.sentence()
    assert summary.sentence().endswith(
        " south: file:dump.csv: 1 could not be read, the first at line 6: not in the encoding of "
        "the file: set `encoding`. south: 4 rows gave no text, the first file:dump.csv#0: no text "
        "is found under a usual name: the row has `id`, `Inhalt`; set fields = { text = '...' } of "
        "the source."
    )
    with connect(settings.warehouse) as lake:
        assert lake.sql("SELECT failed FROM raw.batches").fetchall() == [(1,)]


def test_an_error_in_a_run_closes_the_warehouse_for_others(settings: Settings) -> None:
    with pytest.raises(KeyboardInterrupt), started(settings, "stopped"):
        raise KeyboardInterrupt
    with started(settings, "next") as run:
        assert run.lake.scalar("SELECT count(*) FROM lake.raw.batches") == 0


def test_a_run_fails_only_where_every_source_did() -> None:
    fine, broken = Counts("a", kept=1), Counts("b", error="gone")
    assert not Summary("run", [fine, broken], NO_COPIES).is_failure
    assert Summary("run", [broken, broken], NO_COPIES).is_failure


def test_a_source_that_failed_is_shown_with_what_it_had_given(settings: Settings) -> None:
    done = {"wire": Counts("wire", seen=9, new=5, kept=4, rejected=1)}
    run = Run("run", None, None, limits_of(settings), Poll(), Readers(1), done)  # type: ignore[arg-type]
    counts = [failed(run, name, FetchError("gone", host="x")) for name in ("wire", "never")]
    shown = [
        (row["source"], row["documents"], row["kept"], row["error"])
        for row in Summary("run", counts, NO_COPIES).rows()
    ]
    assert shown == [("wire", 9, 4, "gone (host=x)"), ("never", 0, 0, "gone (host=x)")]


def test_a_source_named_twice_is_read_once(sources_file: Path) -> None:
    assert [source.name for source in chosen(sources_file, ("south", "south"))] == ["south"]


def test_sources_that_are_all_switched_off_are_said(sources_file: Path) -> None:
    _, attic = sources_file.read_text().split("[sources.attic]")
    sources_file.write_text(f"[sources.attic]{attic}")
    with pytest.raises(ConfigError, match="no source is enabled"):
        chosen(sources_file, ())


def test_a_source_that_fails_in_an_unforeseen_way_does_not_stop_the_others(
    settings: Settings, tick, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Odd(folder.Source, frozen=True):
        """A folder whose north side breaks the program."""

        def read(self, *given: Any) -> Any:
            if self.name == "north":
                raise ValueError("nobody foresaw this")
            return super().read(*given)

    monkeypatch.setattr(folder, "Source", Odd)
    north, south = ingest(settings, ("north", "south"), tick).sources
    assert (north.error, north.kept) == ("ValueError: nobody foresaw this", 0)
    assert (south.error, south.seen) == (None, 1)


def test_a_source_whose_secret_is_missing_fails_alone_and_leaves_a_trace(
    settings: Settings, sources_file: Path, tick
) -> None:
    table = '[sources.paid]\nkind = "feed"\nurl = "https://lamp.example/feed"\n'
    auth = 'auth = {bearer_env = "NO_SUCH_VARIABLE"}\n'
    sources_file.write_text(f"{sources_file.read_text()}\n{table}{auth}")
    north, south, paid = ingest(settings, (), tick).sources
    assert (north.kept, south.kept, paid.failed) == (2, 1, 1)
    assert "NO_SUCH_VARIABLE" in str(paid.error)
    with connect(settings.warehouse) as lake:
        (row,) = lake.sql(
            "SELECT failures_in_a_row, last_failure IS NOT NULL FROM source_health "
            "WHERE source = 'paid'"
        ).fetchall()
    assert row == (1, True)
