"""An outlet with some pages for each day, and a sitemap that says when each was last changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from invented import told
from local_outlet import Outlet

NOT_LATER = dt.timedelta(0)


def page(day: dt.date, number: int) -> str:
    """Write the page of one article of a day."""
    return (
        f'<html lang="en"><title>Story {number} of {day}</title>'
        f'<meta property="article:published_time" content="{day}T0{number + 6}:00:00Z">'
        f"<h1>Story {number} of {day}</h1><article><p>{told((day, number))}</p></article></html>"
    )


def serve_days(
    outlet: Outlet, days: Iterable[dt.date], per_day: int, changed_after: dt.timedelta = NOT_LATER
) -> None:
    """Serve pages and their sitemap; each was last changed so long after it was published."""
    entries = []
    for day in days:
        for number in range(per_day):
            url = outlet.serve(f"/{day}/{number}", page(day, number))
            stamp = f"{day + changed_after}T0{number + 6}:00:00Z"
            entries.append(f"<url><loc>{url}</loc><lastmod>{stamp}</lastmod></url>")
    outlet.serve("/sitemap.xml", f"<urlset>{''.join(entries)}</urlset>")
