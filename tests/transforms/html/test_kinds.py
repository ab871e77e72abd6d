"""What kind of page it is: what is no article never becomes one, and what is one always does."""

from __future__ import annotations

import json

import pytest

from transforms.html import read_html
from transforms.reading import Profile

SITE = "https://www.coast.example"
PARAGRAPHS = [
    f"Paragraph {number} tells how the old crane on the quay was taken down, who had worked on it, "
    "and what the town means to put in its place before the summer."
    for number in range(1, 7)
]
STORY = "".join(f"<p>{each}</p>" for each in PARAGRAPHS)
LONG_STORY = "".join(f"<p>{day}. {each}</p>" for day in range(3) for each in PARAGRAPHS)
TEASER = f"<p>{PARAGRAPHS[0]}</p>"
HEADLINES = [
    "Ferry strike ends after nine days",
    "School kitchen wins a prize for soup",
    "Council buys the empty cinema",
    "Two seals move into the marina",
    "Night bus comes back in April",
    "Baker finds a letter in the wall",
    "Lifeboat crew looks for a cook",
]
TEASERS = "".join(
    f'<article><h2><a href="/news/{number}">{each}</a></h2><p>What is known so far of it, told in '
    f"a sentence that leads to the whole story number {number}.</p></article>"
    for number, each in enumerate(HEADLINES)
)
PLAYER = '<video src="/crane.mp4"></video>'
PICTURES = "".join(f'<figure><img src="/{n}.jpg" alt=""></figure>' for n in range(6))
TIMES = "".join(f"<div><time>{n}:15</time><p>{PARAGRAPHS[n - 1]}</p></div>" for n in range(1, 7))
CLOCKS = "".join(f"<div><b>{n}.15 Uhr</b><p>{PARAGRAPHS[n - 1]}</p></div>" for n in range(1, 5))
LOGIN = "<form><input name=who><input type=Password name=word><button>Go</button></form>"
ASKING = '<div class="paywall-box"><p>Already a subscriber? Log in to read on.</p></div>'


