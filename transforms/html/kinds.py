"""What kind of page this is: live blog, gallery, video, behind a wall; a list or an error is none.

What a page states wins but for live blogs, which outlets state as any article. Else two things must
agree before a page is called anything: a word in its address, title or markup, and what stands on
it. One is enough where its system says itself what it made: by the class of the body of an error or
a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from transforms.folding import fold
from transforms.html.evidence import Page
from transforms.html.jsonld import Thing, is_article, types_of
from transforms.html.nodes import Nodes
from transforms.quality import is_too_short
from transforms.reading import Reading
from transforms.shells import MAX_SHELL_CHARS, asks_to_log_in, says_error
from transforms.urls import clean, is_front_page

MIN_HEADLINES = 5
"""Linked headlines that stand in the text again: it is a list of teasers."""
MIN_PARAGRAPHS, PARAGRAPH_CHARS = 5, 200
"""So many of such length are no teasers, whatever the address."""
MAX_LINES_PER_HEADLINE = 4
"""Of a list; an article with links in its own subheadings has more."""
MIN_ENTRIES = 5
"""Times in a live blog, pictures in a gallery."""
MIN_CLOCKS = 3
"""Lines that begin with a time, in a live blog by its title."""
MAX_VIDEO_CHARS = 1_200
"""A longer text beside a player is an article with a video."""
MAX_TEASER_CHARS = 2_500
"""A longer text is not what a wall leaves over."""

LIVE_BLOG, GALLERY, VIDEO = "LiveBlogPosting", "ImageGallery", "VideoObject"
_STATED = {
    LIVE_BLOG: frozenset({LIVE_BLOG}),
    GALLERY: frozenset({GALLERY, "MediaGallery"}),
    VIDEO: frozenset({VIDEO}),
}
_LIST_TYPES = frozenset({"CollectionPage", "SearchResultsPage", "ProfilePage"})

# One whole segment of an address. Own reading of outlets in eight languages.
_LIVE_PATH = re.compile(
    r"/(?:live(?:-?blog|-updates|ticker)?|(?:news)?ticker|(?:en-)?direct|en-?vivo|directo"
    r"|minuto-a-minuto|diretta|ao-vivo|na-zywo|relacja|livebericht)/"
)
_LIVE_TITLE = re.compile(
    r"\b(?:live[- ]?(?:blog|ticker|updates)|en direct|en vivo|minuto a minuto|in diretta|ao vivo"
    r"|na żywo|as it happened)\b"
)
_CLOCK = re.compile(r"(?:[01]?\d|2[0-3])[:.h][0-5]\d\b")
_GALLERY_PATH = re.compile(
    r"/(?:(?:photo-?)?galler(?:y|ies)|(?:in-)?pictures|photos|slideshow|(?:foto|bilder)?galerie"
    r"|(?:foto|bilder)strecke|diaporama|(?:foto)?galer[ií]a|fotos|(?:foto)?galleria|fotogallery)/"
)
_VIDEO_PATH = re.compile(r"/(?:v[ií]d[eé]os?|watch|clips?|films?|filme)/")

_WALLS = ("paywall", "regwall", "subscriber-only", "premium-wall", "article-gate")
# Folded; said to a reader who has come to the end of what is free.
_WALL_WORDS = (
    "subscribe to continue",
    "subscribe to read",
    "to continue reading",
    "to read the full",
    "already a subscriber",
    "this article is for subscribers",
    "for subscribers only",
    "register to continue",
    "weiterlesen mit",
    "jetzt weiterlesen",
    "nur für abonnenten",
    "bereits abonnent",
    "abonnez vous pour lire",
    "réservé aux abonnés",
    "déjà abonné",
    "la suite est réservée",
    "suscríbete para seguir",
    "solo para suscriptores",
    "ya eres suscriptor",
    "contenuto riservato agli abbonati",
    "sei già abbonato",
    "exclusivo para assinantes",
    "já é assinante",
    "alleen voor abonnees",
    "tylko dla prenumeratorów",
    "только для подписчиков",
    "有料会員限定",
    "会員限定",
)

_ERROR_BODIES = frozenset({"error404", "page-404", "error-404", "page-not-found", "not-found"})
# What WordPress writes on the pages of its lists; those of single posts say "single".
_LIST_BODIES = frozenset({"archive", "category", "tag", "search-results", "search-no-results"})
_HEADLINES = ("h2", "h3", "h4")


def label_kind(reading: Reading, page: Page, article: Thing, nodes: Nodes, url: str) -> None:
    """Set type, freedom and reject reason by what the page is, where it states none.

    Args:
        reading: with title, text and what the page states.
        page: its evidence.
        article: the thing of its JSON-LD that is the article; empty where there is none.
        nodes: of the page.
        url: where it came from.
    """
    path = _path_of(url)
    if kind := _kind(reading, page, nodes, path):
        reading.article_type = kind
    if reading.is_free is None and _is_walled(reading, nodes):
        reading.is_free = False
    if _is_error(reading, page, article, nodes) or _is_list(reading, page, article, nodes):
        reading.reject_reason = "not_an_article"


def _kind(reading: Reading, page: Page, nodes: Nodes, path: str) -> str | None:
    stated = {kind for thing in page.linked.things for kind in types_of(thing)}
    if stated & _STATED[LIVE_BLOG] or _is_live(reading, nodes, path):
        return LIVE_BLOG
    if reading.article_type:
        return None
    is_gallery = (
        bool(_GALLERY_PATH.search(path)) and _count(nodes, "img", {"figure"}) >= MIN_ENTRIES
    )
    if stated & _STATED[GALLERY] or is_gallery:
        return GALLERY
    return VIDEO if _is_video(reading, page, nodes, path, stated) else None


def _is_live(reading: Reading, nodes: Nodes, path: str) -> bool:
    is_titled = _LIVE_TITLE.search((reading.title or "").casefold()) is not None
    if not (is_titled or _LIVE_PATH.search(path)):
        return False
    if _count(nodes, "time", {"main", "article"}) >= MIN_ENTRIES:
        return True
    lines = (reading.text or "").split("\n")
    return is_titled and sum(map(bool, map(_CLOCK.match, lines))) >= MIN_CLOCKS


def _is_video(reading: Reading, page: Page, nodes: Nodes, path: str, stated: set[str]) -> bool:
    if len(reading.text or "") > MAX_VIDEO_CHARS:
        return False
    if stated & _STATED[VIDEO] or (page.meta("og:type") or "").startswith("video"):
        return True
    if not _VIDEO_PATH.search(path):
        return False
    frames = (at for at in nodes.tagged("iframe") if "allowfullscreen" in nodes.attributes[at])
    return bool(nodes.tagged("video")) or any(frames)


def _is_walled(reading: Reading, nodes: Nodes) -> bool:
    """Tell whether a wall asks for something after a short text.

    Markup of a wall alone is on the free pages of an outlet, too, to be shown when it is time.
    """
    if len(reading.text or "") > MAX_TEASER_CHARS:
        return False
    said = (fold(nodes.text_of(at) or "") for at in _walls(nodes)[:MIN_ENTRIES])
    return any(word in words for words in said for word in _WALL_WORDS)


def _walls(nodes: Nodes) -> list[int]:
    named = (at for at in nodes.having("id") if "paywall" in nodes.get(at, "id").lower())
    return sorted({*nodes.called(*_WALLS), *named, *nodes.having("data-paywall")})


def _count(nodes: Nodes, tag: str, around: set[str]) -> int:
    """Count the elements of a tag that are in one of the others."""
    tags = nodes.tags
    return sum(any(tags[above] in around for above in nodes.above(at)) for at in nodes.tagged(tag))


def _is_error(reading: Reading, page: Page, article: Thing, nodes: Nodes) -> bool:
    """Tell whether a page says that there is nothing, with whatever headlines below."""
    if is_article(article):
        return False
    if _classes_of_body(nodes) & _ERROR_BODIES:
        return True
    if len(reading.text or "") > MAX_SHELL_CHARS or page.meta("article:published_time"):
        return False
    said = [reading.title, page.title, *page.headings[:1]]
    titles = list(dict.fromkeys(fold(each) for each in said if each))
    return any(map(says_error, titles)) or _is_login(nodes, titles)


def _is_login(nodes: Nodes, titles: list[str]) -> bool:
    """Tell whether a page is there to ask for a password: on many articles is such a form, too."""
    is_asked = any(nodes.get(at, "type").lower() == "password" for at in nodes.tagged("input"))
    return is_asked and any(map(asks_to_log_in, titles))


def _is_list(reading: Reading, page: Page, article: Thing, nodes: Nodes) -> bool:
    """Tell whether a page names many articles and is none."""
    if is_article(article) or page.meta("article:published_time"):
        return False
    if _is_called_a_list(page, nodes):
        return True
    if _is_mostly_headlines(reading, nodes):
        return page.meta("og:type") != "article"
    if page.meta("og:type") != "website" or reading.article_type:
        return False
    address = clean(reading.canonical_url or "")
    is_front = bool(address and is_front_page(address))
    return is_too_short(reading.text or "") or (is_front and not _is_prose(reading))


def _is_called_a_list(page: Page, nodes: Nodes) -> bool:
    stated = {kind for thing in page.linked.things for kind in types_of(thing)}
    if stated & _LIST_TYPES:
        return True
    classes = _classes_of_body(nodes)
    return bool(classes & _LIST_BODIES) and not any(name.startswith("single") for name in classes)


def _is_prose(reading: Reading) -> bool:
    lines = (reading.text or "").split("\n")
    return sum(len(line) >= PARAGRAPH_CHARS for line in lines) >= MIN_PARAGRAPHS


def _is_mostly_headlines(reading: Reading, nodes: Nodes) -> bool:
    """Tell whether many lines of the text are headlines that lead to other pages."""
    headlines = {text for at in _linked_headlines(nodes) if (text := nodes.text_of(at))}
    if len(headlines) < MIN_HEADLINES:
        return False
    lines = [fold(line) for line in (reading.text or "").split("\n")]
    linked = set(map(fold, headlines)) - {""}
    told = sum(line in linked for line in lines)
    return told >= max(MIN_HEADLINES, len(lines) / MAX_LINES_PER_HEADLINE)


def _linked_headlines(nodes: Nodes) -> Iterator[int]:
    """Yield the links in headlines, and the headlines in links."""
    headlines = nodes.tagged(*_HEADLINES)
    for at in headlines if len(headlines) >= MIN_HEADLINES else ():
        if any(nodes.tags[above] == "a" for above in nodes.above(at)):
            yield at
        yield from (inside for inside in nodes.inside(at) if _leads_away(nodes, inside))


def _leads_away(nodes: Nodes, at: int) -> bool:
    return nodes.tags[at] == "a" and nodes.get(at, "href")[:1] not in {"", "#"}


def _classes_of_body(nodes: Nodes) -> frozenset[str]:
    names = "" if nodes.body is None else nodes.get(nodes.body, "class")
    return frozenset(names.casefold().split())


def _path_of(url: str) -> str:
    try:
        return f"{unquote(urlsplit(url).path).casefold()}/"
    except ValueError:
        return ""
