"""The corpora that floors are measured on, with their scorers: no part of the project."""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared"))


@dataclass(frozen=True)
class Corpus:
    """A corpus and what scores it, by their common name."""

    name: str

    @property
    def path(self) -> Path:
        return SHARED / "data" / f"{self.name}_dev.parquet"

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.path.read_bytes()).hexdigest()

    def articles(self) -> list[dict[str, Any]]:
        """Give the rows of a corpus of dated texts, when they were published in UTC."""
        rows: list[dict[str, Any]] = pq.read_table(self.path).to_pylist()
        for row in rows:
            published = dt.datetime.fromisoformat(row["published_at"])
            row["published_at"] = published.replace(tzinfo=dt.UTC)
        return rows

    def scorer(self) -> ModuleType:
        return load(SHARED / "eval" / f"{self.name}.py")

    def require(self) -> None:
        """Skip the module where the corpus is missing; in CI floors must not pass unmeasured."""
        if self.path.exists():
            return
        if os.environ.get("CI") == "true":
            raise FileNotFoundError(f"the corpus is missing: {self.path}")
        pytest.skip(f"the corpus {self.name} is not on this machine", allow_module_level=True)


def load(path: Path) -> ModuleType:
    """Load a module that no import finds."""
    spec = importlib.util.spec_from_file_location(f"gate_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
