-- The views: the contract with everybody who writes SQL. They live in the lake, so every client has them.
-- Inside them no name says `lake`: they must work under whatever name a client attaches it.
-- {representative} is the policy of `meta`: an ORDER BY list whose first row is shown for a cluster.

-- When each document was first and last seen.
CREATE OR REPLACE VIEW lake.raw.seen AS
SELECT document_id, min(seen_at) AS first_seen, max(seen_at) AS last_seen
FROM raw.sightings
GROUP BY document_id;

-- One row per article that was ever kept: the document that is its current version.
-- A rejected reading (a cookie wall served in its place) never hides a kept one.
CREATE OR REPLACE VIEW lake.raw.current AS
SELECT
    article_id,
    max_by(document_id, (last_seen, coalesce(modified_at, '-infinity'), content_hash, document_id)) AS document_id,
    min(first_seen) AS first_seen,
    max(last_seen) AS last_seen
FROM raw.articles JOIN raw.seen USING (document_id)
WHERE reject_reason IS NULL
GROUP BY article_id;

-- Where each current version belongs, and whether it is the one shown. Narrow on purpose: the texts
-- join only after the window functions.
CREATE OR REPLACE VIEW lake.raw.placed AS
SELECT
    document_id,
    first_seen,
    last_seen,
    cluster_id,
    row_number() OVER (PARTITION BY cluster_id ORDER BY {representative}) = 1 AS is_representative,
    count(*) OVER (PARTITION BY cluster_id) AS cluster_size
FROM (
    SELECT
        articles.*,
        current.first_seen,
        current.last_seen,
        -- not yet compared: a cluster of its own
        CASE
            WHEN compared.document_id IS NULL THEN articles.article_id
            ELSE coalesce(clusters.cluster_id, articles.content_hash)
        END AS cluster_id
    FROM raw.current AS current
    JOIN raw.articles AS articles USING (document_id)
    LEFT JOIN raw.clusters AS clusters USING (content_hash)
    LEFT JOIN raw.compared AS compared
        ON compared.document_id = current.document_id
        AND compared.algo = (SELECT value FROM raw.meta WHERE name = 'algo')
);

-- The current version of every article.
CREATE OR REPLACE VIEW lake.main.all_articles AS
SELECT
    articles.* EXCLUDE (reject_reason),
    placed.first_seen,
    placed.last_seen,
    placed.cluster_id,
    placed.cluster_size,
    placed.is_representative,
    articles.published_at > placed.first_seen AS dated_ahead
FROM raw.articles AS articles JOIN raw.placed AS placed USING (document_id);

-- One row per cluster: the representative.
CREATE OR REPLACE VIEW lake.main.articles AS
SELECT * EXCLUDE (is_representative) FROM all_articles WHERE is_representative;

-- Every distinct (title, text) an article has had, numbered as they appeared.
CREATE OR REPLACE VIEW lake.main.versions AS
WITH version AS (
    SELECT
        article_id,
        title,
        content_hash,
        min(first_seen) AS first_seen,
        max(last_seen) AS last_seen,
        max_by(document_id, (last_seen, coalesce(modified_at, '-infinity'), document_id)) AS document_id
    FROM raw.articles JOIN raw.seen USING (document_id)
    WHERE reject_reason IS NULL
    GROUP BY article_id, title, content_hash
)
SELECT
    version.article_id,
    row_number() OVER (
        PARTITION BY version.article_id
        ORDER BY version.first_seen, version.content_hash, version.title NULLS FIRST
    ) AS version,
    version.first_seen,
    version.last_seen,
    current.document_id IS NOT NULL AS is_current,
    articles.* EXCLUDE (article_id, reject_reason)
FROM version
JOIN raw.articles AS articles USING (document_id)
LEFT JOIN raw.current AS current USING (document_id);

