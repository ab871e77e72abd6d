"""What the warehouse holds: every table of the schema `raw`, column by column.

DOCUMENT and ARTICLE are the contract of `transforms.schema`; the others are the warehouse's own
memory. `documents`, `articles`, `keys` and `fetches` are partitioned by `month`.
"""

from __future__ import annotations

import pyarrow as pa

from transforms.schema import ARTICLE, DOCUMENT, TIMESTAMP, field
from warehouse.tables_of_copies import (
    ARTICLE_STATES,
    CHAINS,
    CLUSTER_CHANGES,
    CLUSTERS,
    COMPARED,
    PAIRS,
)

SCHEMA_VERSION = 9
"""Of the tables and views together; an older warehouse is migrated, a newer one refused."""

_TEXT = pa.string()


def _month(of: str) -> pa.Field:
    return field(
        "month", pa.date32(), f"first day of the month of {of}: the partition", nullable=False
    )


SIGHTINGS = pa.schema(
    [
        field("document_id", _TEXT, "the document seen", nullable=False),
        field(
            "seen_at",
            TIMESTAMP,
            "when its answer came, or its file was last modified",
            nullable=False,
        ),
    ]
)
KEYS = pa.schema(
    [
        field("algo", _TEXT, "version of the signature", nullable=False),
        field("content_hash", _TEXT, "the text", nullable=False),
        field("day", pa.date32(), "a day the text was published; null when undated"),
        _month("day, 1970-01-01 when undated"),
        field(
            "keys",
            pa.list_(pa.uint64()),
            "the bands of the signature; texts without one in common are not compared. Empty for a "
            "short text",
        ),
    ]
)
SOURCES = pa.schema(
    [
        field("source", _TEXT, "name", nullable=False),
        field("kind", _TEXT, "how it is read: the file of flows/sources", nullable=False),
        field("country", _TEXT, "ISO 3166-1 alpha-2, as configured"),
        field("language", _TEXT, "BCP-47, as configured"),
        field("config", _TEXT, "digest of the options that change its documents", nullable=False),
    ]
)
META = pa.schema(
    [
        field(
            "name",
            _TEXT,
            "schema_version, algo, window_days, representative, chains (algo by which all were "
            "measured), compared_to (the snapshot that the last copies step read), "
            "changes_from (since when `article_states` is kept; none: always), "
            "erased_since (the snapshot of an erasure whose parts are still to be written anew), "
            "sums (since when SHA256SUMS is there), sums_anew (when upkeep last made it anew "
            "because it was lost)",
            nullable=False,
        ),
        field("value", _TEXT, "its value", nullable=False),
    ]
)
FETCHES = pa.schema(
    [
        field("source", _TEXT, "name of the source", nullable=False),
        field("url", _TEXT, "what was asked for or read", nullable=False),
        field("fetched_at", TIMESTAMP, "when", nullable=False),
        field(
            "outcome",
            _TEXT,
            "ok, not_modified or redirected; gone, http_error, disallowed (by robots.txt), "
            "refused (by the address guard), unreachable, unreadable, timeout, broken, too_large "
            "or crashed",
            nullable=False,
        ),
        field("status", pa.int32(), "HTTP status; null for local files"),
        field("bytes", pa.int64(), "read from the network or the file", nullable=False),
        field(
            "ms", pa.float64(), "milliseconds from the question to the last byte", nullable=False
        ),
        field("error", _TEXT, "what went wrong, one sentence"),
        field("retry_after_s", pa.float64(), "seconds the server asked to wait"),
        field(
            "is_step",
            pa.bool_(),
            "true for a request on the way to the one that counts: robots.txt, a redirect, an "
            "earlier try",
        ),
        field("batch_id", _TEXT, "the commit that stored it", nullable=False),
        _month("fetched_at"),
    ]
)
CURSORS = pa.schema(
    [
        field("source", _TEXT, "name of the source", nullable=False),
        field("url", _TEXT, "what is remembered", nullable=False),
        field("etag", _TEXT, "verbatim"),
        field("last_modified", _TEXT, "verbatim"),
        field("body_digest", _TEXT, "sha256 of the last body"),
        field("next_poll_at", TIMESTAMP, "not before"),
        field("failures", pa.int32(), "in a row", nullable=False),
        field("size", pa.int64(), "bytes of a local file"),
        field("modified_at", TIMESTAMP, "modification time of a local file"),
        field("config", _TEXT, "digest of the options it was read under"),
        field("document_id", _TEXT, "the document it gave last; null where it gave none or many"),
        field("item", _TEXT, "what a list says of it, and the stamp it had, a JSON object"),
        field("first_asked_at", TIMESTAMP, "of a page: when it was first asked for"),
        field("asked_at", TIMESTAMP, "when it was last asked for"),
        field("changed_at", TIMESTAMP, "when its body was last another one"),
        field("interval_s", pa.float64(), "observed seconds between two changes of a list"),
        field(
            "unconfirmed",
            pa.int32(),
            "304s in a row since a whole body was seen; -1: its 304 is not believed",
        ),
        field("position", pa.int64(), "bytes of an archive whose records are stored already"),
        field("moving_to", _TEXT, "where its last good answer says it has moved for good"),
        field("moved_to", _TEXT, "the same, where two good answers in a row have said so"),
        field("gone_at", TIMESTAMP, "since when it answers 410"),
    ]
)
BATCHES = pa.schema(
    [
        field("batch_id", _TEXT, "random, kept over the retries of one commit", nullable=False),
        field("run_id", _TEXT, "the run it belongs to", nullable=False),
        field("source", _TEXT, "name of the source", nullable=False),
        field("started_at", TIMESTAMP, "when its first document was asked for", nullable=False),
        field("prepared_at", TIMESTAMP, "when its commit was prepared", nullable=False),
        field(
            "seen",
            pa.int64(),
            "documents the source gave = new + unchanged + taken_down",
            nullable=False,
        ),
        field("new", pa.int64(), "documents stored", nullable=False),
        field("unchanged", pa.int64(), "documents stored already", nullable=False),
        field("taken_down", pa.int64(), "documents that must not come back", nullable=False),
        field("articles", pa.int64(), "article rows written = kept + rejected", nullable=False),
        field("kept", pa.int64(), "article rows without a reject_reason", nullable=False),
        field("rejected", pa.int64(), "article rows with one", nullable=False),
        field(
            "known",
            pa.int64(),
            "files passed over unread: size and time were known",
            nullable=False,
        ),
        field(
            "failed", pa.int64(), "files, rows and requests that gave no document", nullable=False
        ),
        field("bytes", pa.int64(), "payload bytes of the new documents", nullable=False),
        field("normalizer", _TEXT, "version of the code and options", nullable=False),
        field("algo", _TEXT, "version of the copies step in force", nullable=False),
    ]
)
WINDOWS = pa.schema(
    [
        field("source", _TEXT, "name of the source", nullable=False),
        field("day", pa.date32(), "the UTC day asked for", nullable=False),
        field("state", _TEXT, "open, done or failed", nullable=False),
        field("reason", _TEXT, "why it failed, or is still open"),
        field("documents", pa.int64(), "that it gave", nullable=False),
        field("outside", pa.int64(), "articles of another day among them", nullable=False),
        field("normalizer", _TEXT, "that last read it", nullable=False),
        field("updated_at", TIMESTAMP, "when this row was written", nullable=False),
    ]
)
BOILERPLATE = pa.schema(
    [
        field("source", _TEXT, "name of the source", nullable=False),
        field(
            "version",
            _TEXT,
            "digest of the list of the source: what stands behind `~` in `normalizer`; empty where "
            "nothing is left out",
            nullable=False,
        ),
        field("digest", _TEXT, "of the letters and digits of the line, folded", nullable=False),
        field("line", _TEXT, "the line, as some page spells it", nullable=False),
        field(
            "place",
            _TEXT,
            "where it is left out: `start` (nothing but such lines before it), `end` (behind it) "
            "or `anywhere`",
            nullable=False,
        ),
        field(
            "state",
            _TEXT,
            "`listed` (left out of texts) or `dropped` (text, somebody said: not learned again)",
            nullable=False,
        ),
        field(
            "articles",
            pa.int64(),
            "that had it when it was learned: those that have most of their own lines in common "
            "count as one, those with hardly any line of their own not at all",
            nullable=False,
        ),
        field(
            "of_articles", pa.int64(), "articles it was learned from, counted so", nullable=False
        ),
        field(
            "days", pa.int64(), "on which the counted that had it were published", nullable=False
        ),
        field("learned_at", TIMESTAMP, "when", nullable=False),
        field(
            "in_force",
            pa.bool_(),
            "whether articles are read by this list; false for one that was before",
            nullable=False,
        ),
    ]
)
TAKEDOWNS = pa.schema(
    [
        field(
            "digest",
            _TEXT,
            "sha256 of what must not come back: neither a url nor a word of it is kept",
            nullable=False,
        ),
        field(
            "kind",
            _TEXT,
            "what the digest is of: `article` (the url an article is known by, or that one of its "
            "documents was found at; so it is an article_id), `source` (its name), and where its "
            "copies were taken down too `text` (a content_hash) and `payload`",
            nullable=False,
        ),
        field("taken_down_at", TIMESTAMP, "when", nullable=False),
    ]
)

TABLES: dict[str, pa.Schema] = {
    "documents": DOCUMENT,
    "sightings": SIGHTINGS,
    "articles": ARTICLE,
    "keys": KEYS,
    "compared": COMPARED,
    "pairs": PAIRS,
    "clusters": CLUSTERS,
    "cluster_changes": CLUSTER_CHANGES,
    "article_states": ARTICLE_STATES,
    "chains": CHAINS,
    "sources": SOURCES,
    "meta": META,
    "fetches": FETCHES,
    "cursors": CURSORS,
    "batches": BATCHES,
    "windows": WINDOWS,
    "boilerplate": BOILERPLATE,
    "takedowns": TAKEDOWNS,
}
"""Name of the table in schema `raw` -> its columns."""


def is_partitioned(table: str) -> bool:
    """Say whether the table has a folder per month."""
    return "month" in TABLES[table].names
