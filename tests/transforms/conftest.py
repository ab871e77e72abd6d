"""Rows of the schemas with only what a test is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from transforms.schema import ARTICLE, UNDATED_MONTH

MakeArticles = Callable[..., pa.RecordBatch]

BARE = {
    "article_id": "0" * 64,
    "document_id": "1" * 64,
    "source": "wire",
    "url": "https://wire.example/1",
    "month": UNDATED_MONTH,
    "language": "und",
    "normalizer": "1",
    "authors": [],
    "keywords": [],
    "warnings": [],
}


@pytest.fixture(scope="session")
def make_articles() -> MakeArticles:
    """Make rows of ARTICLE from the columns that matter."""

    def make(*rows: dict[str, Any]) -> pa.RecordBatch:
        return pa.RecordBatch.from_pylist([BARE | row for row in rows], schema=ARTICLE)

    return make
