"""The health of a warehouse in Markdown, for the page of a run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from flows.health.figures import MAX_ROWS
from flows.health.findings import Health
from flows.health.words import ago, figures, share, span, when

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
"""Source: CommonMark 0.31 section 2.4: any ASCII punctuation may be escaped."""
_CELL_CHARS = 200


def summary(health: Health) -> str:
    """Write key figures and tables; whatever comes from the warehouse is escaped."""
    parts = [
        f"# Health of {_text(health.warehouse)}",
        f"As it was on {when(health.at)}.",
        _table(
            ("figure", "value", "of what"),
            [(each.name, each.value, each.note) for each in figures(health)],
        ),
        "## Sources",
        _table(
            ("source", "state", "last read", "last new article", "articles", "copies", "failure"),
            [
                (
                    each.source,
                    each.state,
                    ago(each.last_success, health.at),
                    ago(each.last_new_article, health.at),
                    f"{each.articles:,}",
                    share(each.copy_share),
                    each.last_failure if each.failures_in_a_row else "",
                )
                for each in health.sources
            ],
        ),
        "## Chains",
        _table(
            ("shown as", "cluster", "texts", "pairs apart", "containment"),
            [
                (
                    each.title or "",
                    each.cluster_id[:12],
                    each.texts,
                    each.links,
                    share(each.containment),
                )
                for each in health.chains
            ],
        ),
        f"## Failures, {span(health.recent_days)}",
        _table(
            ("outcome", "source", "requests", "last", "what it said then"),
            [
                (
                    each.outcome,
                    each.source,
                    f"{each.requests:,}",
                    ago(each.last_at, health.at),
                    each.last_error,
                )
                for each in health.failures
            ],
        ),
        "## Windows",
        _table(
            ("source", "done", "open", "failed", "why the last failed"),
            [
                (each.source, each.done, each.open, each.failed, each.reason or "")
                for each in health.windows
            ],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _text(value: object) -> str:
    """Write a text so that it is read as it stands: no markup, no address, one line."""
    line = " ".join(str(value).split())
    line = f"{line[: _CELL_CHARS - 1]}…" if len(line) > _CELL_CHARS else line
    return _PUNCTUATION.sub(r"\\\1", line)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [[_text(cell) for cell in row] for row in rows]
    if not lines:
        return "None."
    left = len(lines) - MAX_ROWS
    shown = [list(head), ["---"] * len(head), *lines[:MAX_ROWS]]
    table = "\n".join(f"| {' | '.join(line)} |" for line in shown)
    return table + (f"\n\nAnd {left:,} more." if left > 0 else "")
