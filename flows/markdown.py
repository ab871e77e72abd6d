"""Text from anywhere, written so that the Prefect UI shows it as it stands.

Its tables render every cell as Markdown: a picture in a failure would be asked for by the browser
of whoever looks at the run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from flows.terminal import without_controls

_MARKS = re.compile(r"[\\`*_\[\]<>|~&]")
"""What pictures, links, tags, code and entities are made of. Source: CommonMark 0.31, GFM 0.29."""


_FOREIGN = frozenset({"error", "reason", "why"})
"""Columns that may repeat what a server or a file said; the others hold names, days and numbers."""


def verbatim(text: str) -> str:
    """Write a text for Markdown, on one line."""
    return _MARKS.sub(r"\\\g<0>", without_controls(text))


def verbatim_rows(rows: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    """Write rows for a table of the UI."""
    return [
        {
            name: verbatim(value) if name in _FOREIGN and isinstance(value, str) else value
            for name, value in row.items()
        }
        for row in rows
    ]
