"""What the items of sitemaps mean for the asking. Decisions only."""

from __future__ import annotations

import datetime as dt

from flows.sources import Window
from flows.sources._pages import Named
from flows.sources._sitemaps import Sitemap, SitemapItem

_DAY = dt.timedelta(days=1)


def kind_of(sitemap: Sitemap) -> str:
    """Say what it is: index, urlset, text or news."""
    return "news" if any(item.news for item in sitemap.items) else sitemap.kind


def named_of(url: str, item: SitemapItem, sitemap: str) -> Named:
    """Say of a page what identifies it, and what changes when it does."""
    news = item.news or {}
    words = [word.strip() for word in news.get("keywords", "").split(",")]
    said: dict[str, object] = {
        "loc": item.loc,
        "lastmod": item.lastmod,
        "title": news.get("title"),
        "published": news.get("published_raw"),
        "keywords": [word for word in words if word],
        "language": news.get("language"),
    }
    about_news = " ".join(news[name] for name in ("published", "title") if name in news)
    stamp = item.lastmod or item.lastmod_raw or about_news or None
    kept = {name: value for name, value in said.items() if value}
    return Named(url, kept, stamp, named_by=sitemap)


def stamp_of(item: SitemapItem) -> str | None:
    """Give the lastmod of a sitemap in an index; a month or a year stays one."""
    raw = item.lastmod_raw or ""
    return item.lastmod if item.lastmod and len(raw) >= len("2026-03-14") else raw or None


def is_within(window: Window | None, item: SitemapItem) -> bool:
    """Say whether a page was published, else changed, in the window."""
    if window is None:
        return True
    stated = (item.news or {}).get("published") or item.lastmod
    return stated is not None and window.start <= _moment(stated) < window.end


def is_before(window: Window, lastmod: str | None) -> bool:
    """Say whether nothing can have changed in the window or after; a day ends with itself."""
    try:
        return lastmod is not None and _moment(lastmod) + _DAY <= window.start
    except ValueError:
        return False


def is_settled(lastmod: str | None, asked_at: dt.datetime | None) -> bool:
    """Say whether an equal lastmod means an equal sitemap.

    A moment does; a day only when it had ended in every zone before the sitemap was asked.
    """
    if lastmod is None or asked_at is None:
        return False
    try:
        moment = _moment(lastmod)
    except ValueError:
        return False
    return len(lastmod) > len("2026-03-14") or moment + 2 * _DAY <= asked_at


def _moment(stated: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(stated)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
