"""`explain` says why articles are in one cluster, or are not, of whatever kind they are."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from invented import told

from flows import explaining
from flows.commands import beside, explained
from transforms import passages
from transforms.urls import article_id
from warehouse.catalog import set_meta
from warehouse.copies.explaining import asked
from warehouse.opening import opened

ESCAPES = "\x1b]0;owned\x07 \x1b[2J\u202eevil\u009b31m"
SHORT = (
    "The pool is shut on Monday while its pump is mended. Swimmers are asked to bring no towels, "
    "and to come again on Tuesday after lunch."
)


def row(name: str, text: str, day: str = "2026-03-10", title: str = "") -> dict[str, str]:
    return {
        "url": f"https://{name}.example/story",
        "title": title or f"What {name} tells",
        "text": text,
        "published_at": f"{day}T08:00:00Z",
    }


def edited(text: str, number: int) -> str:
    """Tell two sentences of a text otherwise."""
    sentences = text.split(". ")
    sentences[2 * number] = told(("other", number), 1).rstrip(".")
    return ". ".join(sentences)


STORY = told("story", 14)
NEXT = edited(STORY, 1)
ROWS = [
    row("first", STORY, "2026-01-01"),
    row("second", NEXT, "2026-02-10"),
    row("third", edited(NEXT, 2), "2026-03-20"),
    row("again", STORY, "2026-01-02"),
    row("late", edited(STORY, 3), "2026-09-01"),
    row("other", told("other story", 12)),
    row("half", f"{told('preface', 9)} {' '.join(STORY.split()[:90])}", "2026-01-03"),
    row("ode", told("ode", 6), "2026-01-01"),
    row("encore", told("ode", 6), "2026-06-01"),
    row("swim", SHORT),
    row("dive", SHORT, title="Another notice of the pool"),
    row("wild", f"{told('wild', 8)} {ESCAPES} {told('wilder', 3)}", title=f"Wild {ESCAPES}"),
    row("tame", f"{told('wild', 8)} {ESCAPES} {told('tamer', 3)}"),
    row("void", ""),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, command: Callable[..., Any]) -> Path:
    """A folder whose warehouse holds them all."""
    folder = tmp_path_factory.mktemp("explained") / "news"
    assert command("init", folder).code == 0
    lines = "".join(json.dumps(each) + "\n" for each in ROWS)
    (folder / "articles" / "told.jsonl").write_text(lines, encoding="utf-8")
    assert command("ingest", "--settings", folder / "wirelake.toml").code == 0
    return folder


@pytest.fixture
def explain(folder: Path, wirelake: Any) -> Callable[..., Any]:
    """Ask about articles by what they are called above."""

    def ask(*names: str, form: str = "table", more: tuple[str, ...] = ()) -> Any:
        urls = [f"https://{name}.example/story" for name in names]
        where = ("--warehouse", folder / "lake", "--format", form)
        said = wirelake("explain", *urls, *where, *more)
        assert said.code == 0, said.err
        return json.loads(said.out) if form == "json" else said.out

    return ask


def id_of(name: str) -> str:
    return article_id(f"https://{name}.example/story", "articles")


def test_of_one_article_all_of_its_cluster_is_shown_with_the_chains(explain: Any) -> None:
    members = {each["url"][8:].split(".")[0]: each for each in explain("third", form="json")}
    assert next(iter(members)) == "first"
    assert {name: each["rule"] for name, each in members.items()} == {
        "first": None,
        "second": "contained",
        "third": "chain",
        "again": "same_text",
    }
    assert members["second"]["days"] == 39
    third = members["third"]
    assert (third["days"], third["is_within_window"]) == (77, False)
    assert [(each["from"], each["to"]) for each in third["path"]] == [
        (id_of("third"), id_of("second")),
        (id_of("second"), id_of("first")),
    ]
    assert all(0 < each["shared_keys"] <= 64 for each in third["path"])
    shown = explain("third")
    assert "4 articles are one cluster, in 3 texts" in shown
    assert "77 d, beyond the window" in shown
    assert shown.count(" *") == 1


def test_an_article_without_copies_is_said_to_have_none(explain: Any) -> None:
    assert "is a cluster of its own" in explain("other")
    assert [each["rule"] for each in explain("other", form="json")] == [None]


CASES = {
    "a pair": (
        ("second", "first"), True, "contained", "In one cluster, by the rule `contained`: 9",
    ),
    "equal texts": (("again", "first"), True, "same_text", "the texts are equal"),
    "a chain": (("first", "third"), True, "chain", "by a chain of 2 pairs"),
    "beyond the window": (
        ("late", "first"), False, None,
        "they are copies by the rule `contained`, but lie 242 days apart",
    ),
    "another story": (
        ("first", "other"), False, None,
        "`contained` does not hold (smaller text in the other: 1",
    ),
    "a part of another": (("first", "half"), False, None, "beginnings in each other: "),
    "short notices": (("swim", "dive"), False, None, "a copy only of an equal text with an equal"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_of_two_articles_it_says_whether_they_are_in_one_cluster_and_why(
    explain: Any, case: str
) -> None:
    names, is_one, rule, words = CASES[case]
    [said] = explain(*names, form="json")
    assert (said["is_one_cluster"], said["rule"]) == (is_one, rule)
    assert words in said["why"]
    assert explain(*names).startswith(said["why"])
    [back] = explain(*reversed(names), form="json")
    assert back["contained"] == said["contained"][::-1]
    assert back["covered"] == said["covered"][::-1]
    assert (back["is_one_cluster"], back["conditions"]) == (is_one, said["conditions"])


def test_equal_texts_are_as_far_apart_as_their_articles_and_one_cluster_all_the_same(
    explain: Any,
) -> None:
    [said] = explain("ode", "encore", form="json")
    assert (said["days"], said["is_within_window"]) == (151, True)
    assert "151; equal texts are one cluster whatever their days" in explain("ode", "encore")
    [_, member] = explain("ode", form="json")
    assert (member["days"], member["is_within_window"]) == (151, True)


def test_texts_without_a_passage_in_common_are_said_to_have_none(explain: Any) -> None:
    assert "No passage stands in both texts." in explain("first", "other")
    assert "No passage stands" not in explain("first", "second")


def test_of_a_large_cluster_the_first_articles_are_shown_and_json_has_all(
    explain: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "--format json has all" not in explain("first")
    monkeypatch.setattr(explained, "MAX_MEMBERS", 3)
    whole = explain("first", form="json")
    shown = explain("first")
    assert "The first 3 of 4; --format json has all." in shown
    assert [each["article_id"][:12] in shown for each in whole] == [True, True, True, False]


def test_what_fails_is_said_with_how_much_is_missing(explain: Any) -> None:
    [said] = explain("first", "half", form="json")
    missed = [each for each in said["conditions"] if not each["is_met"]]
    assert {each["rule"] for each in missed} == {"contained", "same_start", "one_start"}
    table = explain("first", "half")
    for each in missed:
        assert f"no, {100 * (each['least'] - each['found']):.1f} short" in table


def test_two_texts_stand_side_by_side_with_what_differs(explain: Any) -> None:
    [said] = explain("first", "second", form="json")
    assert [each["words"] for each in said["passages"]] == sorted(
        (each["words"] for each in said["passages"]), reverse=True
    )
    assert said["passages"][0]["text"] in STORY
    assert sum(each["words"] for each in said["passages"]) == pytest.approx(
        said["covered"][0] * len(STORY.split())
    )
    shown = explain("first", "second", more=("--whole",))
    assert told(("other", 1), 1).split()[0] in shown
    assert " = " in shown
    assert " | " in shown
    assert "characters …" in explain("first", "second")
    assert "characters …" not in shown


def test_what_is_not_compared_of_long_texts_is_said(
    explain: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "not compared." not in explain("first", "second")
    monkeypatch.setattr(passages, "MAX_WORDS", 20)
    assert "What stands behind the first 20 words of a text is not compared." in explain(
        "first", "second"
    )
    [said] = explain("first", "second", form="json")
    behind = [len(text) - len(" ".join(text.split()[:20])) - 1 for text in (STORY, NEXT)]
    assert said["not_compared_chars"] == behind
    assert said["covered"][0] == said["passages"][0]["words"] / 20


def test_that_there_may_be_more_passages_is_said(
    explain: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "there may be more" not in explain("first", "second")
    monkeypatch.setattr(passages, "MAX_PASSAGES", 1)
    assert "1 passage in common" in explain("first", "second")
    assert "of the second; there may be more of them." in explain("first", "second")
    assert not explain("first", "second", form="json")[0]["are_all_passages"]


def test_nothing_in_an_article_is_obeyed_by_the_terminal(explain: Any) -> None:
    for shown in (explain("wild"), explain("wild", "tame", more=("--whole",))):
        assert not set("\x1b\x07\u202e\u009b\r") & set(shown)
    assert "evil" in explain("wild", "tame", more=("--whole",))


def test_an_article_is_meant_by_the_first_digits_of_its_id_too(wirelake: Any, folder: Path) -> None:
    where = ("--warehouse", folder / "lake")
    whole = wirelake("explain", id_of("first"), *where)
    assert whole.code == 0
    assert wirelake("explain", id_of("first")[:10].upper(), *where) == whole
    assert wirelake("explain", "https://FIRST.example/story?utm_source=mail", *where) == whole


BAD = {
    "not there": (("https://nowhere.example/",), "no article of this id or address is stored"),
    "no id": (("zzz",), "no article of this id or address is stored"),
    "nothing": (("",), "no article is named: give its id, the first digits of it, or its url"),
    "not kept": (
        ("https://void.example/story",),
        "this article is not kept, so it is compared with nothing",
    ),
    "twice the same": (
        ("https://first.example/story", "https://first.example/story"),
        "both are the same article",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_explained_is_one_sentence(case: str, wirelake: Any, folder: Path) -> None:
    words, sentence = BAD[case]
    said = wirelake("explain", *words, "--warehouse", folder / "lake")
    assert (said.code, said.out) == (1, "")
    assert sentence in said.sentence


def test_an_article_that_waits_to_be_compared_is_said_to(
    wirelake: Any, folder: Path, here: Path
) -> None:
    copytree(folder / "lake", here / "lake")
    with opened(here / "lake") as lake, lake.transaction("as before"):
        lake.connection.execute("DELETE FROM lake.raw.compared")
    urls = ["https://first.example/story", "https://second.example/story"]
    assert "was not compared yet: `wirelake dedupe`" in wirelake("explain", urls[0]).out
    assert wirelake("explain", *urls).out.startswith("Not compared yet: ")
    assert wirelake("dedupe").code == 0
    assert "are one cluster" in wirelake("explain", urls[0]).out


def test_a_warehouse_of_an_older_wirelake_is_said_to_be_one(
    wirelake: Any, folder: Path, here: Path
) -> None:
    copytree(folder / "lake", here / "lake")
    with opened(here / "lake") as lake, lake.transaction("as before"):
        set_meta(lake, "schema_version", "5")
    said = wirelake("explain", "https://first.example/story")
    assert said.code == 1
    assert "of an older wirelake: `wirelake dedupe` brings it" in said.sentence


@pytest.mark.parametrize("width", [60, 100, 200])
def test_the_columns_are_as_wide_as_the_terminal(width: int, folder: Path) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    with asked(folder / "lake") as clerk:
        names = ("https://first.example/story", "https://second.example/story")
        judged = explaining.judged(clerk, *(explaining.find(clerk, name) for name in names))
    out = Terminal()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(width))
        patch.setenv("NO_COLOR", "1")
        patch.setenv("TERM", "xterm")
        beside.show("one", "two", judged.common, out, is_whole=True)
    drawn = re.sub("\x1b\\[[0-9;]*m", "", out.getvalue())  # its colours
    lines = drawn.split("\n\n")[0].splitlines()
    assert max(map(len, lines)) <= width
    assert len({line.index("=") for line in lines if " = " in line}) == 1
