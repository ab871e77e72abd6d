"""Rows of the warehouse made of what sources give, and cursors made of rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields

from flows.sources import Cursor, Document, Fetch, Source
from transforms.identity import document_id, item_json, sha256_hex
from transforms.permissions import permissions_of
from warehouse.catalog import Lake
from warehouse.sources import cursors_of

_OF_FETCH = tuple(each.name for each in fields(Fetch) if each.name not in {"cursor", "lost"})


def document_row(source: str, document: Document) -> dict[str, object]:
    """Make the row of DOCUMENT, but for what depends on the batch."""
    digest, item = sha256_hex(document.payload), item_json(document.item)
    return {
        "document_id": document_id(
            source,
            (document.url, document.final_url),
            (document.media_type, document.charset),
            (digest, item),
            permissions_of(document.headers),
        ),
        "source": source,
        "url": document.url,
        "final_url": document.final_url,
        "status": document.status,
        "media_type": document.media_type,
        "charset": document.charset,
        "headers": json.dumps(dict(document.headers)) if document.headers else None,
        "item": item,
        "payload": document.payload,
        "payload_digest": digest,
        "payload_bytes": len(document.payload),
    }


def fetch_row(fetch: Fetch) -> dict[str, object]:
    """Make the row of a request or a file read, but for what depends on the batch."""
    return {name: getattr(fetch, name) for name in _OF_FETCH}


def source_row(source: Source) -> dict[str, object]:
    """Make the row of a configured source."""
    profile = source.profile()
    return {
        "source": source.name,
        "kind": source.kind,
        "country": profile.country,
        "language": profile.language,
        "config": source.config_digest(),
    }


def cursors_from(lake: Lake, source: str) -> dict[str, Cursor]:
    """Give what is remembered of a source, by url."""
    return {str(row["url"]): cursor_from(row) for row in cursors_of(lake, source)}


def cursor_from(row: Mapping[str, object]) -> Cursor:
    """Make a cursor of its row without the source; what is NULL is as it is by default."""
    known = {name: value for name, value in row.items() if value is not None}
    return Cursor(**known)  # type: ignore[arg-type]
