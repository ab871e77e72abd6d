"""What a source gave, by its kinds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from flows.sources import Cursor, Document, Fetch, Reading


def documents(readings: Iterable[Reading]) -> list[Document]:
    return [each for each in readings if isinstance(each, Document)]


def fetches(readings: Iterable[Reading]) -> list[Fetch]:
    """The requests that counted."""
    return [each for each in readings if isinstance(each, Fetch) and not each.is_step]


def failures(readings: Iterable[Reading]) -> list[Fetch]:
    return [fetch for fetch in fetches(readings) if fetch.is_failure]


def remember(readings: Sequence[Reading], memory: dict[str, Cursor]) -> None:
    """Keep the cursors, each with a document where its url gave one, as the pipeline does."""
    gave = {each.origin for each in documents(readings)}
    for each in readings:
        cursor = each if isinstance(each, Cursor) else getattr(each, "cursor", None)
        if cursor:
            given = "some" if cursor.url in gave else cursor.document_id
            memory[cursor.url] = replace(cursor, document_id=given)
