"""A line of the page's own is told from a sentence of the article that begins like it."""

from __future__ import annotations

import pytest

from transforms.page_phrases import is_boilerplate

SENTENCE = (
    "The ferry across the inner harbour will sail every ten minutes from Monday, the council said, "
    "because the bridge is closed to lorries until the end of October."
)


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement", "— ADVERTISEMENT —", "Anzeige", "Story continues below", "Share this",
        "» Read more: the tide is late", "See also: tugs", "Related stories:", "By Ada Mercer",
        "Photo: Ada Mercer / Harbour Post", "© Harbour Post 2024", "3 comments", "5 min read",
        "Sign up for our letters", "Follow us on Gull", "Filed under: sea", "* * *", "-" * 200,
        "Tags: sea, boats", "Our daily newsletter", "Back to top", "Updated: 4 May, 10:00",
        "Published 4 May 2024 at 10:00 a.m.", "Last updated on Monday", "Watch live",
        "Copyright 2024 Harbour Post. All rights reserved.", "Copyright (c) Harbour Post.",
        "Get our newsletter each morning.", "Watch: how the cables were painted.",
        "Copyright Harbour Post",
    ],
)  # fmt: skip
def test_a_phrase_around_articles_is_boilerplate(line: str) -> None:
    assert is_boilerplate(line)


@pytest.mark.parametrize(
    "line",
    [
        "Advertisements for the ferry were torn down", "By the sea", "By May it was over.",
        "Save the ferry", "Sharing this boat is forbidden", "Next week the boats rest.",
        "Read the whole of it", "42", "第一章", "“Why?”", SENTENCE,
        "Copyright lawyers expect a long dispute about the song of the ferry.",
        "Published in 1998, the novel is set on a ferry.", "Updated charts will be on board.",
        "The company closed its newsletter after two years.", "Watch keepers slept on deck.",
        f"Read more: {SENTENCE} {SENTENCE}",
    ],
)  # fmt: skip
def test_a_sentence_that_begins_like_one_is_not(line: str) -> None:
    assert not is_boilerplate(line)
