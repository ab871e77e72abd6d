"""Forty pages that each defeat a naive extractor, and what a reader sees on them.

The expectations were written down from the pages alone, before any of them was read by the code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

SITE = "https://www.quay.example"

LINES = [
    "The harbour council decided on Monday evening to rebuild the old crane on the north quay.",
    "It had stood there since 1931, and nobody could remember when it last lifted anything.",
    '"We would rather see it move once a year than rust for ever," said the mayor, Ida Brandt.',
    "The work is to cost 400,000 and to take two summers, the head of the harbour office said.",
    "Three firms have made an offer, one of them from the island itself, with nine workers.",
    "Until the crane is back, a smaller one on a barge will serve the fishing boats.",
    "Some of the neighbours fear the noise; others have asked for a bench with a view of it.",
    "A first trial is planned for the harbour fair, if the weather and the paint allow it.",
]
STORY = "".join(f"<p>{line}</p>" for line in LINES)
NOISE = {
    "related": "Read next: why the ferry to the outer island has a new timetable and no bar.",
    "cookies": "We and our partners use cookies to store and access information on your device.",
    "letter": "Sign up for our morning letter and get the best of the quay in your inbox.",
    "comment": "I worked on that crane for nine years and can tell you that it never broke down.",
    "caption": "The old crane in the evening light, seen from the ferry. Photo: L. Orme",
    "legal": "All rights reserved. No part of this page may be copied without the written consent.",
    "teaser": "The night bus returns in April, after two winters in which everybody walked home.",
}


@dataclass(frozen=True)
class Hard:
    """One page and what a reader sees on it; what is not named is not looked at."""

    markup: str | bytes
    path: str = "/news/the-old-crane"
    has: list[str] = field(default_factory=lambda: list(LINES))
    """Whole lines of the text, in this order."""
    lacks: list[str] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)
    """Column of ARTICLE -> value."""


def page(body: str, head: str = "", lang: str = "en") -> str:
    return f'<!DOCTYPE html><html lang="{lang}"><head>{head}</head><body>{body}</body></html>'


def ld(**fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(fields)}</script>'


def noise(*names: str) -> list[str]:
    return [NOISE[name] for name in names]


TITLE = "Council rebuilds the old crane"
H1 = f"<h1>{TITLE}</h1>"
TEASERS = "".join(
    f'<article><h3><a href="/news/{n}">{title}</a></h3><p>{NOISE["teaser"]} {title} tells more.</p>'
    "</article>"
    for n, title in enumerate(
        [
            "Ferry strike ends", "A prize for soup", "Seals in the marina", "The night bus is back",
            "A letter in the wall", "Lifeboat seeks a cook", "Council buys the cinema",
        ]
    )
)  # fmt: skip

CHINESE = [
    "港口委员会周一晚上决定重建北码头上的老起重机，工程将持续两个夏天。",
    "这台起重机自一九三一年起就立在那里，谁也不记得它上一次吊起东西是什么时候。",
    "市长表示，宁愿看它一年动一次，也不愿看它永远生锈，居民们对此反应不一。",
]
ARABIC = [
    "قرر مجلس الميناء مساء الاثنين إعادة بناء الرافعة القديمة على الرصيف الشمالي خلال صيفين.",
    "وقالت رئيسة البلدية إنها تفضل أن تراها تتحرك مرة في السنة على أن تصدأ إلى الأبد.",
    "وتقدمت ثلاث شركات بعروضها وإحداها من الجزيرة نفسها ولديها تسعة عمال فقط.",
]
FRENCH = [
    "Le conseil du port a décidé lundi soir de reconstruire la vieille grue du quai nord.",
    "Personne ne se souvient de la dernière fois qu’elle a soulevé quelque chose.",
    "Les travaux doivent durer deux étés et commencer juste après la fête du port.",
]
GERMAN = [
    "Der Hafenrat hat am Montagabend beschlossen, den alten Kran am Nordkai neu aufzubauen.",
    "Niemand weiß mehr, wann er zuletzt etwas gehoben hat, auch nicht im Hafenamt.",
    "Die Arbeiten sollen zwei Sommer dauern und gleich nach dem Hafenfest beginnen.",
]


def paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


BODIES = {
    "line breaks for paragraphs": Hard(
        page(f"{H1}<div class='copy'>{'<br><br>'.join(LINES)}</div>")
    ),
    "a layout of tables": Hard(
        page(
            "<table><tr><td><a href='/'>Home</a><br><a href='/sport'>Sport</a></td><td>"
            f"<table><tr><td>{H1}{STORY}</td></tr></table></td></tr></table>"
        ),
        lacks=["Home", "Sport"],
    ),
    "two containers with an advertisement between": Hard(
        page(
            f"<article>{H1}<div class='part'>{paragraphs(LINES[:4])}</div>"
            "<div class='ad'><p>Advertisement</p></div>"
            f"<div class='part'>{paragraphs(LINES[4:])}</div></article>"
        ),
        lacks=["Advertisement"],
    ),
    "a related box of whole sentences": Hard(
        page(
            f"<article>{H1}{paragraphs(LINES[:3])}<aside class='related'><p>{NOISE['related']}</p>"
            f"</aside>{paragraphs(LINES[3:])}</article>"
        ),
        lacks=noise("related"),
    ),
    "comments longer than the story": Hard(
        page(
            f"<article>{H1}{STORY}</article><section id='comments'><h2>Comments</h2>"
            + f"<div class='comment'><p>{NOISE['comment']}</p></div>" * 20
            + "</section>"
        ),
        lacks=noise("comment"),
    ),
    "a cookie wall before it": Hard(
        page(
            f"<div id='cookie-consent'><p>{NOISE['cookies']}</p><button>Accept all</button></div>"
            f"<main>{H1}{STORY}</main>"
        ),
        lacks=noise("cookies"),
    ),
    "a newsletter box in the middle": Hard(
        page(
            f"<article>{H1}{paragraphs(LINES[:4])}<div class='newsletter-signup'>"
            f"<p>{NOISE['letter']}</p><form><input></form></div>{paragraphs(LINES[4:])}</article>"
        ),
        lacks=noise("letter"),
    ),
    "share links as a list": Hard(
        page(
            f"<article>{H1}<ul class='share'><li><a href='#'>Facebook</a></li><li><a href='#'>"
            f"WhatsApp</a></li><li><a href='#'>Copy link</a></li></ul>{STORY}</article>"
        ),
        lacks=["Facebook", "WhatsApp", "Copy link"],
    ),
    "a caption as a paragraph": Hard(
        page(
            f"<article>{H1}<figure><img src='/c.jpg' alt=''><p class='caption'>{NOISE['caption']}"
            f"</p></figure>{STORY}</article>"
        ),
        lacks=noise("caption"),
    ),
    "paragraphs that are divs": Hard(
        page(f"{H1}<section>{''.join(f'<div>{line}</div>' for line in LINES)}</section>")
    ),
    "a story that is a list": Hard(
        page(f"<article>{H1}<ol>{''.join(f'<li>{line}</li>' for line in LINES)}</ol></article>")
    ),
    "code that matters": Hard(
        page(
            f"<article>{H1}<p>{LINES[0]}</p><pre><code>crane --lift 3\ncrane --lower</code></pre>"
            f"{paragraphs(LINES[1:])}</article>"
        ),
        has=[LINES[0], "crane --lift 3", *LINES[1:]],
    ),
    "subheadings": Hard(
        page(
            f"<article>{H1}<p>{LINES[0]}</p><h2>What it will cost</h2>{paragraphs(LINES[1:])}"
            "</article>"
        ),
        has=[LINES[0], "What it will cost", *LINES[1:]],
    ),
    "what nobody sees": Hard(
        page(
            f"<article>{H1}<template><p>{NOISE['letter']}</p></template><noscript><p>"
            f"{NOISE['cookies']}</p></noscript><p hidden>{NOISE['legal']}</p>"
            f"<p style='display:none'>{NOISE['related']}</p>{STORY}</article>"
        ),
        lacks=noise("letter", "cookies", "legal", "related"),
    ),
    "a footer within the article": Hard(
        page(f"<article>{H1}{STORY}<footer><p>{NOISE['legal']}</p></footer></article>"),
        lacks=noise("legal"),
    ),
    "an AMP page": Hard(
        page(
            f"<amp-sidebar><p>{NOISE['related']}</p></amp-sidebar><article>{H1}<amp-img src='/c'>"
            f"</amp-img>{STORY}<amp-ad type='x'><p>Advertisement</p></amp-ad></article>"
        ),
        lacks=[*noise("related"), "Advertisement"],
    ),
    "Chinese": Hard(
        page(f"<h1>港口重建老起重机</h1><div>{paragraphs(CHINESE)}</div>", lang="zh"),
        has=CHINESE,
        facts={"title": "港口重建老起重机", "language": "zh"},
    ),
    "Arabic": Hard(
        page(f"<h1>الميناء يعيد بناء الرافعة القديمة</h1>{paragraphs(ARABIC)}", lang="ar"),
        has=ARABIC,
        facts={"title": "الميناء يعيد بناء الرافعة القديمة", "language": "ar"},
    ),
    "bytes of one encoding that say another": Hard(
        page(
            "<h1>La vieille grue est reconstruite</h1>" + paragraphs(FRENCH),
            "<meta charset='utf-8'>",
            "fr",
        ).encode("cp1252"),
        has=FRENCH,
    ),
}

TITLES = {
    "the site in the h1": Hard(
        page(
            f"<header><h1>The Quay</h1></header><article><h2>{TITLE}</h2>{STORY}</article>",
            f"<title>{TITLE} | The Quay</title><meta property='og:title' content='{TITLE}'>"
            "<meta property='og:site_name' content='The Quay'>",
        ),
        facts={"title": TITLE},
    ),
    "the site behind the title": Hard(
        page(f"<article>{STORY}</article>", f"<title>{TITLE} - News - The Quay</title>"
             "<meta property='og:site_name' content='The Quay'>"),
        facts={"title": f"{TITLE} - News"},
    ),
    "a dash that belongs to it": Hard(
        page(
            f"<article><h1>Crane - a love story</h1>{STORY}</article>",
            "<title>Crane - a love story - The Quay</title>",
        ),
        facts={"title": "Crane - a love story"},
    ),
    "a headline cut short in JSON-LD": Hard(
        page(
            f"<article><h1>{TITLE} after ninety-five years</h1>{STORY}</article>",
            ld(**{"@type": "NewsArticle", "headline": f"{TITLE} after…"}),
        ),
        facts={"title": f"{TITLE} after ninety-five years"},
    ),
    "a kicker in the headline": Hard(
        page(
            f"<article><h1><span class='kicker'>Harbour</span> <span>{TITLE}</span></h1>{STORY}"
            "</article>",
            f"<meta property='og:title' content='{TITLE}'>",
        ),
        facts={"title": TITLE},
    ),
}  # fmt: skip

DATES = {
    "changed above published": Hard(
        page(
            f"<article>{H1}<p>Updated: <time datetime='2026-03-09T10:00Z'>9 March 2026</time></p>"
            "<p>Published: <time datetime='2026-03-03T08:00Z'>3 March 2026</time></p>"
            f"{STORY}</article>"
        ),
        facts={"published_date": "2026-03-03"},
    ),
    "a French date in words": Hard(
        page(
            "<h1>La grue</h1><p class='date'>Publié le mardi 3 mars 2026 à 8 h 15</p>"
            + paragraphs(FRENCH),
            lang="fr",
        ),
        has=FRENCH,
        facts={"published_date": "2026-03-03", "published_precision": "minute"},
    ),
    "a Japanese date": Hard(
        page(f"{H1}<span class='date'>2026年3月4日</span>{STORY}"),
        facts={"published_date": "2026-03-04"},
    ),
    "a day in the address alone": Hard(
        page(f"<article>{H1}{STORY}</article>"),
        "/2026/03/05/the-old-crane",
        facts={"published_date": "2026-03-05", "published_from": "url"},
    ),
    "a dateline without a year": Hard(
        page(
            f"<article>{H1}<p>PORT ELLERY, March 3 (Reuters) - {LINES[0]}</p>"
            f"{paragraphs(LINES[1:])}</article><footer>© 2024 The Quay</footer>"
        ),
        has=LINES[1:],
        facts={"published_date": None},
    ),
    "a day of the story that is not its own": Hard(
        page(
            f"<article>{H1}<p>The crane was put up on 4 May 1931 and painted on 7 June 1954.</p>"
            f"{STORY}</article>",
            ld(**{"@type": "NewsArticle", "datePublished": "2026-03-03T23:30:00+01:00"}),
        ),
        facts={"published_date": "2026-03-03"},
    ),
    "a date that cannot be": Hard(
        page(
            f"<article>{H1}{STORY}</article>",
            "<meta property='article:published_time' content='2026-02-31'>",
        ),
        facts={"published_date": None, "published_raw": "2026-02-31"},
    ),
}

AUTHORS = {
    "two with a role": Hard(
        page(
            f"<article>{H1}<p class='byline'>By Ada Mercer and Tom Kell, Harbour Correspondent</p>"
            f"{STORY}</article>"
        ),
        facts={"authors": ["Ada Mercer", "Tom Kell"]},
    ),
    "nobody in particular": Hard(
        page(f"<article>{H1}<p class='byline'>By Staff Writer</p>{STORY}</article>"),
        facts={"authors": []},
    ),
    "an agency": Hard(
        page(
            f"<article>{H1}{STORY}</article>",
            ld(**{"@type": "NewsArticle", "author": {"@type": "Organization", "name": "Reuters"}}),
        ),
        facts={"authors": [], "agency": "Reuters"},
    ),
    "references in a graph": Hard(
        page(
            f"<article>{H1}{STORY}</article>",
            ld(
                **{
                    "@graph": [
                        {"@type": "BreadcrumbList", "name": "x"},
                        {"@type": "NewsArticle", "headline": TITLE, "author": [{"@id": "#a"}]},
                        {"@type": "Person", "@id": "#a", "name": "Ada Mercer"},
                    ]
                }
            ),
        ),
        facts={"authors": ["Ada Mercer"], "article_type": "NewsArticle"},
    ),
    "broken JSON": Hard(
        page(
            f"<article>{H1}{STORY}</article>",
            '<script type="application/ld+json">{"@type": "NewsArticle", /* ours */\n'
            '"author": {"@type": "Person", "name": "Tom Kell",},}</script>',
        ),
        facts={"authors": ["Tom Kell"]},
    ),
    "German names": Hard(
        page(
            "<article><h1>Der alte Kran</h1><div class='author'>Von Jana Otto und Emre Yıldız</div>"
            f"{paragraphs(GERMAN)}</article>",
            lang="de",
        ),
        has=GERMAN,
        facts={"authors": ["Jana Otto", "Emre Yıldız"]},
    ),
}

KINDS = {
    "a list of long teasers": Hard(
        page(f"<main><h1>News</h1>{TEASERS}</main>", "<title>News - The Quay</title>"),
        "/news",
        has=[],
        facts={"reject_reason": "not_an_article"},
    ),
    "not found, with 200 and headlines": Hard(
        page(f"<main><h1>Page not found</h1>{TEASERS}</main>"),
        has=[],
        facts={"reject_reason": "not_an_article"},
    ),
    "a wall after the first lines": Hard(
        page(
            f"<article>{H1}{paragraphs(LINES[:2])}</article><div class='paywall'><p>To continue "
            "reading, become a member.</p></div>"
        ),
        has=LINES[:2],
        facts={"is_free": False, "reject_reason": None},
    ),
}

PAGES: dict[str, Hard] = BODIES | TITLES | DATES | AUTHORS | KINDS
