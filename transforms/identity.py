"""Names made of content: the id of a document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping


def sha256_hex(data: bytes) -> str:
    """Digest bytes, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def item_json(item: Mapping[str, object] | None) -> str | None:
    """Write an item in its one form: keys sorted, no spaces, nothing escaped that need not be."""
    if item is None:
        return None
    return json.dumps(item, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def document_id(
    source: str,
    urls: tuple[str, str | None],
    declared: tuple[str, str | None],
    content: tuple[str, str | None],
    permissions: Mapping[str, str],
) -> str:
    """Name a document after everything that reading it depends on.

    Args:
        source: name of the source.
        urls: (as asked for, after redirects or None).
        declared: (media type, charset or None), as its answer said.
        content: (payload digest, item in its one form or None).
        permissions: headers that say what is allowed; most answers have none.
    """
    named = [source, *urls, *declared, *content, *filter(None, [dict(permissions)])]
    written = json.dumps(named, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return sha256_hex(written.encode())
