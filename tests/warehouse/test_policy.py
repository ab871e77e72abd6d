"""What may choose the article that is shown, and what may not."""

from __future__ import annotations

import pytest

from warehouse.policy import what_is_wrong


@pytest.mark.parametrize(
    "policy",
    [
        "published_at",
        "source IN ('agency', 'wire') DESC, published_at NULLS LAST",
        "CASE source WHEN 'agency' THEN 0 ELSE 1 END, char_count DESC -- the longest",
        "agency IS NOT NULL DESC, array_length(authors) DESC, length(title)",
        "url LIKE 'https://%' DESC, published_at BETWEEN first_seen AND last_seen",
        "title = 'x;\n--' DESC, last_seen",
    ],
)
def test_an_order_over_columns_of_articles_is_taken(policy: str) -> None:
    assert what_is_wrong(policy) is None


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        ("", "should be an ORDER BY list in SQL"),
        ("source); DROP VIEW articles; --", "should be an ORDER BY list in SQL"),
        ("source; DROP VIEW articles", "should be an ORDER BY list in SQL"),
        ("source; SELECT 1", "should be an ORDER BY list in SQL: a second statement"),
        ("source\n; SELECT 1 --", "should be an ORDER BY list in SQL"),
        ("source LIMIT 1", "should be an ORDER BY list in SQL, and nothing behind it"),
        ("(SELECT 1)", "may not hold a subquery"),
        ("published_at = (SELECT max(published_at) FROM articles)", "may not hold a subquery"),
        ("EXISTS (FROM articles WHERE source = 'x')", "may not hold a subquery"),
        ("row_number() OVER (ORDER BY source)", "may not hold a window"),
        ("max(published_at)", "may not call max()"),
        ("random() + char_count", "may not call random()"),
        ("published_at < now()", "may not call now()"),
        ("source = getenv('HOME')", "may not call getenv()"),
        ("published_at::DATE", "may not cast"),
        ("date_trunc('day', published_at)", "may not call date_trunc()"),
        ("added_at", "may not name added_at"),
        ("articles.source", "may not name articles.source"),
        ("current_user = source", "may not name current_user"),
        ("source, 1", "has a part that names no column"),
        ("ALL", "may not hold a star"),
        ("source = $1", "may not hold a parameter"),
        ("length(char_count)", "should be an ORDER BY list in SQL: Binder Error"),
    ],
)
def test_what_others_might_answer_otherwise_is_refused_with_its_reason(
    policy: str, why: str
) -> None:
    assert (what_is_wrong(policy) or "").startswith(why)
