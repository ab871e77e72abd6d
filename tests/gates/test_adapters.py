"""What the scorers are given is what the product stores, on a hundred documents."""

from __future__ import annotations

import asyncio
from pathlib import Path

import adapters
import pytest
from corpora import load

from flows.ingesting import run
from flows.settings import Settings
from warehouse import connect

TESTS = Path(__file__).parents[1]
DOCUMENTS = 100


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A source of a hundred pages: the bundled ones, and generated ones."""
    pages = tmp_path / "pages"
    pages.mkdir()
    bundled = sorted((TESTS.parent / "seeds" / "articles" / "pages").glob("*.html"))
    for page in bundled:
        (pages / page.name).write_bytes(page.read_bytes())
    generator = load(TESTS / "bench" / "bench_pages.py")
    for number in range(DOCUMENTS - len(bundled)):
        (pages / f"{number}.html").write_text(generator.page(number), encoding="utf-8")
    sources = tmp_path / "sources.toml"
    sources.write_text('[sources.pages]\nkind = "folder"\npath = "pages"\n')
    return Settings(warehouse=tmp_path / "lake", sources=sources)


def test_the_adapter_gives_what_is_stored(settings: Settings) -> None:
    asyncio.run(run.ingest(settings, (), lambda source, documents: None))
    with connect(settings.warehouse) as connection:
        stored = connection.execute(
            "SELECT documents.payload, documents.url, articles.title, articles.authors, "
            "articles.published_at, articles.published_date, articles.text "
            "FROM raw.articles AS articles JOIN raw.documents AS documents USING (document_id)"
        ).to_arrow_table()
    assert stored.num_rows == DOCUMENTS
    for row in stored.to_pylist():
        assert adapters.extract(row.pop("payload"), row.pop("url")) == row
