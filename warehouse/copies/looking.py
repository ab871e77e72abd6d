"""What has come and what has gone since the last copies step, in temporary tables.

    arrived   documents kept now, all of them or those that came since; a view where it is all
    known     what `compared` says of them
    kept      each text and day that some kept article has now, and a number for each text
    added     those that `keys` lacks: they are signed, and compared with all that is kept
    gone      rows of `keys` of which no article is left
    left_over rows of `compared` of which no article is left
    lost      pairs whose texts are no longer both kept, near each other in time; anew, all
    near      months in which the texts lie that are compared; empty: in any

Where rows of `articles` only came since the last step, its `keys` stand for all that was kept, and
of those only the months near the new ones are read, whatever is stored of others. Where rows went,
or parts were merged, all is read.
"""

from __future__ import annotations

from transforms.schema import UNDATED_MONTH
from warehouse.copies import since as arrivals
from warehouse.copies.comparing import NEAR, Comparison, dates

_TOLD_BY = ("articles", "compared")
"""Tables whose new parts tell what has come."""
_ARRIVED = """
CREATE TEMP {kind} arrived AS
SELECT document_id, content_hash, event_date AS day, month FROM {articles}
WHERE reject_reason IS NULL
"""
_KNOWN = "CREATE TEMP VIEW known AS SELECT document_id, algo FROM {compared}"
_NUMBERED = """
CREATE TEMP TABLE kept AS
SELECT *, min(place) OVER (PARTITION BY content_hash) AS text FROM (
    SELECT row_number() OVER () AS place, content_hash, day FROM ({kept})
)
"""

_KEPT = _NUMBERED.format(kept="SELECT DISTINCT content_hash, day FROM arrived")
_ADDED = """
CREATE TEMP TABLE added AS
SELECT kept.* FROM kept
ANTI JOIN (SELECT content_hash, day FROM lake.raw.keys WHERE NOT $anew AND algo = $algo) AS held
    ON held.content_hash = kept.content_hash AND held.day IS NOT DISTINCT FROM kept.day
"""
_GONE = """
CREATE TEMP TABLE gone AS
SELECT held.algo, held.content_hash, held.day FROM lake.raw.keys AS held
ANTI JOIN (FROM kept WHERE NOT $anew) AS kept
    ON held.content_hash = kept.content_hash AND held.day IS NOT DISTINCT FROM kept.day
"""
_LEFT = """
CREATE TEMP TABLE left_over AS
SELECT compared.* FROM lake.raw.compared AS compared
ANTI JOIN (SELECT document_id, $algo AS algo FROM arrived) AS kept USING (document_id, algo)
"""
_LOST = f"""
CREATE TEMP TABLE lost AS
WITH touched AS (
    SELECT * FROM lake.raw.pairs
    WHERE $anew OR rule <> 'canonical' AND (
        a IN (SELECT content_hash FROM gone) OR b IN (SELECT content_hash FROM gone)
    )
),
-- First, or DuckDB may compare each text with each.
dated AS MATERIALIZED (
    SELECT touched.*, kept.day FROM touched JOIN kept ON kept.content_hash = a WHERE NOT $anew
)
FROM touched EXCEPT
SELECT x.* EXCLUDE (day) FROM dated AS x JOIN kept AS y ON y.content_hash = x.b WHERE {NEAR}
"""
_ANYWHERE = "CREATE TEMP TABLE near (month DATE)"

_FRESH = """
CREATE TEMP TABLE fresh AS
SELECT DISTINCT content_hash, day FROM arrived
ANTI JOIN (
    SELECT content_hash, day FROM lake.raw.keys WHERE algo = $algo AND month IN ({months})
) AS held ON held.content_hash = arrived.content_hash AND held.day IS NOT DISTINCT FROM arrived.day
"""
_NEAR_MONTHS = f"""
CREATE TEMP TABLE near AS
SELECT DATE '{UNDATED_MONTH}' AS month UNION
SELECT unnest(
    generate_series(date_trunc('month', day - $days), day + $days, INTERVAL 1 MONTH)
)::DATE FROM {{new}}
"""
_KEPT_NEAR = _NUMBERED.format(
    kept="SELECT content_hash, day FROM lake.raw.keys WHERE algo = $algo {of_months} "
    "UNION FROM fresh"
)
_ADDED_NEAR = """
CREATE TEMP TABLE added AS
SELECT kept.* FROM kept SEMI JOIN fresh
    ON fresh.content_hash = kept.content_hash AND fresh.day IS NOT DISTINCT FROM kept.day
"""
_NOTHING = (
    "CREATE TEMP TABLE gone AS SELECT algo, content_hash, day FROM lake.raw.keys WHERE false",
    "CREATE TEMP TABLE left_over AS FROM lake.raw.compared WHERE false",
    "CREATE TEMP TABLE lost AS FROM lake.raw.pairs WHERE false",
)


def look(this: Comparison) -> bool:
    """Find what has come and what has gone since the last step.

    Returns:
        whether all that is stored was read, for want of a snapshot from which it need not be.
    """
    last = None if this.anew else _last_look(this)
    if last is None or any(arrivals.written(this.lake, last, _TOLD_BY).values()):
        _look_at_all(this)
        return True
    _look_since(this, last)
    return False


def _last_look(this: Comparison) -> int | None:
    """Number the snapshot that the last step read; None: an older wirelake has made it."""
    stored = this.values("SELECT value FROM lake.raw.meta WHERE name = 'compared_to'")
    return int(str(stored[0])) if stored else None


def _look_at_all(this: Comparison) -> None:
    arrived = _ARRIVED.format(kind="VIEW", articles="lake.raw.articles")
    known = _KNOWN.format(compared="lake.raw.compared")
    for statement in (arrived, known, _KEPT, _ADDED, _GONE, _LEFT, _LOST):
        this.run(statement)
        this.progress()
    _find_near(this, "added")


def _look_since(this: Comparison, last: int) -> None:
    came = {table: arrivals.rows(this.lake, table, last) for table in _TOLD_BY}
    relations = {name: rows or f"lake.raw.{name} LIMIT 0" for name, rows in came.items()}
    this.run(_ARRIVED.format(kind="TABLE", articles=f"(FROM {relations['articles']})"))
    this.run(_KNOWN.format(compared=f"(FROM {relations['compared']})"))
    months = this.values("SELECT DISTINCT month FROM arrived")
    this.run(_FRESH.format(months=dates([UNDATED_MONTH, *months])))
    _find_near(this, "fresh")
    for statement in (_KEPT_NEAR.format(of_months=this.of_months()), _ADDED_NEAR, *_NOTHING):
        this.run(statement)
        this.progress()


def _find_near(this: Comparison, new: str) -> None:
    """Say in which months the texts lie that are near new ones: an undated text is near all."""
    is_undated = this.values(f"SELECT 1 FROM {new} WHERE day IS NULL LIMIT 1")
    this.run(_ANYWHERE if this.anew or is_undated else _NEAR_MONTHS.format(new=new))
