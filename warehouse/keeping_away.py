"""What was taken down and must not come back, by its digests: no url or word of it is kept.

    article   the id of an article: sha256 of the url it is known by (with its source, of a file)
    source    sha256 of the name of a source
    text      a content hash
    payload   sha256 of the bytes of a document

A document is kept away where its source, one of its urls or its bytes are among them, and where the
article that is read from it has such an id or text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.catalog import CATALOG, Lake

Kind = Literal["article", "source", "text", "payload"]
KINDS: tuple[Kind, ...] = get_args(Kind)

Address = Callable[[str, str], str]
"""A url and its source -> the id of the article that is known by it, however it is spelled."""

MESSAGE = "takedown"
"""Of every commit that changes what is kept away, or erases: it names nothing."""

_MET = f"""
SELECT count(*) > 0 FROM {CATALOG}.ducklake_snapshot_changes
WHERE snapshot_id > ? AND starts_with(commit_message, ?)
"""
_FIRST = f"SELECT min(snapshot_id) FROM {CATALOG}.ducklake_snapshot"


def plain_address(url: str, source: str) -> str:
    """Digest a url as it is spelled."""
    named = f"{source}\n{url}" if url.startswith("file:") else url
    return hashlib.sha256(named.encode()).hexdigest()


def name_digest(source: str) -> str:
    """Digest the name of a source."""
    return hashlib.sha256(source.encode()).hexdigest()


@dataclass(frozen=True)
class Away:
    """Everything that is kept away, as of one snapshot."""

    address: Address = plain_address
    digests: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Kind -> digests; a kind without any is not there."""

    def __bool__(self) -> bool:
        return bool(self.digests)

    def of(self, kind: Kind) -> frozenset[str]:
        """Give the digests of one kind."""
        return self.digests.get(kind, frozenset())

    def has_source(self, source: str) -> bool:
        """Say whether a whole source is kept away."""
        return bool(self.digests) and name_digest(source) in self.of("source")

    def has_url(self, url: str, source: str) -> bool:
        """Say whether what a source has at a url is kept away."""
        return "article" in self.digests and self.address(url, source) in self.of("article")

    def has_document(self, row: Mapping[str, object]) -> bool:
        """Say whether a document is kept away, by what is known of it unread.

        Args:
            row: of `documents`; its payload is not needed.
        """
        if not self.digests:
            return False
        source = str(row["source"])
        urls = {str(url) for url in (row["url"], row["final_url"]) if url is not None}
        return (
            row["payload_digest"] in self.of("payload")
            or self.has_source(source)
            or any(self.has_url(url, source) for url in urls)
        )

    def of_articles(self, rows: pa.RecordBatch) -> set[str]:
        """Give the ids of the documents, among n rows of ARTICLE, whose article is kept away."""
        found: set[str] = set()
        for column, kind in (("article_id", "article"), ("content_hash", "text")):
            if digests := self.digests.get(kind):
                is_away = pc.is_in(rows.column(column), pa.array(sorted(digests), pa.string()))
                found.update(rows.column("document_id").filter(is_away).to_pylist())
        return found


NOTHING = Away()


def kept_away(lake: Lake, address: Address) -> Away:
    """Read everything that is kept away.

    Args:
        lake: an open warehouse.
        address: how urls are told apart.
    """
    found: dict[str, set[str]] = {}
    for kind, digest in lake.connection.execute(
        "SELECT kind, digest FROM lake.raw.takedowns"
    ).fetchall():
        found.setdefault(kind, set()).add(digest)
    return Away(address, {kind: frozenset(digests) for kind, digests in found.items()})


def is_met(lake: Lake, snapshot: int) -> bool:
    """Say whether anything was taken down since a snapshot, as far as it can be told."""
    return not is_kept(lake, snapshot + 1) or bool(lake.scalar(_MET, [snapshot, MESSAGE]))


def is_kept(lake: Lake, snapshot: int) -> bool:
    """Say whether a snapshot and all behind it can still be asked; a purge ends them at once."""
    return int(str(lake.scalar(_FIRST))) <= snapshot
