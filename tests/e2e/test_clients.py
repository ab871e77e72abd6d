"""Other programs read the warehouse: DuckDB's own shell, pyarrow, and Python with a connection."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from warehouse import connect

pytestmark = pytest.mark.whole

WIRELAKE = [sys.executable, "-m", "flows.cli"]
ENVIRONMENT = {
    "PREFECT_API_URL": "http://127.0.0.1:9/api",
    "WIRELAKE_NORMALIZE__WORKERS": "1",
    "WIRELAKE_BATCH__MAX_DOCUMENTS": "50",
}
ARTICLES = 100
WORDS = ("lamp", "pier", "ferry", "crew", "storm", "harbour", "clock", "winter", "engine", "light")


def article(number: int) -> str:
    words = " ".join(random.Random(number).choices(WORDS, k=59))  # no two are copies
    row = {"id": str(number), "title": f"Notice {number}", "text": f"{number}: {words}."}
    return json.dumps(row | {"date": f"2024-{number % 3 + 1:02}-10"})


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a warehouse of some months."""
    home = tmp_path_factory.mktemp("clients") / "it's here"
    (home / "articles").mkdir(parents=True)
    (home / "articles" / "a.jsonl").write_text("\n".join(map(article, range(ARTICLES))))
    (home / "sources.toml").write_text('[sources.wire]\nkind = "folder"\npath = "articles"\n')
    assert json.loads(wirelake(home, "ingest", "--format", "json"))[0]["new"] == ARTICLES
    return home


def wirelake(home: Path, *words: str) -> str:
    """Run the command in a folder."""
    ran = subprocess.run(  # noqa: S603
        [*WIRELAKE, *words],
        cwd=home,
        env=os.environ | ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def attach(home: Path) -> str:
    """The SQL that the command prints."""
    return wirelake(home, "attach")


@pytest.fixture(scope="module")
def shell() -> list[str]:
    """DuckDB's own shell, another program with another copy of DuckDB."""
    shell = Path(sys.executable).with_name("duckdb")
    if not shell.exists():
        pytest.skip("no duckdb-cli here: it is in the group dev")
    return [str(shell), "-json", "-bail"]


def asked(shell: list[str], statements: str) -> list[dict[str, Any]]:
    """Give the shell statements, and read the rows of the last."""
    ran = subprocess.run(  # noqa: S603
        shell, input=statements, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    rows: list[dict[str, Any]] = json.loads(ran.stdout)
    return rows


def test_duckdbs_shell_counts_what_the_command_counts(
    home: Path, attach: str, shell: list[str]
) -> None:
    assert len(attach.splitlines()) == 4
    count = asked(shell, f"{attach}SELECT count(*) AS n FROM lake.articles;")
    by_command = wirelake(home, "sql", "SELECT count(*) AS n FROM articles", "--format", "json")
    assert count == json.loads(by_command) == [{"n": ARTICLES}]


def test_duckdbs_shell_reads_every_view_and_cannot_write(attach: str, shell: list[str]) -> None:
    views = (
        "articles", "all_articles", "versions", "changes", "duplicates", "syndication", "clusters",
        "rejects", "runs",
    )  # fmt: skip
    each = [f"SELECT '{view}' AS v, count(*) AS n FROM lake.{view}" for view in views]
    union = " UNION ALL ".join(each)
    counts = {row["v"]: row["n"] for row in asked(shell, f"{attach}{union};")}
    assert list(counts.values()) == [*[ARTICLES] * 4, 0, 0, 0, 0, 1]
    refused = subprocess.run(  # noqa: S603
        shell, input=f"{attach}DELETE FROM lake.raw.articles;", capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert refused.returncode != 0
    assert "read-only" in refused.stderr


@pytest.fixture
def ingesting(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another ingest of new articles, at work, in several batches."""
    rows = map(article, range(ARTICLES, 3 * ARTICLES))
    (home / "articles" / "b.jsonl").write_text("\n".join(rows))
    with subprocess.Popen(  # noqa: S603
        [*WIRELAKE, "ingest"],
        cwd=home,
        env=os.environ | ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        yield running


def test_duckdbs_shell_reads_whole_batches_while_an_ingest_writes(
    attach: str, shell: list[str], ingesting: subprocess.Popen[bytes]
) -> None:
    question = attach + (
        "SELECT (SELECT count(*) FROM lake.raw.documents) AS documents,"
        " (SELECT count(*) FROM lake.raw.articles) AS articles,"
        " (SELECT sum(seen) FROM lake.raw.batches)::BIGINT AS seen;"
    )
    answers = []
    while ingesting.poll() is None:
        answers += asked(shell, question)
        time.sleep(0.2)
    assert ingesting.returncode == 0
    answers += asked(shell, question)
    assert all(row["documents"] == row["articles"] == row["seen"] for row in answers)
    assert [row["seen"] for row in answers] == sorted(row["seen"] for row in answers)
    assert answers[-1]["seen"] == 3 * ARTICLES
    assert len(answers) > 1


def test_pyarrow_reads_the_files_that_the_lake_names(home: Path) -> None:
    with connect(home / "lake") as connection:
        named = connection.execute(
            "SELECT data_file FROM ducklake_list_files('lake', 'articles', schema => 'raw')"
        ).fetchall()
        rows = connection.sql("SELECT article_id, document_id, title FROM raw.articles")
        wanted = sorted(rows.fetchall())
    found = []
    for (path,) in named:
        part = pq.ParquetFile(path).read(["article_id", "document_id", "title"])
        found += [tuple(row.values()) for row in part.to_pylist()]
    assert sorted(found) == wanted
    assert len(wanted) >= ARTICLES
    on_disk = (home / "lake" / "data" / "raw" / "articles").rglob("*.parquet")
    assert {path for (path,) in named} == set(map(str, on_disk))


def test_python_gets_a_connection_of_its_own(home: Path) -> None:
    with connect(str(home / "lake")) as connection:
        months = connection.sql("SELECT DISTINCT month FROM articles").to_arrow_table()
        assert months.num_rows == 3
        with pytest.raises(duckdb.Error, match="read-only"):
            connection.execute("DELETE FROM raw.articles")
