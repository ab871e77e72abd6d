"""Which lines of a source are learned as boilerplate, and which never are."""

from __future__ import annotations

import datetime as dt
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from transforms.boilerplate import Boilerplate, without
from transforms.boilerplate_learning import MIN_ARTICLES, MIN_DAYS, Telling, learn

# By this the tests find the texts that those of the flows are told.
sys.path.insert(0, str(Path(__file__).parents[1] / "flows"))
from invented import told

BOX = "Have the harbour's news with your coffee, every single morning."
TAIL = "The Lamplighter is published by the Breakwater Trust and its many friends."
NUMBER = 40
"""Articles of a source."""


def own(seed: object, paragraphs: int = 4) -> list[str]:
    """Tell what no other article has."""
    return [told((seed, number), 3) for number in range(paragraphs)]


def day(number: int) -> dt.date:
    return dt.date(2026, 3, 1) + dt.timedelta(days=number)


def source(
    lines_of: Callable[[int], Iterable[str]], days: int = 20, number: int = NUMBER
) -> list[Telling]:
    return [Telling("\n".join(lines_of(n)), day(n % days)) for n in range(number)]


def found(articles: Sequence[Telling], **share: float) -> dict[str, str]:
    """Give line -> place."""
    return {each.line: each.place for each in learn(articles, **share)}


def test_lines_around_every_article_are_learned_with_their_counts() -> None:
    [first, second] = learn(source(lambda n: [BOX, *own(n), TAIL]))
    assert {first.line, second.line} == {BOX, TAIL}
    assert {(each.place, each.articles, each.of, each.days) for each in (first, second)} == {
        ("anywhere", NUMBER, NUMBER, 20)
    }


def test_lines_around_some_articles_are_learned_for_the_edge_they_stand_at() -> None:
    wanted = number = MIN_ARTICLES - 1

    def lines(n: int) -> list[str]:
        return [BOX, *own(n)] if n <= wanted else [*own(n), TAIL] if n <= 2 * wanted + 1 else own(n)

    articles = source(lines, number=5 * number)
    assert found(articles) == {BOX: "start", TAIL: "end"}


def test_under_ten_articles_nothing_is_learned() -> None:
    few = source(lambda n: [*own(n), TAIL], number=MIN_ARTICLES - 1)
    assert found(few) == {}
    assert found([*few, Telling("\n".join([*own("x"), TAIL]), day(8))]) == {TAIL: "anywhere"}


def test_under_seven_days_nothing_is_learned() -> None:
    assert found(source(lambda n: [*own(n), TAIL], days=MIN_DAYS - 1)) == {}
    assert found(source(lambda n: [*own(n), TAIL], days=MIN_DAYS)) == {TAIL: "anywhere"}


def test_undated_articles_count_for_no_day() -> None:
    articles = source(lambda n: [*own(n), TAIL])
    assert found([Telling(each.text, None) for each in articles]) == {}


def test_a_line_on_a_smaller_share_of_the_articles_is_not_learned() -> None:
    articles = source(lambda n: [*own(n), TAIL] if n < MIN_ARTICLES else own(n), number=100)
    assert found(articles, min_share=0.1) == {TAIL: "end"}
    assert found(articles, min_share=0.11) == {}
    assert found(source(lambda n: [*own(n), TAIL][: 4 + n % 2]), min_share=0.51) == {}


def test_the_text_of_one_story_in_thirty_copies_is_not_learned() -> None:
    story = own("the story", 6)
    copies = source(lambda n: story, number=30)
    updates = source(lambda n: [*own(("update", n), 1), *story], number=30)
    others = source(own, number=30)
    assert found(copies + others) == {}
    assert found(updates + others) == {}


def test_a_live_story_that_grows_for_weeks_is_not_learned() -> None:
    told_so_far = [told(("live", n), 2) for n in range(40)]
    live = source(lambda n: told_so_far[39 - n :], number=40)
    assert found(live + source(own)) == {}


