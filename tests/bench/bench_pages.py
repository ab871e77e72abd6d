"""News pages made by rule: the same number gives the same page, and no two are alike."""

from __future__ import annotations

import datetime as dt
import json
import random
import zipfile
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

FIRST_DAY = dt.datetime(2026, 3, 1, 6, tzinfo=dt.UTC)
MONTH_MINUTES = 31 * 24 * 60 - 6 * 60
SITES = ("Harbour Post", "The Vale Courier", "Northfield Echo", "Delta Evening News")
SECTIONS = ("World", "Politics", "Business", "Culture", "Sport", "Science")
PLAIN_TEXT = """
    the of and to in a that for was on with said as by at it from he she they be is had have not
    are were this which but an their more who about when after new one will would been two there
    also last over year people first up into other than out council city government water school
    minister report police bridge harbour company market price worker plan meeting river train
    hospital family winter summer week month morning evening before between under while because
    since where most some many each early late small large old young public local national open
    close build begin hold keep show find take make give call ask tell vote pay spend move turn
"""


def _names() -> list[str]:
    """Make words no dictionary has, as places and persons are."""
    draw = random.Random(0)
    starts, ends = ("Bel", "Cor", "Dun", "Fal", "Gor", "Hal", "Kes", "Mor"), ("a", "ey", "in", "o")
    middles = [c + v for c in "bdfglmnrstvz" for v in "aeiou"]
    return [
        draw.choice(starts) + draw.choice(middles) + draw.choice(middles) + draw.choice(ends)
        for _ in range(3000)
    ]


NAMES = _names()
WORDS = PLAIN_TEXT.split() + NAMES
# Words of a text are as frequent as their rank is low (Zipf).
WEIGHTS = list(accumulate(1 / rank for rank in range(3, len(WORDS) + 3)))


def write_folder(folder: Path, count: int) -> None:
    """Write `count` pages, a file each, a hundred to a folder."""
    for number in range(count):
        target = folder / f"{number // 100:04}" / f"{number:06}.html"
        if number % 100 == 0:
            target.parent.mkdir(parents=True)
        target.write_text(page(number), encoding="utf-8")


def write_zip(archive: Path, folder: Path) -> None:
    """Put the pages of a folder into one zip."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for path in sorted(folder.rglob("*.html")):
            packed.write(path, path.relative_to(folder))


def page(number: int) -> str:
    """Give a news page of 15 to 40 kB: navigation, metas, JSON-LD, 8 to 25 paragraphs."""
    draw = random.Random(number)
    facts = _facts(draw, number)
    paragraphs = [_sentences(draw, draw.randint(2, 6)) for _ in range(draw.randint(8, 25))]
    title, site = facts["headline"], facts["publisher"]["name"]
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title} | {site}</title>
{_metas(facts)}
<script type="application/ld+json">{json.dumps(facts)}</script>
<style>{_style(draw)}</style>
</head>
<body>
<header><nav><ul>{_menu(site, 40)}</ul></nav></header>
<main><article>
<h1>{title}</h1>
<p class="byline">By {facts["author"]["name"]}</p>
<time datetime="{facts["datePublished"]}">{facts["datePublished"][:10]}</time>
{"".join(f"<p>{text}</p>" for text in paragraphs)}
</article>
<aside><h2>More on this</h2><ul>{_links(draw, draw.randint(20, 90))}</ul></aside></main>
<footer><ul>{_menu(site, 60)}</ul><p>All rights reserved.</p></footer>
</body>
</html>
"""


def _facts(draw: random.Random, number: int) -> dict[str, Any]:
    published = FIRST_DAY + dt.timedelta(minutes=draw.randrange(MONTH_MINUTES))
    site = draw.choice(SITES)
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": _words(draw, 8).capitalize(),
        "description": _sentences(draw, 1),
        "url": f"https://{site.replace(' ', '').lower()}.example/{published:%Y/%m/%d}/{number}",
        "datePublished": published.isoformat(),
        "dateModified": (published + dt.timedelta(minutes=draw.randrange(500))).isoformat(),
        "author": {"@type": "Person", "name": f"{_name(draw)} {_name(draw)}"},
        "publisher": {"@type": "Organization", "name": site},
        "articleSection": draw.choice(SECTIONS),
        "keywords": [_name(draw) for _ in range(4)],
        "image": f"https://images.example/{draw.getrandbits(64):x}.jpg",
        "isAccessibleForFree": True,
    }


def _metas(facts: dict[str, Any]) -> str:
    said = {
        "og:title": facts["headline"],
        "og:description": facts["description"],
        "og:url": facts["url"],
        "og:image": facts["image"],
        "og:type": "article",
        "og:site_name": facts["publisher"]["name"],
        "article:published_time": facts["datePublished"],
        "article:section": facts["articleSection"],
    }
    metas = "\n".join(f'<meta property="{name}" content="{text}">' for name, text in said.items())
    return f'{metas}\n<link rel="canonical" href="{facts["url"]}">'


@cache
def _menu(site: str, count: int) -> str:
    return _links(random.Random(f"{site} {count}"), count)


def _style(draw: random.Random) -> str:
    return "".join(
        f".c{draw.getrandbits(32):08x}{{margin:{draw.randrange(40)}px;color:#{draw.getrandbits(24):06x}}}"
        for _ in range(draw.randint(60, 200))
    )


def _links(draw: random.Random, count: int) -> str:
    return "".join(
        f'<li><a class="c{draw.getrandbits(16):x}" href="/{_name(draw)}/{draw.getrandbits(32)}">'
        f"{_words(draw, 4)}</a></li>\n"
        for _ in range(count)
    )


def _sentences(draw: random.Random, count: int) -> str:
    return " ".join(f"{_words(draw, draw.randint(9, 24)).capitalize()}." for _ in range(count))


def _words(draw: random.Random, count: int) -> str:
    return " ".join(draw.choices(WORDS, cum_weights=WEIGHTS, k=count))


def _name(draw: random.Random) -> str:
    return draw.choice(NAMES)
