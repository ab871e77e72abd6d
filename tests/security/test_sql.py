"""Text from anywhere is never SQL: names, urls, articles, settings, the names of folders."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from transforms.errors import QueryError
from warehouse import connect
from warehouse.opening import opened
from warehouse.query import run

Command = Callable[..., Any]
Write = Callable[[dict[str, str | bytes]], None]
Query = Callable[[Path, str], list[dict[str, Any]]]

DROP = "x'); DROP TABLE lake.raw.articles; --"
SOURCE = '[sources.wire]\nkind = "folder"\npath = "articles"\n'
PAGE = """\
<html lang="en"><head><title>{title}</title></head><body><article>
<h1>{title}</h1><p>{title} was said twice on Monday, and nobody in the harbour could say why.</p>
<p>The harbour master wrote it down, word for word, and hung the paper beside the tide table.</p>
<p>Two fishermen read it aloud in the evening, and both of them thought that it was a joke.</p>
</article></body></html>
"""


def test_an_article_that_speaks_sql_is_stored_as_it_stands(
    wirelake: Command, write: Write, query: Query
) -> None:
    write({"sources.toml": SOURCE, f"articles/{DROP}.html": PAGE.format(title=DROP)})
    assert wirelake("ingest").code == 0
    [row] = query(Path("lake"), "SELECT title, url FROM articles")
    assert row["title"] == DROP
    for words in (
        ["explain", row["url"]], ["explain", DROP], ["explain", "' OR 1=1 --"],
        ["ingest", DROP], ["boilerplate", "list", DROP],
        ["backfill", "--forget", "2026-03-14", DROP], ["export", "out", "--view", DROP],
    ):  # fmt: skip
        assert "Traceback" not in wirelake(*words).err
    assert wirelake("ingest").code == 0
    assert len(query(Path("lake"), "FROM articles")) == 1
    assert wirelake("check", "--deep").code == 0


@pytest.mark.parametrize("name", [DROP, "a'b", 'a"b', "a;b", "a b", "../a"])
def test_a_source_has_no_name_that_sql_or_a_path_could_take_otherwise(
    wirelake: Command, write: Write, name: str
) -> None:
    written = name.replace('"', '\\"')
    write({"sources.toml": SOURCE.replace("wire", f'"{written}"'), "articles/a.txt": "A.\n"})
    said = wirelake("ingest")
    assert (said.code, Path("lake").exists()) == (2, False)
    assert "name" in said.sentence


@pytest.mark.first(1)
@pytest.mark.parametrize(
    "folder",
    [
        "a'; DROP TABLE x; --",
        'say "lake" [1]*',
        "it's",
        'say "lake"',
        "lake [1]*",
    ],
)
def test_a_warehouse_may_lie_in_a_folder_of_any_name(
    wirelake: Command, write: Write, here: Path, folder: str
) -> None:
    write({"sources.toml": SOURCE, "articles/a.txt": "A lamp.\n\nIt burns.\n", f"{folder}/a": ""})
    lake = here / folder / "lake"
    for words in (["ingest"], ["sql", "FROM rejects"], ["maintain"], ["check"], ["digest"]):
        assert wirelake(*words, "--warehouse", lake).code == 0, words
    with pytest.raises(QueryError):
        run(lake, f"FROM read_parquet('{str(here / folder).replace(chr(39), chr(39) * 2)}/a')")


@pytest.mark.parametrize("policy", ["title; SELECT 1", "title) --", "(SELECT 1)", "getenv('HOME')"])
def test_a_policy_that_is_more_than_an_order_is_refused_before_anything_is_read(
    wirelake: Command, write: Write, policy: str
) -> None:
    settings = f'[dedupe]\nrepresentative = "{policy}"\n'
    write({"sources.toml": SOURCE, "wirelake.toml": settings, "articles/a.txt": "A.\n"})
    said = wirelake("ingest")
    assert (said.code, Path("lake").exists()) == (2, False)
    assert "dedupe.representative" in said.sentence


@pytest.mark.parametrize(
    "where",
    [
        "true); DROP TABLE raw.meta; SELECT (true", "true); COPY (SELECT 1) TO 'evil.csv'; --",
        "title IN (SELECT content FROM read_text('sources.toml'))", "title = getenv('HOME')",
        "EXISTS (FROM sqlite_scan('lake/catalog.sqlite', 'ducklake_view'))", "true) --",
    ],
)  # fmt: skip
def test_what_is_to_be_taken_down_is_asked_behind_the_same_fence(
    wirelake: Command, stored: Path, here: Path, where: str
) -> None:
    settings = ("--settings", stored / "wirelake.toml")
    said = wirelake("takedown", "--where", where, *settings)
    assert said.code != 0
    assert list(here.iterdir()) == []
    count = wirelake("sql", "SELECT count(*) AS n FROM articles", "--format", "jsonl", *settings)
    assert count.out == '{"n": 1}\n'


@pytest.mark.parametrize(
    "statement",
    [
        "FROM '{url}'", "FROM read_parquet('{url}')", "FROM parquet_schema('{url}')",
        "FROM glob('{url}')", "FROM 'https://127.0.0.1:9/a.csv'", "SELECT getenv('HOME')",
        "FROM duckdb_secrets()", "FROM read_duckdb('{url}')", "INSTALL httpfs FROM '{url}'",
        "LOAD '{url}'", "ATTACH '{url}' AS other", "ATTACH 'ducklake:{url}' AS other",
        "FROM query_table('articles')", "FROM json_execute_serialized_sql('{{}}')",
        "PIVOT articles ON title", "SELECT nextval('x')", "SET VARIABLE a = 1",
    ],
)  # fmt: skip
def test_a_reader_reaches_no_network_no_secret_and_no_other_database(
    stored: Path, outlet: Any, statement: str
) -> None:
    url = outlet.serve("/a.parquet", b"PAR1")
    with pytest.raises(QueryError):
        run(stored / "lake", statement.format(url=url)).fetchall()
    assert outlet.log == []


def test_a_view_that_somebody_put_into_a_warehouse_reads_no_file_either(
    stored: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    lake = Path(shutil.copytree(stored / "lake", tmp_path / "lake"))
    with opened(lake) as writing:
        writing.connection.execute(
            f"CREATE VIEW lake.main.trap AS FROM read_text('{tmp_path}/secret.txt')"
        )
    with pytest.raises(QueryError, match="disabled by configuration"):
        run(lake, "FROM trap").fetchall()


def test_no_statement_changes_a_warehouse_that_is_open_for_reading(stored: Path) -> None:
    with connect(stored / "lake") as connection:
        for statement in (
            "DELETE FROM raw.meta",
            "DROP VIEW articles",
            "CREATE TABLE raw.t (a INT)",
        ):
            with pytest.raises(Exception, match=r"read.only|read-only"):
                connection.execute(statement)
