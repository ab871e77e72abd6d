"""A copy of `articles` that takes over `changes` arrives at `articles`, whatever happened."""

from __future__ import annotations

import datetime as dt
import random
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

sys.path.append(str(Path(__file__).parent))
from rereading import reread

from flows.copying import method
from warehouse.batches import Batch
from warehouse.catalog import Lake, set_meta
from warehouse.commit import commit
from warehouse.copies.step import find_copies
from warehouse.forgetting import forget
from warehouse.upkeep.maintain import Ages, maintain

MakeBatch = Callable[..., Batch]
DAY = dt.timedelta(days=1)
FIRST = dt.date(2026, 3, 1)
NOTHING = dt.timedelta()
LATE = "published_at DESC NULLS LAST, article_id"

_OWN = "change, is_shown, changed_at, appeared_at, version_at, cluster_at, remark"


class Copy:
    """A copy of `articles` in another place, which knows nothing but `changes`."""

    def __init__(self, lake: Lake, name: str) -> None:
        self.lake, self.name = lake, name
        lake.connection.execute(
            f"CREATE TEMP TABLE {name} AS "
            f"SELECT * EXCLUDE ({_OWN}) FROM lake.changes WHERE is_shown"
        )
        self.since = self._last()

    def follow(self) -> list[tuple[str, str]]:
        """Take over what changed; give (change, url), the url of what is gone as it was here."""
        connection = self.lake.connection
        connection.execute("BEGIN")
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE taken AS FROM lake.changes WHERE changed_at > ? "
            "ORDER BY changed_at",
            [self.since],
        )
        told = connection.execute(
            f"SELECT change, coalesce(taken.url, mine.url) FROM taken "
            f"LEFT JOIN {self.name} AS mine USING (article_id) ORDER BY ALL"
        ).fetchall()
        self.since = self._last()
        connection.execute(
            f"DELETE FROM {self.name} WHERE article_id IN (SELECT article_id FROM taken)"
        )
        connection.execute(
            f"INSERT INTO {self.name} SELECT * EXCLUDE ({_OWN}) FROM taken WHERE is_shown"
        )
        connection.execute("COMMIT")
        return told

    def differences(self) -> pa.Table:
        """Give the rows that this copy and `articles` do not share."""
        return self.lake.connection.execute(
            f"(FROM {self.name} EXCEPT FROM lake.articles) "
            f"UNION ALL (FROM lake.articles EXCEPT FROM {self.name})"
        ).to_arrow_table()

    def _last(self) -> object:
        return self.lake.scalar("SELECT max(changed_at)::VARCHAR FROM lake.changes")


class News:
    """A warehouse in which things happen at random."""

    def __init__(self, lake: Lake, said: Any, batch_of: MakeBatch, rng: random.Random) -> None:
        self.lake, self.said, self.batch_of, self.rng = lake, said, batch_of, rng
        self.policy = method().representative
        self.stored: list[Any] = []

    def happen(self) -> None:
        """Let one thing happen, of whatever kind."""
        kinds = [self.come] * 5 + [self.see, self.reread, self.reject, self.forget]
        self.rng.choice(kinds)()

    def compare(self) -> None:
        """Make a copies step."""
        if self.rng.random() < 0.1:
            self.policy = LATE if self.policy != LATE else method().representative
        find_copies(self.lake, "run", replace(method(), representative=self.policy))

    def come(self) -> None:
        """Store new articles, new versions and copies, some pointing at another page."""
        self._store([self._document() for _ in range(self.rng.randint(1, 4))])

    def see(self) -> None:
        """See something again."""
        if self.stored:
            again = self.rng.choice(self.stored)
            known = replace(again, seen_at=again.seen_at + self.rng.randint(-5, 5) * DAY)
            commit(self.lake, self.batch_of(self.lake, [known], stored=[known]))

    def reread(self) -> None:
        """Normalize something stored again, with another outcome."""
        day = FIRST + self.rng.randrange(20) * DAY
        at = dt.datetime.combine(day, dt.time(9), dt.UTC)
        self._replace(
            title=f"title {self.rng.randrange(9)}",
            event_date=day,
            published_at=at,
            month=day.replace(day=1),
        )

    def reject(self) -> None:
        """Normalize something stored again, and keep it no more."""
        self._replace(reject_reason="other", content_hash=None)

    def forget(self) -> None:
        """Let go of a day."""
        if self.stored:
            lost = self.rng.choice(self.stored)
            forget(self.lake, {"wire": "seen"}, [lost.day])
            self.stored = self._still_stored()

    def _document(self) -> Any:
        rng = self.rng
        url = f"https://o.example/{rng.randrange(12)}"
        return self.said(
            url,
            f"text {rng.randrange(8)}",
            title=f"title {rng.randrange(3)}",
            day=FIRST + rng.randrange(20) * DAY,
            seen_at=self.said("", "").seen_at + rng.randrange(30) * DAY,
            canonical_url="https://o.example/3" if rng.random() < 0.1 else None,
            reject_reason="other" if rng.random() < 0.05 else None,
            extra=str(rng.random()),
        )

    def _store(self, documents: list[Any]) -> None:
        commit(self.lake, self.batch_of(self.lake, documents))
        self.stored += documents

    def _replace(self, **columns: object) -> None:
        if not self.stored:
            return
        reread(self.lake, self.rng.choice(self.stored), **columns)

    def _still_stored(self) -> list[Any]:
        rows = self.lake.connection.execute("SELECT document_id FROM lake.raw.documents").fetchall()
        ids = {row[0] for row in rows}
        return [each for each in self.stored if each.document_id in ids]


