"""What a list leaves out of a text, and what it never does."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.boilerplate import NOTHING, Boilerplate, Place, digest_of, letters_of, without

BOX = "Have the harbour's news with your coffee, every morning."
TAIL = "The Lamplighter is published by the Breakwater Trust."
WIDE = "This page is kept for the members of the Breakwater Trust alone, and for their guests."
STORY = "The lamp was lit on Monday.\nIt burned all night.\nNobody had climbed up."


def listed(**places: Place) -> Boilerplate:
    """Make a list of the lines above."""
    lines = {"BOX": BOX, "TAIL": TAIL, "WIDE": WIDE}
    return Boilerplate.of((digest_of(letters_of(lines[name])), at) for name, at in places.items())


LIST = listed(BOX="start", TAIL="end", WIDE="anywhere")


def lines(*parts: str) -> str:
    return "\n".join(parts)


@pytest.mark.parametrize(
    "text",
    [
        lines(BOX, STORY, TAIL),
        lines(BOX, WIDE, STORY),
        lines(WIDE, BOX, STORY, TAIL, WIDE),
        lines(STORY, TAIL, TAIL),
        lines("* * *", BOX, "—", STORY, "***", TAIL, "…"),
        lines(BOX.upper(), STORY, f"{TAIL[:-1]}!"),
    ],
)
def test_lines_of_the_list_are_left_out_at_the_edges(text: str) -> None:
    assert without(text, LIST) == STORY


def test_a_line_of_an_edge_stays_where_text_is_outside_of_it() -> None:
    told = lines("First the box was found.", BOX, STORY, TAIL, "So ended the day.")
    assert without(told, LIST) == told


def test_a_line_of_one_edge_stays_at_the_other() -> None:
    assert without(lines(TAIL, STORY, BOX), LIST) == lines(TAIL, STORY, BOX)


def test_a_line_that_stands_anywhere_is_left_out_of_the_middle() -> None:
    assert without(lines("One.", WIDE, "Two.", WIDE, "Three."), LIST) == lines(
        "One.", "Two.", "Three."
    )


def test_a_wordless_line_of_the_text_itself_stays() -> None:
    assert without(lines(BOX, "One.", "***", "Two.", "***"), LIST) == lines(
        "One.", "***", "Two.", "***"
    )


def test_nothing_is_left_of_a_text_that_is_all_boilerplate() -> None:
    assert without(lines(BOX, "***", WIDE, TAIL), LIST) is None


def test_an_empty_list_leaves_every_text_as_it_is() -> None:
    assert without(lines(BOX, STORY), NOTHING) == lines(BOX, STORY)


def test_a_line_with_another_number_is_another_line() -> None:
    year = Boilerplate.of([(digest_of(letters_of("© 2025 The Lamplighter")), "end")])
    assert without(lines("One.", "(c) 2025 THE LAMPLIGHTER"), year) != "One."
    assert without(lines("One.", "© 2025 The  Lamplighter."), year) == "One."
    assert without(lines("One.", "© 2026 The Lamplighter"), year) == lines(
        "One.", "© 2026 The Lamplighter"
    )


@given(st.lists(st.sampled_from([BOX, TAIL, WIDE, "One.", "Two.", "***"]), min_size=1))
def test_what_was_left_out_once_leaves_nothing_to_leave_out(parts: list[str]) -> None:
    once = without(lines(*parts), LIST)
    if once is not None:
        assert without(once, LIST) == once
        kept = iter(parts)
        assert all(line in kept for line in once.split("\n")), "in their order"


def test_the_version_names_what_is_on_the_list_and_not_its_order() -> None:
    pairs = list(LIST.lines)
    assert Boilerplate.of(reversed(pairs)) == Boilerplate.of(pairs + pairs) == LIST
    assert pickle.loads(pickle.dumps(LIST)) == LIST  # noqa: S301 - our own
    versions = [LIST.version, listed(BOX="start").version, listed(BOX="end").version]
    assert len({*versions, NOTHING.version}) == 4
    assert LIST.version == "bdd86080"  # in any process, on any machine
    assert NOTHING.version == ""