-- Every current article that is not shown, beside the one that is, and why.
CREATE OR REPLACE VIEW lake.main.duplicates AS
WITH pair AS (
    SELECT a, b, rule, score, shared_keys FROM raw.pairs
    UNION ALL
    SELECT b, a, rule, score, shared_keys FROM raw.pairs
),
best AS (
    SELECT
        a,
        b,
        max_by(rule, (score, rule)) AS rule,
        max(score) AS score,
        max(shared_keys) AS shared_keys
    FROM pair GROUP BY a, b
)
SELECT
    member.article_id AS member,
    shown.article_id AS representative,
    -- `chain`: alike only through other members of the cluster
    CASE WHEN member.content_hash = shown.content_hash THEN 'same_text' ELSE coalesce(best.rule, 'chain') END AS rule,
    CASE WHEN member.content_hash = shown.content_hash THEN 1.0 ELSE best.score END AS score,
    best.shared_keys,
    member.cluster_id,
    member.source AS member_source,
    shown.source AS representative_source,
    member.url AS member_url,
    shown.url AS representative_url,
    member.title AS member_title,
    shown.title AS representative_title
FROM all_articles AS member
JOIN all_articles AS shown ON shown.cluster_id = member.cluster_id AND shown.is_representative
LEFT JOIN best ON best.a = member.content_hash AND best.b = shown.content_hash
WHERE NOT member.is_representative;

-- What was read but is not kept, and why.
CREATE OR REPLACE VIEW lake.main.rejects AS
SELECT articles.*, seen.first_seen, seen.last_seen
FROM raw.articles AS articles JOIN raw.seen AS seen USING (document_id)
WHERE articles.reject_reason IS NOT NULL;

-- One row per run and source, with its counts.
CREATE OR REPLACE VIEW lake.main.runs AS
SELECT
    run_id,
    source,
    min(started_at) AS started_at,
    max(prepared_at) AS finished_at,
    count(*) AS batches,
    sum(seen)::BIGINT AS seen,
    sum("new")::BIGINT AS "new",
    sum(unchanged)::BIGINT AS unchanged,
    sum(taken_down)::BIGINT AS taken_down,
    sum(kept)::BIGINT AS kept,
    sum(rejected)::BIGINT AS rejected,
    sum(known)::BIGINT AS known,
    sum(failed)::BIGINT AS failed,
    sum(bytes)::BIGINT AS bytes
FROM raw.batches
GROUP BY run_id, source;

-- One row per source that was ever read: how it fares. Requests on the way to another are not counted.
CREATE OR REPLACE VIEW lake.main.source_health AS
WITH asked AS (
    SELECT *, outcome IN ('ok', 'not_modified') AS is_success
    FROM raw.fetches
    WHERE is_step IS NOT TRUE
),
fetched AS (
    SELECT
        source,
        count(*) AS requests,
        max(fetched_at) AS last_asked,
        max(fetched_at) FILTER (is_success) AS last_success,
        count(*) FILTER (outcome = 'not_modified') / count(*) AS not_modified_share,
        median(bytes) FILTER (is_success)::BIGINT AS median_bytes,
        median(ms) FILTER (is_success) AS median_ms
    FROM asked GROUP BY source
),
failing AS (
    SELECT
        source,
        count(*) AS failures_in_a_row,
        max_by(coalesce(error, outcome), asked.fetched_at) AS last_failure
    FROM asked JOIN fetched USING (source)
    WHERE NOT is_success AND asked.fetched_at > coalesce(last_success, '-infinity')
    GROUP BY source
),
remembered AS (
    SELECT
        source,
        min(next_poll_at) AS next_poll,
        count(gone_at) AS gone,
        -- of lists: a site that moves its pages to https would fill it with each of them
        list(url || ' -> ' || moved_to ORDER BY url)
            FILTER (moved_to IS NOT NULL AND first_asked_at IS NULL) AS moved
    FROM raw.cursors GROUP BY source
),
stored AS (
    SELECT source, count(*) AS articles, max(added_at) AS last_new_article
    FROM raw.articles WHERE reject_reason IS NULL GROUP BY source
)
SELECT
    sources.source,
    sources.kind,
    fetched.last_success,
    stored.last_new_article,
    coalesce(stored.articles, 0) AS articles,
    coalesce(failing.failures_in_a_row, 0) AS failures_in_a_row,
    failing.last_failure,
    fetched.requests,
    fetched.not_modified_share,
    fetched.median_bytes,
    fetched.median_ms,
    fetched.last_asked,
    remembered.next_poll,
    coalesce(remembered.gone, 0) AS gone,
    remembered.moved
FROM raw.sources AS sources
LEFT JOIN fetched USING (source)
LEFT JOIN failing USING (source)
LEFT JOIN remembered USING (source)
LEFT JOIN stored USING (source);
