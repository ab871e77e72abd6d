"""The bundled articles, read as a first user reads them, held to what a careful person noted."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.ingesting.run import ingest
from flows.settings import Settings
from flows.sources import load
from warehouse import connect

SEEDS = Path(__file__).parents[2] / "seeds" / "sources.toml"
EXPECTED = json.loads(Path(__file__).with_name("expected_seeds.json").read_text())
NOTED = ("kept", "reject_reason", "title", "published_date", "language", "authors")
OF_REJECTED = ("kept", "reject_reason")

Rows = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    root = tmp_path_factory.mktemp("seeds") / "lake"
    settings = Settings(warehouse=root, sources=SEEDS)
    asyncio.run(ingest(settings, (), lambda source, documents: None))
    with connect(root) as connection:
        yield connection


@pytest.fixture(scope="module")
def articles(lake: duckdb.DuckDBPyConnection) -> Rows:
    """What was stored of each document, by the document's url."""
    found = lake.sql("""
        SELECT documents.url AS document, articles.*, reject_reason IS NULL AS kept
        FROM raw.articles AS articles JOIN raw.documents AS documents USING (document_id)
    """).to_arrow_table()
    return {row["document"]: row for row in found.to_pylist()}


def noted(row: dict[str, Any]) -> dict[str, Any]:
    """Reduce a row to what the expectation speaks of."""
    names = NOTED if row["kept"] else OF_REJECTED
    day = row["published_date"]
    comparable = row | {
        "authors": set(row["authors"] or []),
        "published_date": str(day) if day else None,
    }
    return {name: comparable[name] for name in names}


def differences(expected: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    want, have = noted(expected), noted(found)
    for name in want | have:
        if want.get(name) != have.get(name):
            yield f"{expected['url']}: {name} is {have.get(name)!r}, not {want.get(name)!r}"


def pairs(groups: list[list[str]]) -> Iterator[tuple[str, str]]:
    for first, *others in groups:
        yield from ((first, other) for other in others)


def test_every_document_is_stored_once(articles: Rows, lake: duckdb.DuckDBPyConnection) -> None:
    assert sorted(articles) == sorted(row["url"] for row in EXPECTED["rows"])
    assert lake.sql("SELECT count(*) FROM raw.documents").fetchone() == (EXPECTED["documents"],)


def test_each_article_says_what_a_careful_person_noted(articles: Rows) -> None:
    wrong = [
        line
        for row in EXPECTED["rows"]
        if row["url"] in articles
        for line in differences(row, articles[row["url"]])
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_kept_and_rejected_add_up(lake: duckdb.DuckDBPyConnection) -> None:
    counts = lake.sql("SELECT sum(kept)::INT, sum(rejected)::INT FROM runs").fetchone()
    assert counts == (EXPECTED["kept"], EXPECTED["rejected"])


def test_copies_are_one_article_with_the_others_beside_it(
    articles: Rows, lake: duckdb.DuckDBPyConnection
) -> None:
    beside = dict(lake.sql("SELECT member, representative FROM duplicates").fetchall())
    for group in EXPECTED["copy_groups"]:
        ids = {articles[url]["article_id"] for url in group}
        shown = ids - beside.keys()
        assert len(shown) == 1, group
        assert {beside[each] for each in ids - shown} == shown, group


def test_an_edited_reprint_is_a_copy_by_the_rule_of_what_it_contains(
    articles: Rows, lake: duckdb.DuckDBPyConnection
) -> None:
    near = "SELECT member, representative FROM duplicates WHERE rule = 'contained'"
    found = {frozenset(row) for row in lake.sql(near).fetchall()}
    expected = [{articles[url]["article_id"] for url in pair} for pair in EXPECTED["near_copies"]]
    assert found == {frozenset(pair) for pair in expected}


def test_rows_of_one_address_are_versions_of_one_article(
    articles: Rows, lake: duckdb.DuckDBPyConnection
) -> None:
    for group in EXPECTED["version_groups"]:
        (article_id,) = {articles[url]["article_id"] for url in group}
        found = lake.execute(
            "SELECT count(*), count(DISTINCT version), count_if(is_current) "
            "FROM versions WHERE article_id = ?",
            [article_id],
        ).fetchone()
        assert found == (len(group), len(group), 1), group


def test_saved_pages_of_one_canonical_address_show_one_article(
    articles: Rows, lake: duckdb.DuckDBPyConnection
) -> None:
    shown = {row[0] for row in lake.sql("SELECT document_id FROM articles").fetchall()}
    for group in EXPECTED["same_canonical"]:
        assert len({articles[url]["canonical_url"] for url in group}) == 1, group
        assert len(shown & {articles[url]["document_id"] for url in group}) == 1, group


def test_notices_of_one_text_and_two_titles_are_no_copies(
    articles: Rows, lake: duckdb.DuckDBPyConnection
) -> None:
    shown = {row[0] for row in lake.sql("SELECT article_id FROM articles").fetchall()}
    for one, other in pairs(EXPECTED["same_text_other_title"]):
        assert articles[one]["text"] == articles[other]["text"]
        assert {articles[one]["article_id"], articles[other]["article_id"]} <= shown


def test_every_cluster_shows_exactly_one_row(lake: duckdb.DuckDBPyConnection) -> None:
    counts = lake.sql("""
        SELECT
            count(DISTINCT cluster_id),
            count_if(is_representative),
            (SELECT count(*) FROM articles)
        FROM all_articles
    """).fetchone()
    assert counts is not None
    assert len(set(counts)) == 1


def test_the_starter_list_is_off_and_names_where_each_address_is_from() -> None:
    starters = {name: source for name, source in load(SEEDS).items() if source.kind != "folder"}
    assert len(starters) >= 10
    assert [name for name, source in starters.items() if source.enabled] == []
    profiles = [source.profile() for source in starters.values()]
    assert len({profile.country for profile in profiles}) >= 8
    assert len({profile.language for profile in profiles}) >= 8
    lines = SEEDS.read_text().splitlines()
    for name, source in starters.items():
        comment = lines[lines.index(f"[sources.{name}]") - 1]
        assert re.search(r"^# .*github\.com/[\w.-]+/[\w.-]+, \S", comment), name
        assert source.place().startswith("https://")
