"""The health page: one HTML file without scripts and addresses, for a phone as for a desk."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources

from flows.health import charts
from flows.health.figures import MAX_ROWS
from flows.health.findings import Health, SourceState, Windows
from flows.health.words import Figure, ago, day_text, figures, share, span, when

_STATES = {"ok": "good", "failing": "bad", "late": "poor", "never read": "poor", "at rest": ""}
MAX_FAILURES = 12
"""Lines of the table of failures: the commonest."""
SHORT_CHARS = 16
"""A cell that is no longer stays on one line."""
_CELL_STATES = frozenset({"done", "open", "failed"})


def page(health: Health) -> str:
    """Write the page; whatever comes from the warehouse is escaped."""
    style = resources.files("flows.health").joinpath("page.css").read_text(encoding="utf-8")
    sections = (
        _volume(health),
        _copies(health),
        _chains(health),
        _sources(health),
        _failures(health),
        _windows(health),
        _rejects(health),
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" \
content="default-src 'none'; style-src 'unsafe-inline'">
<title>Health of {_text(health.warehouse)}</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>Health of <b>{_text(health.warehouse)}</b></h1>
<p>As it was on {when(health.at)}.</p>
</header>
<main>
<ul class="figures">
{"".join(_figure(each) for each in figures(health))}</ul>
{"".join(sections)}</main>
<footer>Written by wirelake. All times are UTC.</footer>
</body>
</html>
"""


def _text(value: object) -> str:
    return html.escape(str(value))


def _figure(figure: Figure) -> str:
    return (
        f'<li class="{figure.mood}"><span>{_text(figure.name)}</span>'
        f"<strong>{_text(figure.value)}</strong><small>{_text(figure.note)}</small></li>\n"
    )


def _section(title: str, about: str, body: str, kind: str = "") -> str:
    return (
        f'<section class="{kind}">\n<h2>{_text(title)}</h2>\n<p>{_text(about)}</p>\n'
        f"{body}</section>\n"
    )


def _nothing(sentence: str) -> str:
    return f'<p class="nothing">{_text(sentence)}</p>\n'


def _volume(health: Health) -> str:
    title, about = "Volume", f"Articles by the day they were published, {span(health.days)}."
    if not health.volume:
        return _section(title, about, _nothing("No dated articles yet."), "half")
    series = charts.shown(health.volume)
    chart = charts.stacked(health.days, series, "volume")
    return _section(title, about, _legend(series) + _drawing(chart, about), "half")


def _copies(health: Health) -> str:
    title = "Copies"
    about = f"Share of them that is a copy of another article, {span(health.days)}."
    if not health.copied:
        return _section(title, about, _nothing("No dated articles yet."), "half")
    chart = charts.shares(health.days, health.copied, "copies")
    return _section(title, about, _drawing(chart, about), "half")


def _chains(health: Health) -> str:
    if not health.chains:
        return ""
    about = "Clusters that hold texts unlike each other: copies of copies, each a little changed."
    rows = [
        [
            f"<b>{_text(each.title or '')}</b><small>cluster {_text(each.cluster_id[:12])}</small>",
            f"{each.texts:,}",
            f"{each.links:,}",
            share(each.containment),
        ]
        for each in health.chains[:MAX_ROWS]
    ]
    head = ("shown as", "texts", "pairs apart", "containment")
    return _section("Chains", about, _table(head, rows, len(health.chains) - len(rows)))


def _drawing(svg: str, about: str) -> str:
    return f'<figure role="img" aria-label="{_text(about)}">{svg}</figure>\n'


def _legend(series: Mapping[str, Mapping[dt.date, int]]) -> str:
    items = "".join(
        f'<li><i class="c{number}"></i>{_text(name)} <b>{sum(counts.values()):,}</b></li>\n'
        for number, (name, counts) in enumerate(series.items())
    )
    return f'<ul class="legend">\n{items}</ul>\n'


def _sources(health: Health) -> str:
    title, about = "Sources", "When each was last read, and when it last gave something new."
    if not health.sources:
        return _section(title, about, _nothing("No source was read yet."))
    rows = [_source_row(source, health.at) for source in health.sources[:MAX_ROWS]]
    head = ("source", "state", "last read", "last new article", "articles", "copies")
    return _section(title, about, _table(head, rows, len(health.sources) - len(rows)))


