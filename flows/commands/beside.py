"""Two texts side by side on a terminal: what is the same, and what is not."""

from __future__ import annotations

from typing import IO

from rich.table import Table
from rich.text import Text

from flows.commands import output
from transforms.blocks import Block, side_by_side
from transforms.passages import Common

SAME_CHARS, OTHER_CHARS = 80, 400
"""Of each end of a stretch that are shown: of what is the same, and of what is not."""
_STYLES = {"same": "dim", "moved": "cyan", "other": "bold", "beyond": "dim"}
_MARKS = {"same": "=", "moved": "~", "beyond": "?"}
LEGEND = (
    "= the same   | differs   < > only in one   ~ elsewhere in the other   "
    "? not compared   … so much is left out (--whole shows it)"
)


def show(one: str, other: str, common: Common, out: IO[str], *, is_whole: bool) -> None:
    """Print two texts in two columns, as wide as the terminal is.

    Args:
        one: what stands above the first text, some lines.
        other: what stands above the second.
        common: of the two texts.
        out: where to.
        is_whole: leave nothing out.
    """
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(ratio=1, overflow="fold")
    table.add_column(width=1)
    table.add_column(ratio=1, overflow="fold")
    for ours, theirs in zip(one.split("\n"), other.split("\n"), strict=True):
        table.add_row(Text(output.printable(ours)), "", Text(output.printable(theirs)))
    table.add_row()
    for block in side_by_side(common):
        table.add_row(*_row(block, is_whole=is_whole))
    output.draw(table, out)
    out.write(f"\n{LEGEND}\n")


def _row(block: Block, *, is_whole: bool) -> tuple[Text, Text, Text]:
    chars = SAME_CHARS if block.kind == "same" else OTHER_CHARS
    ours, theirs = (_shortened(text, None if is_whole else chars) for text in (block.a, block.b))
    style = _STYLES[block.kind]
    return Text(ours, style), Text(_mark(block), style), Text(theirs, style)


def _mark(block: Block) -> str:
    if block.kind != "other":
        return _MARKS[block.kind]
    return "|" if block.a and block.b else "<" if block.a else ">"


def _shortened(text: str, chars: int | None) -> str:
    """Leave out the middle of a stretch, and say how much that is.

    Args:
        text: of an article: what a terminal would obey is taken out.
        chars: of each end that are kept; None: all.
    """
    line = " ".join(output.printable(text).split())
    if chars is None or len(line) <= 2 * chars:
        return line
    start, end = _to_a_space(line[:chars]), _to_a_space(line[-chars:][::-1])[::-1]
    return f"{start} … {len(line) - len(start) - len(end):,} characters … {end}"


def _to_a_space(line: str) -> str:
    """Leave out the last word, which may be half of one; not where there are no spaces."""
    head, _, last = line.rpartition(" ")
    return head if head and len(last) < len(line) // 2 else line
