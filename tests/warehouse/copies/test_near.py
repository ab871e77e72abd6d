"""Near copies are found as they come, and nothing shows in what order that was."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent))
from rereading import reread

from flows.copying import method
from transforms.folding import fold
from transforms.pairs import grams_of, judge
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.copies import candidates, comparing
from warehouse.copies.step import find_copies
from warehouse.digest import digest
from warehouse.forgetting import forget
from warehouse.opening import opened

MakeBatch = Callable[..., Batch]

DAY = dt.date(2026, 3, 14)
WINDOW = 45
WORDS = ["".join(random.Random(n).choices("aeioustrnlm", k=4 + n % 5)) for n in range(3_000)]


def story(seed: int, words: int = 200) -> list[str]:
    return random.Random(seed).choices(WORDS, k=words)


def amended(words: list[str], at: int, count: int = 1) -> list[str]:
    return [*words[:at], *(f"amended{n}" for n in range(count)), *words[at + count :]]


def days_after(days: int) -> dt.date:
    return DAY + dt.timedelta(days)


def text(words: Iterable[str]) -> str:
    return " ".join(words)


class Desk:
    """A warehouse, and documents that come, go and are read again."""

    def __init__(self, lake: Lake, batch_of: MakeBatch) -> None:
        self.lake, self.batch_of = lake, batch_of

    def store(self, documents: Iterable[Any], *, compares: bool = True) -> None:
        ordered = sorted(documents, key=lambda each: each.source)
        for _, group in itertools.groupby(ordered, lambda each: each.source):
            commit(self.lake, self.batch_of(self.lake, list(group)))
        if compares:
            self.compare()

    def compare(self, window_days: int = WINDOW) -> None:
        find_copies(self.lake, "run", method(window_days))

    def reread(self, document: Any, **columns: object) -> None:
        """Put other values into the article row of a document."""
        reread(self.lake, document, **columns)

    def clusters(self) -> list[list[str]]:
        """Give the urls of each cluster of two and more."""
        rows = self.lake.connection.execute(
            "SELECT list(url ORDER BY url) AS urls FROM lake.main.all_articles "
            "GROUP BY cluster_id HAVING count(*) > 1 ORDER BY urls"
        )
        return [row[0] for row in rows.fetchall()]

    def state(self) -> list[object]:
        """Give all that the set of documents decides."""
        keys = self.lake.connection.execute(
            "SELECT algo, content_hash, day, month, keys FROM lake.raw.keys ORDER BY ALL"
        )
        return [*digest(self.lake.connection), *keys.fetchall()]


@pytest.fixture
def desk(lake: Lake, batch_of: MakeBatch) -> Desk:
    return Desk(lake, batch_of)


def test_copies_are_told_with_the_rule_and_the_score_of_their_pair(desk: Desk, said) -> None:
    original = story(1)
    first = said("a", text(original), day=days_after(-1))
    desk.store([first, said("z", text(story(2)))])
    desk.store([said("b", text(amended(original, 90))), said("c", text(original[:120]))])
    assert desk.clusters() == [["a", "b", "c"]]
    rows = desk.lake.connection.execute(
        "SELECT member_url, rule, round(score, 2) FROM lake.main.duplicates ORDER BY ALL"
    ).fetchall()
    assert rows == [("b", "contained", 0.99), ("c", "contained", 1.0)]


def test_texts_are_compared_to_the_very_edge_of_the_window(desk: Desk, said) -> None:
    edges = (0, WINDOW, WINDOW + 1, -WINDOW, -WINDOW - 1)
    stories = [story(seed) for seed in range(len(edges))]
    desk.store([said(f"{n} first", text(words)) for n, words in enumerate(stories)])
    desk.store(
        said(f"{n} other", text(amended(stories[n], 50)), day=days_after(days))
        for n, days in enumerate(edges)
    )
    assert desk.clusters() == [[f"{n} first", f"{n} other"] for n in (0, 1, 3)]
    assert desk.lake.scalar("SELECT count(*) FROM lake.raw.pairs") == 3


def test_an_undated_text_is_compared_with_all_others(desk: Desk, said) -> None:
    words = story(1)
    desk.store([said("old", text(words), day=days_after(-900))])
    desk.store([said("undated", text(amended(words, 50)), day=None)])
    desk.store([said("new", text(amended(words, 150)))])
    assert desk.clusters() == [["new", "old", "undated"]]
    rules = desk.lake.connection.execute("SELECT member_url, rule FROM lake.main.duplicates")
    assert sorted(rules.fetchall()) == [("new", "chain"), ("undated", "contained")]


def test_equal_texts_belong_together_whatever_their_days(desk: Desk, said) -> None:
    words = story(1)
    desk.store([said("a", text(words), day=days_after(-900)), said("b", text(words))])
    desk.store([said("c", text(amended(words, 50)))])
    assert desk.clusters() == [["a", "b", "c"]]


def test_a_known_text_of_a_new_day_is_compared_again(desk: Desk, said) -> None:
    words = story(1)
    desk.store([said("a", text(words), day=days_after(-100))])
    desk.store([said("b", text(amended(words, 50)))])
    assert desk.clusters() == []
    desk.store([said("c", text(words), day=days_after(-30))])
    assert desk.clusters() == [["a", "b", "c"]]
    desk.reread(said("c", text(words), day=days_after(-30)), event_date=days_after(-90))
    desk.compare()
    assert desk.clusters() == [["a", "c"]]
    assert desk.lake.scalar("SELECT count(*) FROM lake.raw.pairs") == 0


def test_a_bridge_that_goes_takes_its_cluster_apart_and_one_that_comes_again_mends_it(
    desk: Desk, said
) -> None:
    words = story(1, 300)
    start, whole, end = words[:150], words, [*story(2, 20), *words[145:]]
    bridge = said("bridge", text(whole), day=days_after(3))
    desk.store([said("start", text(start)), said("end", text(end))])
    assert desk.clusters() == []
    desk.store([bridge])
    before = desk.clusters()
    assert "bridge" in before[0]
    forget(desk.lake, {"wire": "seen"}, [days_after(3)])
    desk.compare()
    assert desk.clusters() == []
    assert desk.lake.scalar("SELECT count(*) FROM lake.raw.pairs") == 0
    assert desk.lake.scalar("SELECT count(*) FROM lake.raw.keys") == 2
    desk.store([bridge])
    assert desk.clusters() == before


@pytest.mark.whole
def test_a_chain_of_texts_is_one_cluster_whoever_comes_last(desk: Desk, said) -> None:
    words = story(1, 120)
    links = [said("0", text(words))]
    for number in range(1, 8):
        words = amended(words, 15 * number - 10, 5)
        links.append(said(str(number), text(words), day=days_after(40 * number)))
    random.Random(3).shuffle(links)
    for link in links:
        desk.store([link])
    assert desk.clusters() == [sorted(each.url for each in links)]


def test_a_text_that_is_read_otherwise_is_compared_as_what_it_says_now(desk: Desk, said) -> None:
    words, other = story(1), story(2)
    first, second = said("a", text(words)), said("b", text(other))
    desk.store([first, second])
    now = text(amended(words, 50))
    desk.reread(second, text=now, content_hash="f" * 64)
    desk.compare()
    assert desk.clusters() == [["a", "b"]]
    desk.reread(second, text=text(other), content_hash="e" * 64)
    desk.compare()
    assert desk.clusters() == []


def test_a_rejected_text_is_compared_with_nothing(desk: Desk, said) -> None:
    words = story(1)
    desk.store([said("a", text(words)), said("b", text(words[:150]), reject_reason="other")])
    assert desk.lake.scalar("SELECT count(*) FROM lake.raw.keys") == 1
    assert desk.clusters() == []


ALPHABETS = {
    "Chinese": ("", 0x4E00, 0x5800),
    "Japanese": ("", 0x3041, 0x3094),
    "Thai": ("", 0x0E01, 0x0E2E),
    "Arabic": (" ", 0x0628, 0x0648),
    "Hindi": (" ", 0x0915, 0x0939),
    "Greek": (" ", 0x03B1, 0x03C9),
}


def written(seed: int, between: str, first: int, last: int, words: int = 150) -> str:
    rng = random.Random(seed)
    return between.join(
        "".join(chr(rng.randrange(first, last)) for _ in range(4)) for _ in range(words)
    )


def test_copies_are_found_in_every_script_and_other_texts_are_none(desk: Desk, said) -> None:
    texts = {name: [written(seed, *ALPHABETS[name]) for seed in (1, 2)] for name in ALPHABETS}
    desk.store([said(f"{name} {n}", texts[name][n]) for name in texts for n in range(2)])
    copies = {name: first[:200] + first[210:-40] for name, (first, _) in texts.items()}
    desk.store([said(f"{name} copied", copy) for name, copy in copies.items()])
    assert desk.clusters() == [[f"{name} 0", f"{name} copied"] for name in sorted(ALPHABETS)]


@pytest.mark.whole
def test_another_window_compares_everything_anew(desk: Desk, said) -> None:
    words = story(1)
    texts = [text(words), text(amended(words, 50)), text(amended(words, 150))]
    documents = [said(str(n), each, day=days_after(60 * n)) for n, each in enumerate(texts)]
    desk.store(documents)
    assert desk.clusters() == []
    desk.compare(window_days=60)
    assert desk.clusters() == [["0", "1", "2"]]
    assert desk.lake.scalar("SELECT count(*) FROM lake.raw.pairs") == 2
    desk.compare(window_days=59)
    assert (desk.clusters(), desk.lake.scalar("SELECT count(*) FROM lake.raw.keys")) == ([], 3)


@pytest.mark.whole
def test_what_an_older_method_found_gives_way_in_one_commit(desk: Desk, said) -> None:
    words = story(1)
    documents = [said("a", text(words)), said("b", text(amended(words, 50)))]
    desk.store(documents)
    after = desk.state()
    connection = desk.lake.connection
    with desk.lake.transaction("as it was"):
        for table in ("keys", "pairs", "clusters"):
            connection.execute(f"DELETE FROM lake.raw.{table}")
        connection.execute("UPDATE lake.raw.compared SET algo = 'exact-1'")
        connection.execute("UPDATE lake.raw.meta SET value = 'exact-1' WHERE name = 'algo'")
        connection.execute("DELETE FROM lake.raw.meta WHERE name = 'window_days'")
    snapshot = desk.lake.snapshot()
    desk.compare()
    assert desk.state() == after
    messages = connection.execute(
        "SELECT commit_message FROM ducklake_snapshots('lake') WHERE snapshot_id > ?", [snapshot]
    ).fetchall()
    assert [row[0] for row in messages if row[0] != "cluster changes"] == ["copies"]


@pytest.mark.whole
def test_portions_and_limits_show_in_no_outcome(
    desk: Desk, said, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, empty_lake: Path
) -> None:
    documents = some_documents(said, random.Random(5))
    desk.store(documents)
    monkeypatch.setattr(comparing, "TEXTS", 3)
    monkeypatch.setattr(candidates, "FAN_OUT", 100)
    monkeypatch.setattr(candidates, "JUDGED_BYTES", 3_000)
    with opened(Path(shutil.copytree(empty_lake, tmp_path / "other"))) as lake:
        other = Desk(lake, desk.batch_of)
        other.store(documents)
        assert other.state() == desk.state()


def some_documents(said, rng: random.Random) -> list[Any]:
    """Give copies, chains, texts of many days, undated ones, pages that point, short ones."""
    documents = []
    for number in range(40):
        words = story(rng.randrange(7), 160)
        for _ in range(rng.randrange(3)):
            words = amended(words, rng.randrange(140), rng.randrange(1, 9))
        words = words[: rng.choice((25, 100, 130, 160, 160, 160))]
        day = rng.choice((None, *(days_after(rng.randrange(130)) for _ in range(9))))
        points = documents and rng.random() < 0.1
        documents.append(
            said(
                f"https://{number}.example/",
                text(words),
                day=day,
                source=rng.choice(("wire", "gazette")),
                canonical_url=rng.choice(documents).url if points else None,
            )
        )
    return documents


def expected_clusters(documents: list[Any]) -> list[list[str]]:
    """Judge every two documents, and join what belongs together: slow, and in no order."""
    grams = {each.url: grams_of(fold(each.text)) for each in documents}
    cluster = {each.url: {each.url} for each in documents}
    for a, b in itertools.combinations(documents, 2):
        if a.text == b.text or is_stated(a, b, documents) or is_near_copy(a, b, grams):
            joined = cluster[a.url] | cluster[b.url]
            cluster |= dict.fromkeys(joined, joined)
    return sorted(
        sorted(each) for each in {frozenset(c) for c in cluster.values()} if len(each) > 1
    )


def is_stated(a: Any, b: Any, documents: list[Any]) -> bool:
    place = a.canonical_url or a.url
    points = {each.canonical_url for each in documents}
    return place == (b.canonical_url or b.url) and place in points


def is_near_copy(a: Any, b: Any, grams: dict[str, Any]) -> bool:
    is_near = None in (a.day, b.day) or abs((a.day - b.day).days) <= WINDOW
    is_long = min(len(each.text.split()) for each in (a, b)) >= 44
    return is_near and is_long and judge(grams[a.url], grams[b.url]) is not None


@pytest.mark.whole
@pytest.mark.slow
@pytest.mark.parametrize(
    "seed",
    [
        *range(3),
        *(pytest.param(n, marks=pytest.mark.soak) for n in range(3, 20)),
    ],
)
def test_any_order_of_coming_going_and_coming_again_ends_the_same(
    desk: Desk, said, tmp_path: Path, empty_lake: Path, seed: int
) -> None:
    rng = random.Random(seed)
    documents = some_documents(said, rng)
    waiting = rng.sample(documents, len(documents))
    while waiting:
        count = rng.choice((1, 5, 12))
        now, waiting = waiting[:count], waiting[count:]
        desk.store(now, compares=rng.random() < 0.6)
        lost = rng.choice(now)
        if lost.day and rng.random() < 0.3:
            forget(desk.lake, {lost.source: "seen"}, [lost.day])
            of_day = [d for d in documents if (d.source, d.day) == (lost.source, lost.day)]
            waiting += [each for each in of_day if each not in waiting]
    desk.compare()
    assert desk.clusters() == expected_clusters(documents)
    with opened(Path(shutil.copytree(empty_lake, tmp_path / "plain"))) as lake:
        plain = Desk(lake, desk.batch_of)
        plain.store(documents)
        assert plain.state() == desk.state()