def _source_row(source: SourceState, at: dt.datetime) -> list[str]:
    count, trouble = source.failures_in_a_row, ""
    if count:
        times = f"{count:,} failures in a row" if count > 1 else "1 failure"
        trouble = f"<small>{times}: {_text(source.last_failure)}</small>"
    return [
        f"<b>{_text(source.source)}</b> <i>{_text(source.kind)}</i>",
        f'<em class="{_STATES[source.state]}">{source.state}</em>{trouble}',
        _text(ago(source.last_success, at)),
        _text(ago(source.last_new_article, at)),
        f"{source.articles:,}",
        share(source.copy_share),
    ]


def _failures(health: Health) -> str:
    title = "Failures"
    about = f"Requests and files that gave nothing, {span(health.recent_days)}."
    if not health.failures:
        return _section(title, about, _nothing("None: all that was asked for was read."))
    series = charts.shown(health.failed)
    chart = _drawing(charts.stacked(health.recent_days, series, "failures"), about)
    rows = [
        [
            f"<b>{_text(each.outcome)}</b>",
            _text(each.source),
            f"{each.requests:,}",
            _text(ago(each.last_at, health.at)),
            f"<small>{_text(each.last_error)}</small>",
        ]
        for each in health.failures[:MAX_FAILURES]
    ]
    head = ("outcome", "source", "requests", "last", "what it said then")
    table = _table(head, rows, len(health.failures) - len(rows))
    body = f'<div class="pair"><div>{_legend(series)}{chart}</div>\n<div>{table}</div></div>\n'
    return _section(title, about, body)


def _windows(health: Health) -> str:
    title = "Windows"
    about = f"Days of the past that were read whole, {span(health.window_days)}."
    if not health.windows:
        return _section(title, about, _nothing("No day of the past was read on its own yet."))
    key = '<ul class="legend"><li><i class="done"></i>done</li><li><i class="open"></i>open</li>'
    key += '<li><i class="failed"></i>failed</li><li><i class="none"></i>not read</li></ul>\n'
    rows = [_window_row(each, health.window_days) for each in health.windows[:MAX_ROWS]]
    head = ("source", "days", "done", "open", "failed")
    return _section(title, about, key + _table(head, rows, len(health.windows) - len(rows)))


def _window_row(windows: Windows, days: Sequence[dt.date]) -> list[str]:
    cells = "".join(_window_cell(day, windows.states.get(day, "none")) for day in days)
    reason = f"<small>{_text(windows.reason)}</small>" if windows.reason else ""
    return [
        f"<b>{_text(windows.source)}</b>",
        f'<span class="days">{cells}</span>{reason}',
        *(f"{count:,}" for count in (windows.done, windows.open, windows.failed)),
    ]


def _window_cell(day: dt.date, state: str) -> str:
    known = state if state in _CELL_STATES else "none"
    said = "not read" if known == "none" else known
    return f'<i class="{known}" title="{day_text(day)}: {said}"></i>'


def _rejects(health: Health) -> str:
    title, about = "Rejects", "Documents that hold no article, by reason, since the beginning."
    if not health.rejects:
        return _section(title, about, _nothing("None."))
    rows = [[f"<b>{_text(why)}</b>", f"{count:,}"] for why, count in health.rejects[:MAX_ROWS]]
    table = _table(("reason", "documents"), rows, len(health.rejects) - len(rows))
    return _section(title, about, f'<div class="narrow">{table}</div>\n')


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], left: int) -> str:
    """Write a table of cells that are HTML already, and say how many are left out."""
    names = "".join(f"<th>{_text(name)}</th>" for name in head)
    lines = "".join(f"<tr>{''.join(map(_cell, head, row))}</tr>\n" for row in rows)
    table = f"<table>\n<thead><tr>{names}</tr></thead>\n<tbody>\n{lines}</tbody>\n</table>\n"
    return table + (f'<p class="nothing">And {left:,} more.</p>\n' if left else "")


def _cell(name: str, cell: str) -> str:
    """Write a cell, which is HTML already; one with a drawing or a sentence asks for room."""
    kind = "drawn" if 'class="days"' in cell else "told" if "<small>" in cell else ""
    kind = kind or ("short" if len(cell) <= SHORT_CHARS else "")
    return f'<td class="{kind}" data-name="{_text(name)}">{cell}</td>'
