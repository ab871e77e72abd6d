"""Looking at a source before anything of it is stored."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from flows.normalize import normalize
from flows.pipeline import document_row
from flows.settings import Settings
from flows.sources import Document, Fetch, Source, load
from transforms.errors import ConfigError, IngestError, SourceError
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


@dataclass(frozen=True)
class Preview:
    """What a source gave first, or why it gave nothing."""

    row: dict[str, object]
    error: IngestError | None = None


def first_articles(settings: Settings, names: tuple[str, ...]) -> list[Preview]:
    """Read and normalize the first document of each source.

    Raises:
        ConfigError: the sources file is wrong, or a name is unknown.
    """
    configured = load(settings.sources)
    for name in names:
        if name not in configured:
            known = ", ".join(configured)
            raise ConfigError(f"there is no source '{name}'", path=settings.sources, known=known)
    return [_first_article(configured[name]) for name in dict.fromkeys(names or configured)]


def _first_article(source: Source) -> Preview:
    try:
        document = _first_document(source)
        if not isinstance(document, Document):
            why = f"{document.url}: {document.error}" if document else "it has no document"
            raise SourceError(f"no article could be read: {why}", source=source.name)
    except IngestError as error:
        return Preview({"source": source.name, "error": str(error)}, error)
    return Preview(_article(source, document))


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
