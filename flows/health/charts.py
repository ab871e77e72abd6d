"""The charts of the health page: SVG that takes its colours and its type from the page."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

MAX_SERIES = 6
"""Colours there are; further series are added up in the last."""
OTHERS = "others"

_WIDTH, _HEIGHT = 5.2, 2.4
"""In inches: as wide as a phone, so that the type is not made smaller there."""
_INK, _LINE = "#0000f8", "#0000f9"
_COLOURS = [f"#0000f{number}" for number in range(MAX_SERIES)]
_VARIABLES = {colour: f"var(--c{number})" for number, colour in enumerate(_COLOURS)} | {
    _INK: "var(--faint)",
    _LINE: "var(--line)",
}
"""Colours as they are drawn -> as the page sets them, which differ by day and by night."""
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.size": 10,
    "axes.edgecolor": _LINE,
    "axes.labelcolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
}

Series = Mapping[str, Mapping[dt.date, int]]
"""Name -> day -> count."""


def shown(series: Series) -> dict[str, dict[dt.date, int]]:
    """Give as many series as there are colours, the last for all others together."""
    names = list(series)
    if len(names) <= MAX_SERIES:
        return {name: dict(series[name]) for name in names}
    merged: dict[dt.date, int] = {}
    for name in names[MAX_SERIES - 1 :]:
        for day, count in series[name].items():
            merged[day] = merged.get(day, 0) + count
    return {name: dict(series[name]) for name in names[: MAX_SERIES - 1]} | {OTHERS: merged}


def stacked(days: Sequence[dt.date], series: Series, name: str) -> str:
    """Draw counts by day, series upon series, in the order of `shown`.

    Args:
        days: the axis.
        series: as many as there are colours, at most.
        name: of the chart, which tells its parts from those of others on the page.
    """

    def draw(axes: Axes) -> None:
        bottom = [0] * len(days)
        for colour, counts in zip(_COLOURS, series.values(), strict=False):
            heights = [counts.get(day, 0) for day in days]
            axes.bar(range(len(days)), heights, bottom=bottom, color=colour, width=0.78)
            bottom = [low + height for low, height in zip(bottom, heights, strict=True)]
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{int(value):,}"))

    return _drawn(days, draw, name)


def shares(days: Sequence[dt.date], parts: Mapping[dt.date, tuple[int, int]], name: str) -> str:
    """Draw the share of some among all, by day; a day without any has no point.

    Args:
        days: the axis.
        parts: day -> all, and some among them.
        name: of the chart.
    """

    def draw(axes: Axes) -> None:
        found = [(place, parts[day]) for place, day in enumerate(days) if parts.get(day, (0, 0))[0]]
        places = [place for place, _ in found]
        values = [some / every for _, (every, some) in found]
        axes.vlines(places, 0, values, color=_COLOURS[0], linewidth=1.5)
        axes.scatter(places, values, color=_COLOURS[0], s=18, zorder=3)
        axes.set_ylim(0, max([*values, 0.2]) * 1.1)
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0%}"))

    return _drawn(days, draw, name)


def _drawn(days: Sequence[dt.date], draw: Callable[[Axes], None], name: str) -> str:
    with matplotlib.rc_context(_STYLE | {"svg.hashsalt": name}):
        figure = Figure(figsize=(_WIDTH, _HEIGHT), layout="constrained")
        axes = figure.subplots()
        _dress(axes, days)
        draw(axes)
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True)
    return _as_part(out.getvalue())


def _dress(axes: Axes, days: Sequence[dt.date]) -> None:
    axes.spines[["top", "left", "right"]].set_visible(False)
    axes.grid(axis="y", color=_LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.set_xlim(-0.6, len(days) - 0.4)
    places = range(len(days) - 1, -1, -7)
    axes.set_xticks(list(places), [f"{days[place].day} {days[place]:%b}" for place in places])


def _as_part(svg: str) -> str:
    """Make a document a part of a page: no prologue, no addresses, colours by variables."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->|<style.*?</style>|<g/>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\s(?:xmlns(?::xlink)?|version|id)="[^"]*"(?=[^<]*>)', _kept_id, svg)
    svg = re.sub(
        r'<svg[^>]*?viewBox="([^"]*)"[^>]*>', r'<svg viewBox="\1" aria-hidden="true">', svg
    )
    svg = re.sub(r" font-family: [^;\"]*;", "", svg)
    for drawn, variable in _VARIABLES.items():
        svg = svg.replace(drawn, variable)
    return re.sub(r"\n\s*", "\n", svg).strip()


def _kept_id(attribute: re.Match[str]) -> str:
    """Keep the names that other parts refer to: those made with the salt, not the numbered ones."""
    text = attribute[0].strip()
    return f" {text}" if re.fullmatch(r'id="[mp][0-9a-f]{10}"', text) else ""
