"""Versions, copies and what is shown, whatever the order they came in."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import shutil
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flows.copying import method
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.copies.step import find_copies
from warehouse.digest import digest
from warehouse.opening import opened
from warehouse.policy import DEFAULT

MakeBatch = Callable[..., Batch]
DAY = dt.timedelta(days=1)


@pytest.fixture
def store(batch_of: MakeBatch) -> Callable[..., None]:
    """Commit documents in batches, each followed by a copies step."""

    def store_all(lake: Lake, *batches: Sequence[Any]) -> None:
        stored: list[Any] = []
        for documents in batches:
            known = [
                each for each in documents if each.document_id in {s.document_id for s in stored}
            ]
            commit(lake, batch_of(lake, documents, stored=known))
            stored += documents
            find_copies(lake, "run", method())

    return store_all


def shown(lake: Lake, columns: str = "url, text") -> list[tuple[object, ...]]:
    return lake.connection.execute(f"SELECT {columns} FROM lake.articles ORDER BY ALL").fetchall()


def test_a_text_that_comes_back_is_the_current_version_again(lake: Lake, store, said) -> None:
    a = said("file:x", "A")
    b = said("file:x", "B", seen_at=a.seen_at + DAY)
    a_again = said("file:x", "A", seen_at=a.seen_at + 2 * DAY)
    store(lake, [a], [b], [a_again])
    assert shown(lake) == [("file:x", "A")]
    versions = lake.connection.execute(
        "SELECT version, text, is_current FROM lake.versions ORDER BY version"
    ).fetchall()
    assert versions == [(1, "A", True), (2, "B", False)]


def test_an_old_crawl_that_arrives_late_takes_its_place_behind(lake: Lake, store, said) -> None:
    new = said("file:x", "new")
    old = said("file:x", "old", seen_at=new.seen_at - 300 * DAY)
    store(lake, [new], [old])
    assert shown(lake) == [("file:x", "new")]
    assert shown(lake, "first_seen::DATE::VARCHAR") == [(str((new.seen_at - 300 * DAY).date()),)]


def test_a_cluster_whose_earliest_member_has_a_newer_version_shows_another(
    lake: Lake, store, said
) -> None:
    first = said("file:x", "the story", day=dt.date(2026, 3, 1))
    copy = said("file:y", "the story", day=dt.date(2026, 3, 5))
    update = said(
        "file:x", "quite another story", day=dt.date(2026, 3, 1), seen_at=first.seen_at + DAY
    )
    store(lake, [first, copy])
    assert shown(lake, "url") == [("file:x",)]
    store(lake, [update])
    assert shown(lake) == [("file:x", "quite another story"), ("file:y", "the story")]


def test_copies_of_one_text_show_the_earliest_published(lake: Lake, store, said) -> None:
    texts = [said(f"file:{n}", "same", day=dt.date(2026, 3, n)) for n in (5, 3, 4)]
    store(lake, texts)
    assert shown(lake, "url, cluster_size") == [("file:3", 3)]
    pairs = lake.connection.execute(
        "SELECT member_url, representative_url, rule, score FROM lake.duplicates ORDER BY 1"
    ).fetchall()
    assert pairs == [("file:4", "file:3", "same_text", 1.0), ("file:5", "file:3", "same_text", 1.0)]


def test_an_article_not_yet_compared_is_a_cluster_of_its_own(
    lake: Lake, batch_of: MakeBatch, said
) -> None:
    commit(lake, batch_of(lake, [said("file:a", "same"), said("file:b", "same")]))
    assert len(shown(lake)) == 2
    find_copies(lake, "run", method())
    assert len(shown(lake)) == 1


def test_a_page_that_names_its_original_is_a_copy_of_it(lake: Lake, store, said) -> None:
    original = said("https://a.example/story-1", "the original")
    reprint = said(
        "https://b.example/reprint-1", "the original, shortened",
        canonical_url="https://a.example/story-1", day=dt.date(2026, 3, 20),
    )  # fmt: skip
    store(lake, [reprint], [original])
    assert shown(lake, "url") == [("https://a.example/story-1",)]
    assert lake.connection.execute("SELECT rule, score FROM lake.duplicates").fetchall() == [
        ("canonical", 1.0)
    ]
    log = lake.connection.execute(
        "SELECT reason, count(*) FROM lake.raw.cluster_changes GROUP BY reason"
    ).fetchall()
    assert log == [("formed", 2)]


def test_a_representative_that_moves_is_logged(lake: Lake, store, said) -> None:
    later, earlier = (said(f"file:{n}", "same", day=dt.date(2026, 3, n)) for n in (9, 2))
    third = said("file:10", "same", day=dt.date(2026, 3, 10))
    store(lake, [later, third])
    store(lake, [earlier])
    reasons = lake.connection.execute(
        "SELECT reason FROM lake.raw.cluster_changes ORDER BY changed_at"
    ).fetchall()
    assert reasons == [("formed",), ("representative",)]


def test_another_policy_chooses_anew_and_reads_nothing_again(lake: Lake, store, said) -> None:
    early, late = (said(f"file:{n}", "same", day=dt.date(2026, 3, n)) for n in (2, 9))
    store(lake, [early, late])
    documents = lake.scalar("SELECT list(batch_id) FROM lake.raw.documents")
    for policy, expected in (("published_at DESC -- the last", "file:9"), (DEFAULT, "file:2")):
        find_copies(lake, "run", replace(method(), representative=policy))
        assert (shown(lake, "url"), lake.meta("representative")) == ([(expected,)], policy)
    reasons = lake.connection.execute(
        "SELECT reason FROM lake.raw.cluster_changes ORDER BY changed_at"
    ).fetchall()
    assert reasons == [("formed",), ("representative",), ("representative",)]
    assert lake.scalar("SELECT list(batch_id) FROM lake.raw.documents") == documents


def test_a_policy_that_leaves_a_tie_shows_one_article_all_the_same(lake: Lake, store, said) -> None:
    store(lake, [said(f"file:{n}", "same") for n in range(5)])
    find_copies(lake, "run", replace(method(), representative="language"))
    smallest = lake.scalar("SELECT min(article_id) FROM lake.all_articles")
    assert shown(lake, "article_id") == [(smallest,)]


def test_a_rejected_reading_does_not_hide_a_kept_one(lake: Lake, store, said) -> None:
    kept = said("file:x", "a story")
    wall = said(
        "file:x", "accept cookies", reject_reason="not_an_article", seen_at=kept.seen_at + DAY
    )
    store(lake, [kept], [wall])
    assert shown(lake) == [("file:x", "a story")]
    assert lake.connection.execute("SELECT reject_reason FROM lake.rejects").fetchall() == [
        ("not_an_article",)
    ]


def test_rejected_rows_have_no_cluster(lake: Lake, store, said) -> None:
    store(lake, [said(f"file:{n}", "", reject_reason="empty") for n in range(3)])
    assert shown(lake) == []
    assert lake.scalar("SELECT count(*) FROM lake.raw.compared") == 0


def test_undated_rows_stay_undated(lake: Lake, store, said) -> None:
    store(lake, [said("file:a", "text", day=None)])
    assert shown(lake, "published_at, event_date, month::VARCHAR") == [(None, None, "1970-01-01")]


def test_views_answer_under_whatever_name_the_lake_is_attached(
    root: Path, lake: Lake, store, said
) -> None:
    store(lake, [said("file:a", "text")])
    lake.connection.execute(f"ATTACH 'ducklake:sqlite:{root}/catalog.sqlite' AS news (READ_ONLY)")
    assert lake.connection.execute("SELECT count(*) FROM news.articles").fetchone() == (1,)


@pytest.fixture
def new_lake(tmp_path: Path, empty_lake: Path) -> Callable[[str], AbstractContextManager[Lake]]:
    """Open an empty warehouse of a name, for writing."""
    return lambda name: opened(Path(shutil.copytree(empty_lake, tmp_path / name)))


def _day_of_news(said) -> list[object]:
    """Versions, copies, a canonical, undated and rejected ones, and one seen three times."""
    noon = said("", "").seen_at
    rows = [said(f"file:{n}", f"text {n % 7}", day=dt.date(2026, 3, 1 + n % 9)) for n in range(20)]
    rows += [said("file:1", f"version {n}", seen_at=noon + n * DAY) for n in range(4)]
    rows += [said("file:1", "version 1", seen_at=noon + n * DAY) for n in (6, 9)]
    rows += [
        said(f"https://p{n}.example/a-{n}", f"reprint {n}", canonical_url="https://o.example/x-1")
        for n in range(3)
    ]
    rows += [
        said("https://o.example/x-1", "the source of reprints"),
        said("file:u", "undated", day=None),
    ]
    rows += [said(f"file:r{n}", "", reject_reason="empty") for n in range(2)]
    rows += [said(f"file:t{n}", "same text", title=f"title {n}", extra=str(n)) for n in range(3)]
    return rows


@pytest.mark.whole
def test_any_order_and_batching_ends_in_the_same_digest(new_lake, store, said) -> None:
    found = set()
    for seed in range(5):
        rng = random.Random(seed)
        news = _day_of_news(said)
        rng.shuffle(news)
        cuts = sorted(rng.sample(range(1, len(news)), rng.randrange(6)))
        batches = [news[a:b] for a, b in itertools.pairwise([0, *cuts, len(news)])]
        with new_lake(str(seed)) as lake:
            store(lake, *batches, news[:3])
            found.add(tuple(digest(lake.connection)))
    assert len(found) == 1


def test_the_digest_sees_one_changed_word(new_lake, store, said) -> None:
    found = []
    for name, text in (("a", "the port reopens"), ("b", "the port re-opens")):
        with new_lake(name) as lake:
            store(lake, [said("file:a", text)])
            found.append({line.view: line.digest for line in digest(lake.connection)})
    assert found[0]["articles"] != found[1]["articles"]
    assert found[0]["raw.sightings"] != found[1]["raw.sightings"]
    assert found[0]["raw.pairs"] == found[1]["raw.pairs"]


def test_filters_find_what_is_there_whatever_the_first_batch_lacked(
    lake: Lake, batch_of: MakeBatch, said
) -> None:
    undated, old = (
        said("file:u", "undated", day=None),
        said("file:o", "old", day=dt.date(2024, 1, 5)),
    )
    commit(lake, batch_of(lake, [undated, old]))
    commit(lake, batch_of(lake, [said("file:n", "new", day=dt.date(2026, 3, 5))]))
    where = {
        "event_date < DATE '2025-01-01'": 1,
        "event_date = DATE '2024-01-05'": 1,
        "published_at < TIMESTAMPTZ '2025-01-01'": 1,
        "event_date >= DATE '2025-01-01'": 1,
        "event_date IS NULL": 1,
    }
    found = {
        condition: lake.scalar(f"SELECT count(*) FROM lake.articles WHERE {condition}")
        for condition in where
    }
    assert found == where
    by_day = lake.connection.execute("SELECT event_date, count(*) FROM lake.articles GROUP BY 1")
    assert len(by_day.fetchall()) == 3


def test_the_statistics_of_a_table_cover_those_of_its_parts(
    lake: Lake, batch_of: MakeBatch, said
) -> None:
    days = [dt.date(2024, 1, 5), None, dt.date(2026, 3, 5), dt.date(2025, 7, 1)]
    for number, day in enumerate(days):
        pair = [
            said(f"file:{number}", f"text {number}", day=day),
            said(f"file:x{number}", "x", day=None),
        ]
        commit(lake, batch_of(lake, pair))
    narrower = lake.connection.execute(
        "SELECT table_id, column_id FROM __ducklake_metadata_lake.ducklake_file_column_stats part "
        "JOIN __ducklake_metadata_lake.ducklake_table_column_stats whole "
        "USING (table_id, column_id) "
        "JOIN __ducklake_metadata_lake.ducklake_column AS kind USING (table_id, column_id) "
        "WHERE kind.column_type IN ('varchar', 'date', 'timestamptz') "
        "AND (part.min_value < whole.min_value OR part.max_value > whole.max_value)"
    ).fetchall()
    assert narrower == []
