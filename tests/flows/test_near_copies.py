"""Planted copies are found on the way that all articles go, in scripts of many kinds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TOLD: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "data" / "near_copies.json").read_text(encoding="utf-8")
)
"""A story in each of several languages, other headlines, another sentence, another story."""


def tellings(language: str) -> list[dict[str, str]]:
    """Give a story, an edited copy, one that was cut, and another story."""
    told = TOLD[language]
    whole, between = told["sentences"], told["between"]
    first, second, third = told["headlines"]
    edited = [*whole[:2], told["instead"], *whole[3:]]
    texts = {
        "original": (first, whole),
        "edited": (second, edited),
        "cut": (third, whole[:4]),
        "unrelated": (told["unrelated"][0][:30], told["unrelated"]),
    }
    return [
        {
            "url": f"https://{kind}.example/{language.lower()}",
            "title": title,
            "text": between.join(sentences),
            "published_at": f"2026-03-{10 + number}T08:00:00Z",
        }
        for number, (kind, (title, sentences)) in enumerate(texts.items())
    ]


@pytest.fixture(scope="module")
def clusters(
    tmp_path_factory: pytest.TempPathFactory,
    command: Callable[..., Any],
    query: Callable[[Path, str], list[dict[str, Any]]],
) -> list[dict[str, Any]]:
    """Read all of them in one run, and give the clusters with the rules that made them."""
    folder = tmp_path_factory.mktemp("tellings") / "news"
    assert command("init", folder).code == 0
    rows = [row for language in TOLD for row in tellings(language)]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "articles" / "told.jsonl").write_text(lines, encoding="utf-8")
    assert command("ingest", "--settings", folder / "wirelake.toml").code == 0
    return query(
        folder / "lake",
        "SELECT list(url ORDER BY url) AS urls, "
        "(SELECT list(DISTINCT rule) FROM duplicates WHERE cluster_id = a.cluster_id) AS rules "
        "FROM all_articles a GROUP BY cluster_id ORDER BY urls",
    )


@pytest.mark.parametrize("language", TOLD)
def test_an_edited_and_a_cut_copy_are_found_and_another_story_is_not(
    language: str, clusters: list[dict[str, Any]]
) -> None:
    name = language.lower()
    ours = [each for each in clusters if any(url.endswith(f"/{name}") for url in each["urls"])]
    assert [each["urls"] for each in ours] == [
        [f"https://{kind}.example/{name}" for kind in ("cut", "edited", "original")],
        [f"https://unrelated.example/{name}"],
    ]
    assert ours[0]["rules"] == ["contained"]
