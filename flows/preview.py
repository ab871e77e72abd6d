"""Looking at a source before anything of it is stored."""

from __future__ import annotations

import pyarrow as pa

from flows.normalize import normalize
from flows.pipeline import document_row
from flows.settings import Settings
from flows.sources import Document, Fetch, Source, load
from transforms.errors import ConfigError, IngestError
from transforms.schema import DOCUMENT

PREVIEW_CHARS = 300
HIDDEN = frozenset({"article_id", "document_id", "content_hash", "month", "batch_id", "added_at"})


def source_row(source: Source) -> dict[str, object]:
    """Describe a configured source in one row."""
    profile = source.profile()
    return {
        "source": source.name,
        "kind": source.kind,
        "enabled": source.enabled,
        "reads": source.place(),
        "language": profile.language,
        "country": profile.country,
        "timezone": profile.timezone,
    }


def first_articles(settings: Settings, names: tuple[str, ...]) -> list[dict[str, object]]:
    """Read and normalize the first document of each source.

    Raises:
        ConfigError: the sources file is wrong, or a name is unknown.
    """
    configured = load(settings.sources)
    for name in names:
        if name not in configured:
            known = ", ".join(configured)
            raise ConfigError(f"there is no source '{name}'", path=settings.sources, known=known)
    return [_first_article(configured[name]) for name in names or configured]


def _first_article(source: Source) -> dict[str, object]:
    try:
        document = _first_document(source)
    except IngestError as error:
        return {"source": source.name, "error": str(error)}
    if isinstance(document, Document):
        return _article(source, document)
    why = f"{document.url}: {document.error}" if document else "it has no document"
    return {"source": source.name, "error": why}


def _first_document(source: Source) -> Document | Fetch | None:
    """Give the first document, else the first failure, else nothing."""
    failure: Fetch | None = None
    for reading in source.read(None, {}):
        if isinstance(reading, Document):
            return reading
        if failure is None and reading.outcome != "ok":
            failure = reading
    return failure


def _article(source: Source, document: Document) -> dict[str, object]:
    documents = pa.RecordBatch.from_pylist([document_row(source.name, document)], DOCUMENT)
    row = normalize(documents, source.profile()).to_pylist()[0]
    text = str(row["text"] or "")
    row["text"] = f"{text[:PREVIEW_CHARS]}…" if len(text) > PREVIEW_CHARS else text
    return {name: value for name, value in row.items() if name not in HIDDEN and value is not None}
