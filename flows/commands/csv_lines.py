"""Rows as CSV, by RFC 4180: for programs, and for spreadsheets that run what they read.

A text that a spreadsheet would take for a formula gets an apostrophe in front, which makes it text
there: https://owasp.org/www-community/attacks/CSV_Injection. So does one that begins with
apostrophes and goes on so, so that whoever takes one off gets back what was stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import IO

import pyarrow as pa

from flows.commands.values import as_text, rows_of
from flows.terminal import without_controls

_QUOTED = frozenset('",\r\n')
_FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠]|'*[\t\r\n]")  # noqa: RUF001 - also full-width

Spelling = Callable[[object], str]


def write(rows: pa.RecordBatchReader, out: IO[str], *, exact: bool = False) -> None:
    """Write a line of names and a line for each row.

    Args:
        rows: of any columns.
        out: where to; on a terminal each cell is one line without controls.
        exact: write every text as it is, formulas too.
    """
    spelled = [_spelling(column.type, exact=exact, is_seen=out.isatty()) for column in rows.schema]
    names = [_spelling(pa.string(), exact=exact, is_seen=out.isatty())] * len(spelled)
    out.write(_line(rows.schema.names, names))
    for batch in rows:
        out.writelines(_line(row, spelled) for row in rows_of(batch))


def _spelling(kind: pa.DataType, *, exact: bool, is_seen: bool) -> Spelling:
    """Choose how the values of a column are written: a time before the year 0 is no formula."""
    is_inert = exact or pa.types.is_temporal(kind)

    def spell(value: object) -> str:
        text = "" if value is None else as_text(value)
        if isinstance(value, str) and not is_inert and _FORMULA.match(text):
            text = f"'{text}"
        return without_controls(text) if is_seen else text

    return spell


def _line(row: Sequence[object], spelled: Sequence[Spelling]) -> str:
    """Write a line; an empty text in quotes, so that it is not taken for a NULL.

    Python 3.11's own writer does neither this nor quote a lone carriage return.
    """
    cells = (_cell(value, spell) for value, spell in zip(row, spelled, strict=True))
    return (",".join(cells) or '""') + "\n"


def _cell(value: object, spell: Spelling) -> str:
    text = spell(value)
    if value == "" or not _QUOTED.isdisjoint(text):
        return '"' + text.replace('"', '""') + '"'
    return text
