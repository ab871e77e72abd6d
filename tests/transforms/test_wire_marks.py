"""Copy as a wire sends it is read without the wire's own marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.plaintext import read_plaintext
from transforms.reading import Profile
from transforms.wire_credits import agency_of
from transforms.wire_marks import without_wire_marks

TITLE = "Ferry strike ends after nine days"
STORY = [
    "PORT ELLERY, March 3 (Reuters) - Crews of the island ferry went back to work on Tuesday after "
    "nine days, the company and the union said.",
    "The first boat left at six with four hundred passengers and a brass band on board.",
    "Both sides mean to talk again in June, and neither would say what about.",
]
ABOVE = {
    "a start of message": ["ZCZC", "r0412 bc eu"],
    "a slug": ["BC-EU--Ferry Strike, 2nd Ld-Writethru"],
    "an urgent slug": ["URGENT", "BC-FERRY/STRIKE (URGENT)"],
    "an embargo": ["EMBARGOED UNTIL 0600 GMT, TUESDAY"],
    "a press release": ["PRESS RELEASE", "FOR IMMEDIATE RELEASE: 3 March 2026"],
    "a note to editors": ["(EDS: UPDATES with first boat, ADDS quote)"],
}
BELOW = {
    "hashes": ["###"],
    "thirty": ["-30-"],
    "an end": ["(END)"],
    "an end with dashes": ["— ENDS —"],
    "an end of message": ["-0-", "NNNN"],
    "a German end": ["-ENDE-"],
    "a French end": ["FIN"],
    "more to follow": ["MORE"],
}


@pytest.mark.parametrize("blank", ["\n", "\n\n"], ids=["lines", "blocks"])
@pytest.mark.parametrize("above", ABOVE)
@pytest.mark.parametrize("below", BELOW)
def test_marks_are_no_part_of_title_and_text(above: str, below: str, blank: str) -> None:
    blocks = ["\n".join(ABOVE[above]), TITLE, "", *STORY, "\n".join(BELOW[below])]
    reading = read_plaintext(blank.join(blocks), Profile("wire"))
    assert reading.title == TITLE
    assert (reading.text or "").split("\n") == STORY
    assert agency_of(reading.text) == "Reuters"


@pytest.mark.parametrize(
    "line",
    [
        "More",
        "Ends meet at the harbour",
        "PM-elect names her cabinet",
        "AM radio is not dead",
        "End of an era",
        "Flash floods close the coast road",
        "Embargo lifted on island cheese",
        "B2 bomber lands at the museum",
    ],
)
def test_a_line_of_the_story_is_no_mark(line: str) -> None:
    assert without_wire_marks([line, "", *STORY, "", line]) == [line, "", *STORY, "", line]


def test_nothing_but_marks_stays_as_it_is() -> None:
    assert without_wire_marks(["ZCZC", "", "NNNN"]) == ["ZCZC", "", "NNNN"]


@given(st.lists(st.text(max_size=12)))
def test_what_is_left_is_one_piece_of_what_there_was(lines: list[str]) -> None:
    left = without_wire_marks(lines)
    assert left == lines or any(
        lines[start : start + len(left)] == left for start in range(len(lines) - len(left) + 1)
    )
    assert bool(left) == bool(lines)


def test_a_long_row_of_signs_is_read_in_no_time() -> None:
    row = "#" * 20_000
    assert without_wire_marks([*STORY, row]) == STORY
    assert without_wire_marks([*STORY, f"{row}x"]) == [*STORY, f"{row}x"]
