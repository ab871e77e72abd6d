"""What a document and an article are, column by column."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from transforms.schema.columns import TIMESTAMP, field

UNDATED_MONTH = dt.date(1970, 1, 1)
"""The partition of rows without a date."""

_TEXTS = pa.list_(pa.string())

DOCUMENT = pa.schema(
    [
        field(
            "document_id",
            pa.string(),
            "sha256 of source, url, what the answer said of itself, payload digest and item digest",
            nullable=False,
        ),
        field("source", pa.string(), "name of the source that gave it", nullable=False),
        field(
            "url",
            pa.string(),
            "as asked for; `file:` urls are relative to the source",
            nullable=False,
        ),
        field("final_url", pa.string(), "after redirects; null where there were none"),
        field("status", pa.int32(), "HTTP status; null for local files"),
        field("media_type", pa.string(), "as declared, or by the file's name", nullable=False),
        field("charset", pa.string(), "as declared outside the payload; null when not"),
        field(
            "headers", pa.string(), "the headers that matter, a JSON object; null for local files"
        ),
        field("item", pa.string(), "what a feed, sitemap or list said of it, a JSON object"),
        field("payload", pa.binary(), "byte for byte as it came"),
        field("payload_digest", pa.string(), "sha256 of the payload, hex", nullable=False),
        field("payload_bytes", pa.int64(), "length of the payload", nullable=False),
        field(
            "month",
            pa.date32(),
            "first day of the month it was first stored: the partition",
            nullable=False,
        ),
        field("batch_id", pa.string(), "the commit that stored it", nullable=False),
        field("added_at", TIMESTAMP, "when that batch was begun", nullable=False),
    ],
    metadata={"schema_version": "1"},
)
"""One fetched payload. `status` and `headers` are those of the first answer that was stored;
`month`, `batch_id` and `added_at` say when that was. The id covers all other columns."""

REJECT_REASONS = {
    "undecodable": "its bytes are no text, no JSON object where that was promised, or not at hand",
    "too_large": "it is longer, or of more elements or levels, than is read",
    "not_an_article": "a list, front page, error, login or feed, or of another media type",
    "empty": "it has no text",
    "too_short": "its text is shorter than a flash of an agency",
    "failed": "reading it raised an error, which a warning names",
}
"""Why a row is not kept, by the word that stands in `reject_reason`."""

ARTICLE = pa.schema(
    [
        field(
            "article_id", pa.string(), "sha256 of the article url, hex", nullable=False, ninjs="uri"
        ),
        field("document_id", pa.string(), "the document this row was read from", nullable=False),
        field(
            "content_hash",
            pa.string(),
            "sha256 of the folded text; under 40 shingles, of folded title and text; "
            "null when rejected",
        ),
        field("source", pa.string(), "name of the source", nullable=False),
        field(
            "url",
            pa.string(),
            "the article url: the cleaned canonical on the same registrable domain, "
            "else the cleaned final url",
            nullable=False,
            schema_org="url",
            ninjs="uri",
        ),
        field(
            "canonical_url",
            pa.string(),
            "the cleaned rel=canonical as stated, on whatever domain",
            schema_org="mainEntityOfPage",
            ninjs="altids",
        ),
        field(
            "title",
            pa.string(),
            "headline, without the site's name where that can be told from it",
            schema_org="headline",
            ninjs="headlines",
        ),
        field(
            "description",
            pa.string(),
            "summary or standfirst",
            schema_org="description",
            ninjs="descriptions",
        ),
        field(
            "text",
            pa.string(),
            "plain text, NFC, one block per line",
            schema_org="articleBody",
            ninjs="bodies",
        ),
        field(
            "authors",
            _TEXTS,
            "persons, in the order stated; a body, as the publisher, where a page names it as the "
            "author and nobody else, no agency either",
            schema_org="author",
            ninjs="people",
        ),
        field("byline", pa.string(), "the line of the authors as printed", ninjs="by"),
        field(
            "agency",
            pa.string(),
            "wire agency credited",
            schema_org="sourceOrganization",
            ninjs="organisations",
        ),
        field(
            "published_at",
            TIMESTAMP,
            "as stated by the publisher; midnight of the printed day where only a day was stated",
            schema_org="datePublished",
            ninjs="firstcreated",
        ),
        field("published_date", pa.date32(), "the day as printed, in the publisher's own zone"),
        field("published_precision", pa.string(), "second, minute or day"),
        field("published_raw", pa.string(), "the string the date was read from"),
        field(
            "published_from",
            pa.string(),
            "evidence: jsonld, meta, microdata, feed, sitemap, url, time, text or record",
        ),
        field(
            "published_tz_known",
            pa.bool_(),
            "false where the zone was not stated with the date,"
            " or by an abbreviation of several zones (BST) that no country tells apart",
        ),
        field(
            "modified_at",
            TIMESTAMP,
            "as stated, else as printed",
            schema_org="dateModified",
            ninjs="contentcreated",
        ),
        field("event_date", pa.date32(), "published_date; null when undated"),
        field(
            "month",
            pa.date32(),
            "first day of event_date's month, 1970-01-01 when undated: the partition",
            nullable=False,
        ),
        field(
            "language",
            pa.string(),
            "BCP-47, with the script where a language has several (`zh-Hant`); `und` when unknown",
            nullable=False,
            schema_org="inLanguage",
            ninjs="language",
        ),
        field(
            "language_confidence", pa.float32(), "0 to 1, of the detector; null when not detected"
        ),
        field(
            "section",
            pa.string(),
            "section or desk as printed",
            schema_org="articleSection",
            ninjs="subjects",
        ),
        field(
            "keywords",
            _TEXTS,
            "as stated, split, in the order given",
            schema_org="keywords",
            ninjs="keywords",
        ),
        field(
            "article_type",
            pa.string(),
            "the most specific schema.org type stated; also `LiveBlogPosting`, and without one "
            "`ImageGallery` or `VideoObject`, where address and page agree on it",
            schema_org="@type",
            ninjs="type",
        ),
        field(
            "publisher",
            pa.string(),
            "name of the publisher",
            schema_org="publisher",
            ninjs="infosources",
        ),
        field("country", pa.string(), "ISO 3166-1 alpha-2 of the source"),
        field("image_url", pa.string(), "main picture", schema_org="image", ninjs="associations"),
        field(
            "word_count",
            pa.int32(),
            "Unicode words of the text (UAX 29; one per character in scripts without spaces)",
            schema_org="wordCount",
            ninjs="bodies.wordcount",
        ),
        field("char_count", pa.int32(), "code points of the text", ninjs="bodies.charcount"),
        field(
            "is_free",
            pa.bool_(),
            "as stated; else false where a wall asks for something after a short text",
            schema_org="isAccessibleForFree",
        ),
        field(
            "copyright_holder",
            pa.string(),
            "who holds the rights, as the page states it",
            schema_org="copyrightHolder",
            ninjs="rightsinfo",
        ),
        field(
            "robots",
            _TEXTS,
            "directives of page and `X-Robots-Tag`, lower case; for one as `googlebot: noindex`",
        ),
        field(
            "tdm_reserved",
            pa.bool_(),
            "whether page or answer reserve text and data mining (W3C TDMRep)",
        ),
        field(
            "text_from",
            pa.string(),
            "what gave the text: body (our own scorer), resiliparse, trafilatura, jsonld, text, "
            "markdown, record or feed",
        ),
        field(
            "normalizer",
            pa.string(),
            "version of the code that made this row; behind `+` a digest of the options, where any "
            "are set; behind `~` that of the list of lines left out (`raw.boilerplate`)",
            nullable=False,
        ),
        field("batch_id", pa.string(), "the commit that stored it; null before"),
        field("added_at", TIMESTAMP, "when that batch was begun; null before"),
        field("warnings", _TEXTS, "what was odd, one sentence each"),
        field(
            "reject_reason",
            pa.string(),
            f"why the row is not kept: {', '.join(REJECT_REASONS)}; null when it is",
        ),
    ],
    metadata={"schema_version": "1"},
)
"""What one document says. The row `RecordBatch -> RecordBatch` transforms pass on."""

KEYS = pa.field("keys", pa.list_(pa.uint64()))
"""Beside ARTICLE, on its way to the copies step: the keys of the text, null for rejected rows."""
