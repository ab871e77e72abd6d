"""Sitemaps as sites write them."""

from __future__ import annotations

from flows.sources import (
    Document,
    Reading,
)

PAGE = "<html><h1>The lamp burns again</h1></html>"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def item(tag: str, url: str, lastmod: str | None = None, more: str = "") -> str:
    changed = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<{tag}><loc>{url}</loc>{changed}{more}</{tag}>"


def urlset(*pages: str) -> str:
    return f'<urlset xmlns:n="{NEWS}">{"".join(pages)}</urlset>'


def index(*sitemaps: str) -> str:
    return f"<sitemapindex>{''.join(sitemaps)}</sitemapindex>"


def news(title: str, published: str) -> str:
    return (
        f"<n:news><n:title>{title}</n:title><n:publication_date>{published}</n:publication_date>"
        "<n:keywords>lamp, sea</n:keywords></n:news>"
    )


def paths(readings: list[Reading]) -> list[str]:
    """The paths of the documents."""
    return sorted(
        "/" + each.url.split("/", 3)[3] for each in readings if isinstance(each, Document)
    )
