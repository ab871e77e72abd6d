"""Rules over rows: ids, articles and their documents, the counts of batches."""

from __future__ import annotations

from warehouse.checks.looking import Look, Outcome
from warehouse.erasing.erasing import count_documents
from warehouse.erasing.purge import is_purge_wanted
from warehouse.keeping_away import kept_away

_TIMES = """
SELECT coalesce(sum(times), 0)::BIGINT, count_if(times > 1)
FROM (SELECT count(*) AS times FROM lake.raw.{table} GROUP BY {key})
"""
_VERSIONS = """
SELECT coalesce(sum(versions), 0)::BIGINT, count_if(urls > 1),
    coalesce(sum(unlike), 0)::BIGINT, coalesce(sum(misnamed), 0)::BIGINT
FROM (
    SELECT count(*) AS versions, count(DISTINCT url) AS urls,
        count_if((reject_reason IS NULL) <> (content_hash IS NOT NULL)) AS unlike,
        count_if(article_id <> sha256(
            if(starts_with(url, 'file:'), concat(source, chr(10), url), url)
        )) AS misnamed
    FROM lake.raw.articles GROUP BY article_id
)
"""
_MONTHS = """
SELECT count(*), count_if(month <> coalesce(date_trunc('month', {of})::DATE, DATE '1970-01-01'))
FROM lake.raw.{table}
"""
_MONTH_OF = {
    "articles": "event_date",
    "documents": "added_at",
    "fetches": "fetched_at",
    "keys": "day",
}
_LONELY = """
SELECT count(*) FROM (SELECT document_id FROM lake.raw.{table})
ANTI JOIN lake.raw.{other} USING (document_id)
"""
_BATCHES = """
WITH stored AS (
    SELECT batch_id, count(*) AS documents, sum(payload_bytes) AS payload_bytes
    FROM (SELECT DISTINCT document_id, batch_id, payload_bytes FROM lake.raw.documents)
    GROUP BY batch_id
),
told AS (
    SELECT batch_id, count(*) AS rows, count_if(is_kept) AS rows_kept
    FROM (
        SELECT DISTINCT document_id, batch_id, reject_reason IS NULL AS is_kept
        FROM lake.raw.articles
    )
    GROUP BY batch_id
),
every AS (
    SELECT batches.*, coalesce(documents, 0) AS documents, coalesce(rows, 0) AS rows,
        coalesce(payload_bytes, 0) AS payload_bytes, coalesce(rows_kept, 0) AS rows_kept
    FROM lake.raw.batches AS batches
    LEFT JOIN stored USING (batch_id) LEFT JOIN told USING (batch_id)
)
SELECT
    count(*),
    count(*) - count(DISTINCT batch_id),
    count_if(seen <> "new" + unchanged + taken_down),
    count_if(articles <> kept + rejected),
    count_if(documents > "new" OR documents = "new" AND payload_bytes <> bytes),
    count_if(rows > articles OR rows_kept > kept OR rows - rows_kept > rejected),
    coalesce(sum(greatest("new" - documents, 0)), 0)::BIGINT
FROM every
"""
_UNKNOWN_BATCH = """
SELECT count(*) FROM (
    SELECT batch_id FROM lake.raw.documents UNION ALL SELECT batch_id FROM lake.raw.articles
    UNION ALL SELECT batch_id FROM lake.raw.fetches
) ANTI JOIN lake.raw.batches USING (batch_id)
"""
BROKE_OFF = "a purge broke off, or is under way: `wirelake takedown` finishes it"
"""Of the file that is in a warehouse from when a purge is asked for until it is done."""
_TAKEN_DOWN = """
WITH away AS (SELECT kind, digest FROM lake.raw.takedowns)
SELECT
    (SELECT count(*) FROM away),
    (SELECT count(*) - count(DISTINCT (kind, digest)) FROM away),
    (SELECT count_if(NOT regexp_full_match(digest, '[0-9a-f]{64}')
        OR kind NOT IN ('article', 'source', 'text', 'payload')) FROM away)
"""


def document_ids(look: Look) -> Outcome:
    """Look for a document that is there twice."""
    return _once(look, "documents", "document_id")


def article_rows(look: Look) -> Outcome:
    """Look for two article rows of one document."""
    return _once(look, "articles", "document_id")


def sightings(look: Look) -> Outcome:
    """Look for a sighting that is there twice."""
    return _once(look, "sightings", "document_id, seen_at")


def versions(look: Look) -> Outcome:
    """An article has one url, its id is the digest of it, and exactly its kept rows have a text."""
    rows, urls, unlike, misnamed = look.row(_VERSIONS)
    outcome = Outcome(rows)
    outcome.blame(urls, "articles of several urls")
    outcome.blame(misnamed, "rows whose id is not that of their url")
    outcome.blame(unlike, "rows kept without a content hash, or rejected with one")
    return outcome


def months(look: Look) -> Outcome:
    """The month of a row is that of its date: views and statistics prune by it."""
    outcome = Outcome(0)
    for table, of in _MONTH_OF.items():
        rows, wrong = look.row(_MONTHS.format(table=table, of=of))
        outcome.count += rows
        outcome.blame(wrong, f"rows of {table} in the month of another date")
    return outcome


def documents_of_articles(look: Look) -> Outcome:
    """Every article has its document, every document its article and a sighting."""
    outcome = Outcome(look.row("SELECT count(*) FROM lake.raw.documents")[0])
    for table, other in (
        ("articles", "documents"),
        ("documents", "articles"),
        ("sightings", "documents"),
        ("documents", "sightings"),
    ):
        lonely = look.row(_LONELY.format(table=table, other=other))[0]
        outcome.blame(lonely, f"rows of {table} without one of {other}")
    return outcome


def batches(look: Look) -> Outcome:
    """The counts of every batch add up, and what is stored of it is no more than it wrote.

    Fewer documents than were stored are no damage: `backfill --forget` lets go of some.
    """
    number, double, seen, articles, documents, rows, gone = look.row(_BATCHES)
    outcome = Outcome(number)
    outcome.blame(double, "there twice")
    outcome.blame(seen, "whose documents seen are not new + unchanged + taken down")
    outcome.blame(articles, "whose articles are not kept + rejected")
    outcome.blame(documents, "with more documents stored, or other bytes, than they count")
    outcome.blame(rows, "with more article rows stored than they count")
    outcome.blame(look.row(_UNKNOWN_BATCH)[0], "rows of no known batch")
    outcome.note(gone, "documents fewer than were stored: forgotten, if you did so")
    return outcome


def taken_down(look: Look) -> Outcome:
    """Nothing is stored that was taken down; a takedown that was killed may have left some."""
    number, double, odd = look.row(_TAKEN_DOWN)
    outcome = Outcome(number)
    outcome.blame(double, "there twice")
    outcome.blame(odd, "that are no digest of a known kind")
    if away := kept_away(look.lake, look.trust.address):
        stored = count_documents(look.lake, away)
        outcome.blame(stored, "documents stored that were taken down")
    if is_purge_wanted(look.lake.root):
        outcome.wrong.append(BROKE_OFF)
    return outcome


def _once(look: Look, table: str, key: str) -> Outcome:
    rows, double = look.row(_TIMES.format(table=table, key=key))
    outcome = Outcome(rows)
    outcome.blame(double, "there more than once")
    return outcome