def test_a_line_that_copies_of_one_story_share_is_counted_once_for_all_of_them() -> None:
    story = own("the story", 6)
    copies = source(lambda n: [*story[n % 3 :], TAIL], number=30)
    articles = source(lambda n: [*own(n), TAIL], number=12)
    assert [(each.line, each.articles, each.of) for each in learn(copies[:8] + articles)] == [
        (TAIL, 13, 13)
    ]


@pytest.mark.parametrize(
    "line",
    [
        "What we know so far",  # a heading
        "Ingredients",
        '"We shall light the lamp again, whatever the Breakwater Trust may say of it."',
        "„Wir werden die Lampe wieder anzünden, was auch immer der Verein dazu sagen mag.“",
    ],
)
def test_headings_and_what_is_said_are_never_learned_in_the_middle(line: str) -> None:
    def lines(n: int) -> list[str]:
        first, *others = own(n)
        return [first, line, *others]

    assert found(source(lines)) == {}


def test_a_heading_at_the_start_is_not_learned_but_at_the_end_it_is() -> None:
    assert found(source(lambda n: ["Analysis", *own(n)])) == {}
    assert found(source(lambda n: [*own(n), "Read more"])) == {"Read more": "end"}


def test_what_follow_ups_repeat_in_the_middle_is_not_learned() -> None:
    background = (
        "The lamp had gone out in the storm of January, when the keeper's boat was lost too."
    )

    def lines(n: int) -> list[str]:
        first, *others = own(n)
        return [first, background, *others] if n % 5 == 0 else [first, *others]

    assert found(source(lines, number=100)) == {}


def test_a_refrain_counts_once_for_its_article() -> None:
    refrain = "And the lamp upon the water burned until the break of day."
    articles = source(own)
    song = [line for verse in own("song", 12) for line in (verse, refrain)]
    assert found([*articles, Telling("\n".join(song), day(0))]) == {}


def test_a_line_behind_one_that_is_text_is_not_at_the_edge() -> None:
    def lines(n: int) -> list[str]:
        return [*own(n), TAIL, f"More of this on page {n}."] if n < 15 else own(n)

    assert found(source(lines, number=100)) == {}


def test_boxes_longer_than_the_articles_are_learned() -> None:
    box = [told(("box", number), 4) for number in range(3)]
    articles = source(lambda n: [*own(n, 1), *box])
    assert set(found(articles)) == set(box)


def test_scripts_without_spaces_are_learned_too() -> None:
    rng = random.Random(7)
    signs = [chr(code) for code in range(0x4E00, 0x4F00)]
    tail = "本文由防波堤新闻社编辑部整理发布未经许可不得转载"

    def lines(n: int) -> list[str]:
        return ["".join(rng.choices(signs, k=60)) + "。" for _ in range(3)] + [tail]

    assert found(source(lines)) == {tail: "anywhere"}


def test_the_order_of_the_articles_says_nothing() -> None:
    articles = source(lambda n: [BOX.upper() if n % 2 else BOX, *own(n % 35), "Read more", TAIL])
    expected = learn(articles)
    assert len(expected) == 3
    for seed in range(4):
        shuffled = random.Random(seed).sample(articles, len(articles))
        assert learn(shuffled) == expected


def test_a_line_that_is_spelled_in_two_ways_is_shown_and_measured_in_one() -> None:
    spellings = ["Read the rest of it", "Readtherestofit"]  # five words at the start, or one
    articles = source(lambda n: [spellings[n % 2], *own(n)])
    assert found(articles) == found(articles[::-1]) == {"Read the rest of it": "start"}


def test_learning_again_from_what_was_left_finds_nothing() -> None:
    articles = source(lambda n: [BOX, *own(n), "Read more", TAIL])
    lines = learn(articles)
    boilerplate = Boilerplate.of((each.digest, each.place) for each in lines)
    left = [Telling(without(each.text, boilerplate) or "", each.day) for each in articles]
    assert [each.text for each in left] == ["\n".join(own(n)) for n in range(NUMBER)]
    assert learn(left) == []


def test_nothing_is_learned_from_nothing() -> None:
    assert learn([]) == []
