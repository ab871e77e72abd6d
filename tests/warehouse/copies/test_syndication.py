"""How a text spread: who was first, how long the others took, how much of it they have."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pytest

from flows.copying import method
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.copies.step import find_copies

MakeBatch = Callable[..., Batch]
NINE = dt.datetime(2026, 3, 14, 9, tzinfo=dt.UTC)
WORDS = ["".join(random.Random(n).choices("aeioustrnlm", k=4 + n % 5)) for n in range(3_000)]
STORY = " ".join(random.Random(1).choices(WORDS, k=200))


@pytest.fixture
def told(said: Any) -> Callable[..., Any]:
    """Describe a document of a source, published some seconds after nine."""

    def tell(source: str, after_s: float | None = 0, text: str = STORY, **columns: object) -> Any:
        at = None if after_s is None else NINE + dt.timedelta(seconds=after_s)
        row = {
            "published_at": at,
            "published_precision": "second",
            "published_tz_known": True,
            "country": source[:2].upper(),
            **columns,
        }
        url = f"https://{source}.example/"
        return said(url, text, source=source, columns=tuple(row.items()))

    return tell


@pytest.fixture
def store(lake: Lake, batch_of: MakeBatch) -> Callable[..., None]:
    """Commit documents of several sources, and compare them."""

    def store_all(*documents: Any) -> None:
        for each in documents:
            commit(lake, batch_of(lake, [each]))
        find_copies(lake, "run", method())

    return store_all


def asked(lake: Lake, columns: str, view: str = "syndication") -> list[tuple[Any, ...]]:
    order = "place" if view == "syndication" else "ALL"
    return lake.connection.execute(f"SELECT {columns} FROM lake.{view} ORDER BY {order}").fetchall()


def test_every_member_says_how_long_after_the_first_it_came(lake: Lake, store, told) -> None:
    store(
        told("de-a", 90.5),
        told("fr-a"),
        told("de-b", 3_600, published_precision="minute"),
        told("it-a", 15 * 3_600, published_precision="day"),
        told("es-a", None, published_precision=None),
        told("us-a", text="something else"),
    )
    assert asked(lake, "place, source, lag_s, first_source") == [
        (1, "fr-a", 0, "fr-a"),
        (2, "de-a", 90, "fr-a"),
        (3, "de-b", 3600, "fr-a"),
        (4, "it-a", None, "fr-a"),
        (5, "es-a", None, "fr-a"),
    ]
    assert set(asked(lake, "cluster_size, sources, countries")) == {(5, 5, 4)}


def test_an_article_dated_by_its_day_is_not_first_before_one_of_an_hour_of_that_day(
    lake: Lake, store, told
) -> None:
    midnight = -9 * 3_600
    store(told("de-a"), told("fr-a", midnight, published_precision="day"))
    assert asked(lake, "source, lag_s") == [("de-a", 0), ("fr-a", None)]
    store(told("it-a", midnight - 86_400, published_precision="day"))
    assert asked(lake, "source, lag_s") == [("it-a", None), ("de-a", None), ("fr-a", None)]


def test_a_lag_between_zones_that_nobody_stated_is_not_sure(lake: Lake, store, told) -> None:
    store(told("de-a"), told("fr-a", 60), told("it-a", 90, published_tz_known=False))
    assert asked(lake, "lag_s, lag_is_sure") == [(0, True), (60, True), (90, False)]


def test_every_member_says_how_much_of_the_text_shown_it_has(lake: Lake, store, told) -> None:
    words = STORY.split()
    half = " ".join(words[:120])
    longer = f"{STORY} {' '.join(random.Random(2).choices(WORDS, k=50))}"
    url = "https://de-a.example/"
    store(
        told("de-a"),
        told("fr-a", 1),
        told("it-a", 2, half),
        told("us-a", 3, longer),
        told("es-a", 4, "only its page says so", canonical_url=url),
    )
    shares = dict(asked(lake, "source, text_share"))
    assert (shares["de-a"], shares["fr-a"], shares["es-a"]) == (1.0, 1.0, None)
    assert shares["it-a"] == pytest.approx(len(half) / len(STORY))
    assert shares["us-a"] == pytest.approx(1.0, abs=0.01)


def test_a_copy_without_a_credit_shows_that_of_its_original(lake: Lake, store, told) -> None:
    store(told("de-a", agency="DPA"), told("fr-a", 60), told("it-a", 90, agency="AFP"))
    assert asked(lake, "agency, cluster_agency") == [
        ("DPA", "DPA"), (None, "DPA"), ("AFP", "DPA"),
    ]  # fmt: skip


def test_a_cluster_says_how_far_and_how_fast_it_spread(lake: Lake, store, told) -> None:
    store(
        told("de-a", title="First"),
        told("de-b", 60, agency="DPA"),
        told("fr-a", 7_200, country=None),
        told("us-a", text="something else"),
    )
    columns = "articles, sources, countries, source_names, country_codes, first_source"
    assert asked(lake, columns, "clusters") == [(3, 3, 1, ["de-a", "de-b", "fr-a"], ["DE"], "de-a")]
    columns = "title, longest_lag_s, agency, least_text_share, chain_links, first_published_at = ?"
    found = lake.connection.execute(f"SELECT {columns} FROM lake.clusters", [NINE]).fetchall()
    assert found == [("First", 7200, "DPA", 1.0, None, True)]
