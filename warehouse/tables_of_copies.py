"""What the copies step knows: its tables of the schema `raw`, column by column."""

from __future__ import annotations

import pyarrow as pa

from transforms.schema import TIMESTAMP, field

_TEXT = pa.string()

COMPARED = pa.schema(
    [
        field("document_id", _TEXT, "the document whose text was compared", nullable=False),
        field("algo", _TEXT, "with which version of the copies step", nullable=False),
    ]
)
PAIRS = pa.schema(
    [
        field("algo", _TEXT, "version of the copies step", nullable=False),
        field("a", _TEXT, "content_hash of one text, the smaller", nullable=False),
        field("b", _TEXT, "content_hash of the other", nullable=False),
        field(
            "rule",
            _TEXT,
            "why they are copies: `contained` (most of one stands in the other), `same_start` "
            "(more than half, and both beginnings), `one_start` (more than half, and one "
            "beginning; of a size), or `canonical` (a page says so)",
            nullable=False,
        ),
        field(
            "score",
            pa.float64(),
            "which share of the smaller text stands in the other; 1 where a page says so",
            nullable=False,
        ),
        field(
            "shared_keys",
            pa.int32(),
            "how many of the 64 keys of each text the other has too; null where a page says so",
        ),
    ]
)
CLUSTERS = pa.schema(
    [
        field("content_hash", _TEXT, "a text in a cluster of two texts or more", nullable=False),
        field("cluster_id", _TEXT, "the smallest content_hash of the cluster", nullable=False),
    ]
)
CLUSTER_CHANGES = pa.schema(
    [
        field("content_hash", _TEXT, "the text", nullable=False),
        field("cluster_id", _TEXT, "its cluster from now on", nullable=False),
        field("previous_cluster_id", _TEXT, "its cluster before; null when it had none"),
        field(
            "representative", _TEXT, "article_id shown for the cluster from now on", nullable=False
        ),
        field("previous_representative", _TEXT, "article_id shown before"),
        field(
            "reason",
            _TEXT,
            "formed, moved, representative, or alone again",
            nullable=False,
        ),
        field("run_id", _TEXT, "the run whose copies step saw it", nullable=False),
        field("changed_at", TIMESTAMP, "when that step saw it", nullable=False),
    ]
)
ARTICLE_STATES = pa.schema(
    [
        field("article_id", _TEXT, "an article that was ever kept", nullable=False),
        field("is_shown", pa.bool_(), "whether `articles` showed it", nullable=False),
        field(
            "document_id", _TEXT, "its current document; null, as what follows, where it is gone"
        ),
        field("article_month", pa.date32(), "the partition of that row of `articles`"),
        field("batch_id", _TEXT, "the commit that stored that row: a replay is another"),
        field("content_hash", _TEXT, "its text"),
        field("version", _TEXT, "digest of title and text"),
        field("first_seen", TIMESTAMP, "as shown"),
        field("last_seen", TIMESTAMP, "as shown"),
        field("cluster_id", _TEXT, "its cluster"),
        field("cluster_size", pa.int64(), "as shown"),
        field("appeared_at", TIMESTAMP, "when it was first seen to be shown, or to be shown again"),
        field("version_at", TIMESTAMP, "when its title or text was last seen to be another"),
        field("cluster_at", TIMESTAMP, "when its cluster was last seen to be another, or to grow"),
        field(
            "changed_at",
            TIMESTAMP,
            "when anything of its row was last seen to be otherwise, or the row to be gone",
            nullable=False,
        ),
        field(
            "snapshot", pa.int64(), "the state of the warehouse that was looked at", nullable=False
        ),
    ]
)
CHAINS = pa.schema(
    [
        field("cluster_id", _TEXT, "a cluster that holds two texts unlike", nullable=False),
        field("texts", pa.int64(), "in the cluster", nullable=False),
        field("a", _TEXT, "content_hash of one of two that lie farthest apart", nullable=False),
        field("b", _TEXT, "content_hash of the other", nullable=False),
        field(
            "links",
            pa.int64(),
            "pairs from the one to the other, on the shortest way",
            nullable=False,
        ),
        field(
            "containment",
            pa.float64(),
            "which share of the smaller stands in the other",
            nullable=False,
        ),
    ]
)