@pytest.fixture
def news(lake: Lake, said: Any, batch_of: MakeBatch) -> Callable[[int], News]:
    return lambda seed: News(lake, said, batch_of, random.Random(seed))


@pytest.fixture
def tell(lake: Lake, batch_of: MakeBatch) -> Callable[..., None]:
    """Commit documents and make a copies step."""

    def store(*documents: Any, stored: tuple[Any, ...] = ()) -> None:
        commit(lake, batch_of(lake, documents, stored=stored))
        find_copies(lake, "run", method())

    return store


@pytest.mark.whole
@pytest.mark.slow
@pytest.mark.parametrize(
    "seed",
    [
        *range(2),
        *(pytest.param(n, marks=pytest.mark.soak) for n in range(2, 20)),
    ],
)
def test_a_copy_of_any_time_that_takes_over_what_changed_is_what_is_shown(
    news: Callable[[int], News], lake: Lake, seed: int
) -> None:
    it = news(seed)
    copies: list[Copy] = []
    for number in range(25):
        it.happen()
        if it.rng.random() < 0.6:
            it.compare()
        if number % 6 == 0:
            copies.append(Copy(lake, f"copy_{number}"))
        if copies and it.rng.random() < 0.3:
            it.rng.choice(copies).follow()
        if number == 15:
            maintain(lake, Ages(NOTHING, NOTHING, dt.timedelta(days=2)))
    it.compare()
    for copy in copies:
        copy.follow()
        assert copy.differences().to_pylist() == []
        assert copy.follow() == []
    assert lake.scalar(NOT_LOGGED) == 0


NOT_LOGGED = """
-- Texts of clusters of several articles of which the log's last word is another than what is shown.
WITH now AS (
    SELECT DISTINCT member.content_hash, member.cluster_id, shown.article_id AS representative
    FROM lake.all_articles AS member
    JOIN lake.all_articles AS shown
        ON shown.cluster_id = member.cluster_id AND shown.is_representative
    WHERE member.cluster_size > 1
    OR member.content_hash IN (SELECT content_hash FROM lake.raw.cluster_changes)
),
logged AS (
    SELECT
        content_hash,
        max_by(cluster_id, changed_at) AS cluster_id,
        max_by(representative, changed_at) AS representative
    FROM lake.raw.cluster_changes GROUP BY content_hash
)
SELECT count(*) FROM now LEFT JOIN logged USING (content_hash)
WHERE logged.cluster_id IS DISTINCT FROM now.cluster_id
OR logged.representative IS DISTINCT FROM now.representative
"""


def test_what_appears_changes_and_goes_is_told_with_its_times(lake: Lake, tell, said) -> None:
    first, other = said("file:a", "a text"), said("file:b", "another")
    tell(first, other)
    copy = Copy(lake, "mine")
    assert copy.follow() == []
    tell(said("file:a", "a text, amended", seen_at=first.seen_at + DAY), said("file:c", "new"))
    assert copy.follow() == [("appeared", "file:c"), ("changed", "file:a")]
    tell(said("file:d", "another", day=FIRST))  # published before its copy, so it is shown
    assert copy.follow() == [("appeared", "file:d"), ("gone", "file:b")]
    forget(lake, {"wire": "seen"}, [FIRST])
    find_copies(lake, "run", method())
    assert copy.follow() == [("appeared", "file:b"), ("gone", "file:d")]
    assert copy.differences().num_rows == 0


