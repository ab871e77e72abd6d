"""What goes by its age."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.upkeep.maintain import Ages, maintain
from warehouse.upkeep.retention import Retention
from warehouse.windows import being_read

MakeBatch = Callable[..., Batch]
DAY = dt.timedelta(days=1)
SITE = "https://wire.example"


def fetch(at: dt.datetime) -> dict[str, object]:
    return {"url": SITE, "fetched_at": at, "outcome": "ok", "bytes": 1, "ms": 1}


def stored(lake: Lake, table: str) -> int:
    return int(str(lake.scalar(f"SELECT count(*) FROM lake.raw.{table}")))


def store(lake: Lake, batch_of: MakeBatch, now: dt.datetime, *documents: object) -> None:
    batch = batch_of(lake, [])
    batch.now = now
    commit(lake, batch)
    for each in documents:
        batch = batch_of(lake, [each])
        batch.fetches = [fetch(each.seen_at)]  # type: ignore[attr-defined]
        commit(lake, batch)


def test_rows_go_that_are_past_the_age_of_their_table(
    lake: Lake, said, batch_of: MakeBatch
) -> None:
    now = dt.datetime.now(dt.UTC)
    stored_at = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)  # by the batches of these tests
    old, seen = stored_at - 9 * DAY, now - DAY
    store(
        lake,
        batch_of,
        now,
        said(f"{SITE}/a", "old", seen_at=old),
        said(f"{SITE}/b", "seen again", seen_at=seen),
    )
    assert maintain(lake, Ages(), lambda _: None).let_go == {}
    assert stored(lake, "documents") == stored(lake, "fetches") == 2
    between = (now - stored_at) / 2 + DAY
    ages = Ages(rows=Retention(documents=between, fetches=between, cluster_changes=between))
    gone = maintain(lake, ages, lambda _: None).let_go
    assert gone == {"articles": 1, "documents": 1, "sightings": 1, "compared": 0, "fetches": 1}
    assert lake.scalar("SELECT url FROM lake.raw.documents") == f"{SITE}/b"
    assert lake.scalar("SELECT fetched_at FROM lake.raw.fetches") == seen
    assert maintain(lake, ages, lambda _: None).let_go == {}


def test_documents_of_a_source_that_is_being_read_stay_until_the_next_time(
    lake: Lake, said, batch_of: MakeBatch
) -> None:
    ages = Ages(rows=Retention(documents=30 * DAY))
    old = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    ours, others = (
        said(f"{SITE}/{source}", source, seen_at=old, source=source) for source in ("wire", "desk")
    )
    for each in (ours, others):
        batch = batch_of(lake, [each])
        commit(lake, batch)
    seen_again = replace(ours, seen_at=dt.datetime.now(dt.UTC))
    with being_read(lake.root, "wire"):
        batch = batch_of(lake, [seen_again], stored=[seen_again])
        assert maintain(lake, ages).let_go["documents"] == 1
        commit(lake, batch)
    assert maintain(lake, ages).let_go == {}
    assert lake.scalar("SELECT source FROM lake.raw.documents") == "wire"
    assert stored(lake, "sightings") == 2