def ld(kind: str, **fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": kind, **fields})}</script>'


ARTICLE = ld("NewsArticle", headline="Old crane taken down", datePublished="2026-03-01")


def page(body: str, head: str = "", h1: str = "Old crane taken down", classes: str = "") -> str:
    return (
        f"<html lang=en><head><title>{h1} - Coast</title>{head}</head><body class='{classes}'>"
        f"<main><h1>{h1}</h1><article>{body}</article></main></body></html>"
    )


TYPES = {
    "a stated live blog": (
        page(STORY, ld("LiveBlogPosting", headline="x")),
        "/a",
        "LiveBlogPosting",
    ),
    "a live blog beside an article": (
        page(STORY, ARTICLE + ld("LiveBlogPosting", headline="x")),
        "/a",
        "LiveBlogPosting",
    ),
    "a live blog by its address": (page(TIMES), "/live/crane", "LiveBlogPosting"),
    "a live blog by its title": (page(TIMES, h1="Live blog: crane down"), "/a", "LiveBlogPosting"),
    "a live ticker without a time element": (
        page(CLOCKS, h1="Liveticker: Kran fällt"),
        "/a",
        "LiveBlogPosting",
    ),
    "live in the title alone": (page(STORY, h1="Liveticker: Kran fällt"), "/a", None),
    "clocks alone": (page(CLOCKS), "/a", None),
    "live in the address alone": (page(STORY), "/live/crane", None),
    "times alone": (page(TIMES), "/news/crane", None),
    "a stated gallery": (page(PICTURES + TEASER, ld("ImageGallery")), "/a", "ImageGallery"),
    "a gallery by its address": (page(PICTURES + TEASER), "/galerie/kran", "ImageGallery"),
    "an article with pictures": (page(PICTURES + STORY, ARTICLE), "/fotos/kran", "NewsArticle"),
    "pictures alone": (page(PICTURES + STORY), "/news/crane", None),
    "a stated video": (page(PLAYER + TEASER, ld("VideoObject", name="x")), "/a", "VideoObject"),
    "a video by og:type": (
        page(TEASER, '<meta property="og:type" content="video.other">'),
        "/a",
        "VideoObject",
    ),
    "a video by its address": (page(PLAYER + TEASER), "/videos/crane", "VideoObject"),
    "an article with a video": (page(PLAYER + LONG_STORY), "/video/crane", None),
    "an article": (page(STORY, ARTICLE), "/news/crane", "NewsArticle"),
}


@pytest.mark.parametrize("name", TYPES)
def test_the_type_is_what_is_stated_or_what_address_and_page_agree_on(name: str) -> None:
    markup, path, kind = TYPES[name]
    reading = read_html(markup, SITE + path, Profile("coast"))
    assert (reading.article_type, reading.reject_reason) == (kind, None)


FREEDOM = {
    "a wall that asks after a teaser": (page(TEASER + ASKING), False),
    "a wall that asks in German": (
        page(TEASER + '<div id="Paywall">Jetzt weiterlesen mit Küste plus</div>'),
        False,
    ),
    "a wall kept for later on a free page": (page(STORY * 4 + ASKING), None),
    "a wall that asks nothing": (page(TEASER + '<div class="paywall"></div>'), None),
    "words of a wall without its markup": (page(f"{STORY}<p>Already a subscriber?</p>"), None),
    "free as stated": (page(TEASER + ASKING, ld("NewsArticle", isAccessibleForFree=True)), True),
}


@pytest.mark.parametrize("name", FREEDOM)
def test_a_wall_is_one_where_it_asks_for_something_after_a_short_text(name: str) -> None:
    markup, is_free = FREEDOM[name]
    assert read_html(markup, f"{SITE}/news/crane", Profile("coast")).is_free is is_free


NO_ARTICLES = {
    "an error with headlines below": page(TEASERS, h1="Page not found"),
    "an error by its number": page(TEASERS, h1="404"),
    "an error by its title alone": page(TEASER, h1="Sorry, that went wrong").replace(
        "<title>Sorry, that went wrong - Coast", "<title>500 Internal Server Error"
    ),
    "an error in French": page(TEASERS, h1="Page introuvable"),
    "an error that the body's class tells": page(STORY, h1="Oh no", classes="error404 wide"),
    "a login": page(
        f"{LOGIN}<p>Members read all that we write of the port and of the town, for "
        "two euros a month and as long as they like, on any machine.</p>",
        h1="Log in to read on",
    ),
    "teasers": page(TEASERS, h1="News"),
    "teasers that say website": page(
        TEASERS, '<meta property="og:type" content="website">', h1="News"
    ),
    "a rest of a menu that says website": page(
        "<p>More from the harbour, the town and the coast.</p>",
        '<meta property="og:type" content="website">',
        h1="News",
    ),
    "a robot check": page("<p>We look whether you are one of us.</p>", h1="Just a moment..."),
    "a stated collection": page(STORY, ld("CollectionPage", name="News"), h1="News"),
    "an archive of a blog": page(STORY, h1="March 2026", classes="archive date wp-custom"),
    "search results": page(STORY, h1="Results", classes="search search-results"),
}


@pytest.mark.parametrize("name", NO_ARTICLES)
def test_a_list_or_an_error_is_no_article(name: str) -> None:
    reading = read_html(NO_ARTICLES[name], f"{SITE}/news/crane-2026", Profile("coast"))
    assert reading.reject_reason == "not_an_article"


ARTICLES = {
    "with related headlines below": page(STORY + f"<aside>{TEASERS}</aside>", ARTICLE),
    "with a title that begins with a number": page(STORY, h1="500 jobs lost at the yard"),
    "with a login beside it": page(LOGIN + STORY),
    "about logins": page(LOGIN + STORY, h1="Log in, says the harbour office"),
    "about a login, in short": page(
        LOGIN + TEASER,
        '<meta property="article:published_time" content="2026-03-01">',
        h1="Login of the harbour office",
    ),
    "about pages not found": page(STORY, h1="Page not found: how the archive burned"),
    "in the category of a single post": page(STORY, h1="x", classes="single single-post category"),
    "that says website": page(STORY, '<meta property="og:type" content="website">'),
    "on a stated web page": page(STORY, ld("WebPage", name="Old crane")),
    "at the address of a section": page(
        "".join(f"<p>{each} {PARAGRAPHS[0]}</p>" for each in PARAGRAPHS),
        '<meta property="og:type" content="website">'
        f'<link rel="canonical" href="{SITE}/blog/crane">',
    ),
    "with the title of a robot check": page(
        LONG_STORY,
        '<meta property="article:published_time" content="2026-03-01">',
        h1="Just a moment",
    ),
    "with the title of an error": page(LONG_STORY, h1="Access denied"),
    "a flash in Chinese that says website": page(
        "<p>港口管理处星期一上午说，旧起重机已经拆除，没有人受伤，渡轮从星期二起照常开航。市政府打算在那里建一个公园，"
        "并且欢迎市民在五月底之前提出建议。</p>",
        '<meta property="og:type" content="website">',
        h1="旧起重机星期一被拆除",
    ),
    "a flash that says website": page(
        f"<p>{PARAGRAPHS[0]}</p>", '<meta property="og:type" content="website">'
    ),
    "with a list type beside its own": page(STORY, ARTICLE + ld("CollectionPage", name="News")),
}


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_stays_one(name: str) -> None:
    reading = read_html(ARTICLES[name], f"{SITE}/news/crane-2026", Profile("coast"))
    assert reading.reject_reason is None