def test_a_sighting_is_no_new_version_and_a_new_title_is(lake: Lake, tell, said) -> None:
    first = said("file:a", "a text")
    tell(first)
    times = "SELECT changed_at, version_at, cluster_at FROM lake.changes"
    [before] = lake.connection.execute(times).to_arrow_table().to_pylist()
    again = replace(first, seen_at=first.seen_at + DAY)
    tell(again, stored=(again,))
    [seen] = lake.connection.execute(times).to_arrow_table().to_pylist()
    assert seen["changed_at"] > before["changed_at"]
    assert (seen["version_at"], seen["cluster_at"]) == (before["version_at"], before["cluster_at"])
    tell(replace(first, title="Another title", seen_at=first.seen_at + 2 * DAY))
    [titled] = lake.connection.execute(times).to_arrow_table().to_pylist()
    assert titled["version_at"] == titled["changed_at"] > seen["changed_at"]


def test_an_older_version_that_is_seen_again_hides_nothing(lake: Lake, tell, said) -> None:
    old = said("https://a.example/1", "old text")
    new = said("https://a.example/1", "new text", seen_at=old.seen_at + 3 * DAY)
    tell(old)
    tell(new)
    copy = Copy(lake, "mine")
    again = replace(old, seen_at=old.seen_at + DAY)
    tell(again, stored=(again,))
    assert copy.follow() == []
    assert copy.differences().to_pylist() == []
    later = replace(old, seen_at=old.seen_at + 5 * DAY)
    tell(later, stored=(later,))
    assert copy.follow() == [("changed", "https://a.example/1")]
    assert copy.differences().to_pylist() == []


def test_an_article_that_is_read_otherwise_and_rejected_is_gone(
    news: Callable[[int], News], lake: Lake, said
) -> None:
    it = news(0)
    it._store([said("file:a", "a text")])
    it.compare()
    copy = Copy(lake, "mine")
    it.reject()
    it.compare()
    assert copy.follow() == [("gone", "file:a")]
    assert copy.differences().num_rows == 0


def test_a_step_in_which_nothing_changed_notes_nothing(lake: Lake, tell, said) -> None:
    tell(said("file:a", "a text"), said("file:b", "a text"))
    before = lake.snapshot()
    find_copies(lake, "run", method())
    assert lake.snapshot() == before


def test_a_log_that_was_let_go_of_by_age_does_not_say_formed_again(lake: Lake, tell, said) -> None:
    late = FIRST + DAY
    tell(said("file:a", "a text", day=FIRST), said("file:b", "a text", day=late))
    tell(said("file:x", "another text", day=late), said("file:y", "another text", day=late))
    logged = "SELECT reason, url FROM lake.raw.cluster_changes AS log JOIN lake.raw.articles AS it "
    logged += "ON it.article_id = log.representative ORDER BY ALL"
    assert len(lake.connection.execute(logged).fetchall()) == 2
    with lake.transaction("as upkeep does"):
        lake.connection.execute("DELETE FROM lake.raw.cluster_changes")
    tell(said("file:c", "a text", day=late))
    assert lake.connection.execute(logged).fetchall() == []
    tell(said("file:d", "another text", day=FIRST))  # published before its copies
    assert lake.connection.execute(logged).fetchall() == [("representative", "file:d")]


def test_a_text_that_is_alone_again_is_logged_though_its_log_is_gone(
    lake: Lake, tell, said
) -> None:
    first = said("file:a", "a text")
    tell(first, said("file:b", "a text"))
    with lake.transaction("as upkeep does"):
        lake.connection.execute("DELETE FROM lake.raw.cluster_changes")
    tell(said("file:b", "other words", seen_at=first.seen_at + DAY))
    reasons = "SELECT reason FROM lake.raw.cluster_changes"
    assert lake.connection.execute(reasons).fetchall() == [("alone",)]


def test_who_asks_for_what_an_older_warehouse_did_not_note_is_told(lake: Lake, tell, said) -> None:
    tell(said("file:a", "a text"))
    with lake.transaction("as if it had been older"):
        set_meta(lake, "changes_from", "2026-03-14T12:00:00+00:00")
    asked = "SELECT change, remark FROM lake.changes WHERE changed_at > ? ORDER BY changed_at"
    early, late = (dt.datetime(2026, 3, day, tzinfo=dt.UTC) for day in (14, 15))
    (change, remark), appeared = lake.connection.execute(asked, [early]).fetchall()
    assert change == "untold"
    assert remark.endswith("was not noted: a copy older than that is to be made anew")
    assert lake.connection.execute(asked, [late]).fetchall() == [appeared]
    assert lake.scalar("SELECT count(*) FROM lake.changes WHERE is_shown") == 1
