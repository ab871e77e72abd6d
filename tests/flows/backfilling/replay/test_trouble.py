"""Replays that are not alone, are cut off, or meet a document that nobody can read."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from local_outlet import Outlet
from stored_wire import ALL, CHANGED, FIRST, Query, Wire, content, row, running

from flows.backfilling.execution import carry_out, untracked
from flows.backfilling.order import Order
from flows.backfilling.replay import replay_window
from flows.backfilling.results import Backfilled
from flows.ingesting.pool import Normalized, Normalizers
from flows.ingesting.shared import Run
from flows.settings import Normalize, Settings
from transforms.reading import Profile
from warehouse.forgetting import forget
from warehouse.opening import opened
from warehouse.windows import sole

MODULES = Path(__file__).parents[3] / "data" / "modules"


@pytest.mark.whole
def test_two_replays_at_once_end_as_one_does(wire: Wire, ask: Query, tmp_path: Path) -> None:
    wire.configure("revised", 'publisher = "The Quay"')

    async def both() -> list[Backfilled]:
        works = [
            untracked(wire.settings, (), CHANGED, lambda source, n: None, executes=True)
            for _ in range(2)
        ]
        return await asyncio.gather(*works)

    done = asyncio.run(both())
    assert {each.state for one in done for each in one.results} <= {"done", "skipped"}
    assert {each.action for each in wire.replay(executes=False).planned} == {"skip"}
    wire.ingest(tmp_path / "anew")
    assert content(wire.lake) == content(tmp_path / "anew")


def test_a_document_that_crashes_the_normalizer_keeps_its_row_and_fails_its_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(MODULES)
    import replay_work

    wire = Wire(tmp_path)
    wire.write([row(0) | {"title": "A poison for rats"}, row(2)])  # of one day
    wire.ingest()
    wire.configure(more='publisher = "The Quay"')
    with opened(wire.lake) as lake, running(lake, replay_work.normalize_but_poison) as run:
        result = carry_out(run, wire.source, CHANGED, FIRST)
        assert (result.state, result.documents, result.kept) == ("failed", 2, 1)
        assert result.reason
        assert result.reason.startswith("documents that could not be normalized: 1, first file:")
        rows = lake.connection.execute(
            "SELECT title, publisher FROM lake.raw.articles ORDER BY title"
        ).fetchall()
        assert rows == [("A poison for rats", None), ("Ferry 2 leaves", "The Quay")]
    # Where it is sound again, only the lost one is left to do.
    assert [each.kept for each in wire.replay().results] == [1]


class StoppedPool(Normalizers):
    """Ends its run once a slice has come back."""

    def __init__(self, pool: Normalizers, run: Run) -> None:
        self._inner, self._run = pool, run

    @property
    def is_crowded(self) -> bool:
        return False

    def submit(self, documents: pa.RecordBatch, profile: Profile) -> Callable[[], Normalized]:
        outcome = self._inner.submit(documents, profile)

        def stop_after() -> Normalized:
            normalized = outcome()
            self._run.stopping.set()
            return normalized

        return stop_after


@pytest.mark.whole
def test_a_replay_that_is_stopped_half_way_changes_nothing_of_its_window(wire: Wire) -> None:
    wire.write((row(2 * number) for number in range(100, 140)), "more.jsonl")
    wire.path.write_text(wire.path.read_text().replace('"wire.jsonl"', '"*.jsonl"'))
    wire.ingest()
    before = content(wire.lake)
    wire.path.write_text(wire.path.read_text() + 'publisher = "The Quay"\n')
    with opened(wire.lake) as lake, running(lake) as run:
        stopped = replace(run, pool=StoppedPool(run.pool, run))
        result = carry_out(stopped, wire.source, ALL, FIRST)
        assert result.state == "open"
        assert result.reason == "stopped"
    assert content(wire.lake) == before
    wire.replay()
    assert content(wire.lake) != before


class WatchingPool(Normalizers):
    """Notes whether the source could be forgotten while it is replayed."""

    def __init__(self, pool: Normalizers, run: Run) -> None:
        self._inner, self._run = pool, run
        self.could_be_forgotten: list[bool] = []

    @property
    def is_crowded(self) -> bool:
        return False

    def submit(self, documents: pa.RecordBatch, profile: Profile) -> Callable[[], Normalized]:
        with sole(self._run.lake.root, "wire") as nobody_reads:
            self.could_be_forgotten.append(nobody_reads)
        return self._inner.submit(documents, profile)


@pytest.mark.parametrize("applies", [True, False], ids=["applied", "tried"])
def test_a_day_is_not_forgotten_while_it_is_replayed(wire: Wire, applies: bool) -> None:
    wire.configure(more='publisher = "The Quay"')
    with opened(wire.lake) as lake, running(lake) as run:
        pool = WatchingPool(run.pool, run)
        replay_window(replace(run, pool=pool), wire.source, FIRST, applies=applies)
    assert set(pool.could_be_forgotten) == {not applies}


def test_a_replay_asks_nothing_of_any_machine(
    outlet: Outlet,
    tmp_path: Path,
    offline: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = (
        '<html lang="en"><title>A lamp</title>'
        f'<meta property="article:published_time" content="{FIRST}T09:00:00">'
        f"<article><p>{'The lamp on the breakwater burns again. ' * 20}</p></article></html>"
    )
    url = outlet.serve("/lamp", page)
    outlet.serve(
        "/sitemap.xml", f"<urlset><url><loc>{url}</loc><lastmod>{FIRST}</lastmod></url></urlset>"
    )
    path = tmp_path / "sources.toml"
    table = (
        f'[sources.press]\nkind = "sitemap"\nurl = "{outlet.url("/sitemap.xml")}"\n'
        "allow_private = true\npace_s = 0\n"
    )
    path.write_text(table)
    settings = Settings(warehouse=tmp_path / "lake", sources=path, normalize=Normalize(workers=1))

    def run(order: Order) -> Backfilled:
        work = untracked(settings, (), order, lambda source, n: None, executes=True)
        return asyncio.run(work)

    refetch = Order(FIRST, FIRST)
    (refused,) = run(refetch).results
    assert refused.state == "failed"  # the guard guards
    with monkeypatch.context() as online:
        online.setattr(socket.socket, "connect", offline)
        assert [each.state for each in run(refetch).results] == ["done"]
    asked = len(outlet.log)
    path.write_text(table + 'timezone = "Asia/Tokyo"\n')
    assert [each.kept for each in run(replace(CHANGED, undated=False)).results] == [1]
    assert len(outlet.log) == asked


def test_what_was_forgotten_before_it_is_applied_does_not_come_back(wire: Wire, ask: Query) -> None:
    wire.configure(more='publisher = "The Quay"')
    with opened(wire.lake) as lake:
        forget(lake, {"wire": "seen"}, [FIRST])
    wire.replay()
    assert ask(f"SELECT count(*) FROM raw.articles WHERE event_date = '{FIRST}'") == [(0,)]
