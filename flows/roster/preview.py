"""Looking at a source before anything of it is stored."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pyarrow as pa

from flows.ingesting.normalize import normalize
from flows.ingesting.rows import document_row
from flows.ingesting.run import manners_of
from flows.settings import Settings
from flows.sources import Document, Fetch, Poll, Reading, Source, Web, load, pick
from transforms.errors import IngestError, SourceError
from transforms.schema import DOCUMENT

PREVIEW_CHARS = 300
TIMEOUT_S = 60.0
HIDDEN = frozenset({"article_id", "document_id", "content_hash", "month", "batch_id", "added_at"})


def description_of(source: Source) -> dict[str, object]:
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


def first_articles(
    settings: Settings, names: tuple[str, ...], timeout_s: float = TIMEOUT_S
) -> list[Preview]:
    """Read and normalize the first document of each source.

    Args:
        settings: in force.
        names: of sources; empty for all that are enabled.
        timeout_s: for each source.

    Raises:
        ConfigError: the sources file is wrong, or a name is unknown.
    """
    sources = pick(load(settings.sources, settings.normalize.mode), names, settings.sources)
    with Web(manners_of(settings)) as web:
        return [_first_article(source, Poll(web=web), timeout_s) for source in sources]


def _first_article(source: Source, poll: Poll, timeout_s: float) -> Preview:
    try:
        (row,) = articles_of(source, poll, 1, timeout_s)
    except IngestError as error:
        return Preview({"source": source.name, "error": str(error)}, error)
    return Preview(row)


def articles_of(
    source: Source, poll: Poll, count: int, timeout_s: float
) -> list[dict[str, object]]:
    """Read a source until it has given some documents, and show them as they would be stored.

    Args:
        source: configured.
        poll: how to ask.
        count: of documents, at most; reading stops after the last one.
        timeout_s: after it, what has come by then is shown.

    Raises:
        ConfigError, SourceError: no document could be read, or none came in time.
    """
    reader = _Reader(source, poll, count)
    reader.start()
    reader.join(timeout_s)
    is_late = reader.is_alive()
    reader.gives_up.set()
    documents = list(reader.documents)
    if documents:
        return [_article(source, document) for document in documents]
    if is_late:
        message = f"no article could be read within {timeout_s:g} seconds"
        raise SourceError(message, source=source.name)
    if reader.error:
        raise reader.error
    failure = reader.failure
    why = f"{failure.url}: {failure.error or failure.outcome}" if failure else "it has no document"
    raise SourceError(f"no article could be read: {why}", source=source.name)


class _Reader(threading.Thread):
    """Reads in a thread of its own, for a source that waits cannot be interrupted."""

    def __init__(self, source: Source, poll: Poll, count: int) -> None:
        super().__init__(name=f"preview of {source.name}", daemon=True)
        self._source, self._poll, self._count = source, poll, count
        self.gives_up = threading.Event()
        self.documents: list[Document] = []
        self.failure: Fetch | None = None
        """The first one: those after it often only follow from it."""
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            readings = self._source.read(None, {}, self._poll)
            while len(self.documents) < self._count and not self.gives_up.is_set():
                reading = next(readings, None)
                if reading is None:
                    return
                self._take(reading)
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            self.error = error

    def _take(self, reading: Reading) -> None:
        if isinstance(reading, Document):
            self.documents.append(reading)
        elif isinstance(reading, Fetch) and reading.is_failure and not reading.is_step:
            self.failure = self.failure or reading


def _article(source: Source, document: Document) -> dict[str, object]:
    documents = pa.RecordBatch.from_pylist([document_row(source.name, document)], DOCUMENT)
    row = normalize(documents, source.profile()).to_pylist()[0]
    text = str(row["text"] or "")
    row["text"] = f"{text[:PREVIEW_CHARS]}…" if len(text) > PREVIEW_CHARS else text
    return {name: value for name, value in row.items() if name not in HIDDEN and value is not None}
