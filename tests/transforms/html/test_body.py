"""What of a page is the article's text: every kind of block, and every kind of noise."""

from __future__ import annotations

import pytest

from transforms.html.body import Body, read_body, read_outline
from transforms.html.body.notes import MIN_PARAGRAPH
from transforms.html.limits import MAX_DEPTH
from transforms.html.nodes import parse

FERRY = (
    "The ferry across the inner harbour will sail every ten minutes from Monday, the council said, "
    "because the bridge is closed to lorries until the end of October."
)
BRIDGE = (
    "Engineers found cracks in two of the nine cables when they took the old paint off, and nobody "
    "knows yet how long it will take to have new ones made."
)
LORRIES = (
    "Lorries have to take the road around the bay, which adds forty minutes, and the fish market "
    "has asked the town to pay for the ice that melts on the way."
)
STORY = f"<p>{FERRY}</p><p>{BRIDGE}</p><p>{LORRIES}</p>"
LINES = [FERRY, BRIDGE, LORRIES]


def body(markup: str, headline: str = "Ferry sails more often") -> Body:
    return read_body(read_outline(parse(markup)), headline)


def lines(markup: str) -> list[str]:
    return body(markup).text.splitlines()


def page(inside: str, around: str = "") -> str:
    return (
        f"<html><body>{around}<div class='wrap'><h1>Ferry sails more often</h1>"
        f"<div class='story'>{inside}</div></div></body></html>"
    )


def test_each_paragraph_is_a_line() -> None:
    assert lines(page(STORY)) == LINES


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("<h2>What comes next</h2>", ["What comes next"]),
        ("<h4 id='nav-share-menu'>What comes next</h4>", ["What comes next"]),
        ("<ul><li>Two more boats</li><li>One more pier</li></ul>",
         ["Two more boats", "One more pier"]),
        ("<ol><li>Paint<ol><li>Blue</li></ol></li></ol>", ["Paint", "Blue"]),
        ("<blockquote><p>We wait.</p><blockquote>So do we.</blockquote></blockquote>",
         ["We wait.", "So do we."]),
        ("<table><tr><th>Boat</th><th>Seats</th></tr><tr><td>Tern</td><td>90</td></tr></table>",
         ["Boat | Seats", "Tern | 90"]),
        ("<table><tr><td>Tern</td><td>90 min</td></tr></table>", ["Tern | 90 min"]),
        ("<pre><code>sail(10)\n  wait(5)\n</code></pre>", ["sail(10)", "  wait(5)"]),
        ("<pre>  if tide:\n    \tsail(10)\n\n  <b>else</b>:\n  <i>\t</i>wait(5)</pre>",
         ["if tide:", "  \tsail(10)", "else:", "\twait(5)"]),
        ("<pre>   It sails at ten,\nit says.\n   We wait.</pre>",
         ["It sails at ten,", "it says.", "We wait."]),
        ("<dl><dt>Tern</dt><dd>the newer boat</dd></dl>", ["Tern", "the newer boat"]),
        ("<figure><table><tr><td>Tern</td><td>90</td></tr></table></figure>", ["Tern | 90"]),
        ("<p>It sails <b>at</b> <a href='/x'>ten</a>.</p>", ["It sails at ten."]),
        ("<p>First.<br>Second.<br/>Third.</p>", ["First.", "Second.", "Third."]),
        ("<p>Price:&nbsp;&lt;5&nbsp;&amp;&#8364;</p>", ["Price: <5 &€"]),
        ("<p>漢<ruby>字<rp>(</rp><rt>じ</rt><rp>)</rp></ruby>を読む</p>", ["漢字を読む"]),
        ("<details><summary>Why?</summary>Because of the cables.</details>",
         ["Why?", "Because of the cables."]),
    ],
)  # fmt: skip
def test_a_block_of_the_article_is_kept(block: str, expected: list[str]) -> None:
    assert lines(page(f"<p>{FERRY}</p>{block}<p>{BRIDGE}</p>")) == [FERRY, *expected, BRIDGE]


@pytest.mark.parametrize(
    "noise",
    [
        "<nav><a href='/'>Home</a> <a href='/sea'>Sea</a></nav>",
        "<aside>The tide table of this week, hour by hour, for all of the coast.</aside>",
        "<div class='related-stories'><h3>Related</h3><p>Tugs are sold to the north.</p></div>",
        "<div class='share-bar'>Share on Seabird Share on Gull</div>",
        "<div class='newsletterBox'><p>Our letter comes every morning at six.</p></div>",
        "<div id='cookie-notice'><p>We store a biscuit to know you again.</p></div>",
        "<section id='comments'><p>Gull: I never liked that bridge, to be honest.</p></section>",
        "<figure><img src='a.jpg'><figcaption>The ferry Tern at its pier.</figcaption></figure>",
        "<figure><img src='a.jpg'><p>The ferry Tern at its pier.</p></figure>",
        "<p class='photo-credit'>Picture by Ada Mercer</p>",
        "<ul><li><a href='/1'>Tugs are sold</a></li><li><a href='/2'>Tide is late</a></li></ul>",
        "<p><a href='/3'>Tide is late again, and nobody minds</a></p>",
        "<p>Advertisement</p>",
        "<p>Read more: the tide is late again</p>",
        "<p hidden>Nobody sees this sentence on the page.</p>",
        "<p style='display: none'>Nobody sees this sentence on the page.</p>",
        "<p aria-hidden='true'>Nobody sees this sentence on the page.</p>",
        "<form><p>Tell us what you think of the ferry.</p></form>",
        "<button>Play the sound of waves</button>",
        "<div class='author-bio'><p>Ada Mercer has sailed on all of the ferries.</p></div>",
        "<span class='kicker'>Harbour news</span>",
        "<div class='paywall'><h3>Read on with us</h3><p>You have read three free articles this "
        "month. Unlock the rest for £1 a week.</p><a href='/in'>Log in</a></div>",
        "<div id='regwall'><p>Register now and go on with what the ferry costs.</p></div>",
        "<section class='piano-offer'><p>Abonnez-vous pour un euro par mois.</p></section>",
        "<p>Jetzt 6 Wochen für 1,50 € lesen. Jederzeit kündbar.</p>",
        "<p>Weiterlesen mit Hafenbote+</p>",
        "<p>4 min</p>",
        "<p>Temps de lecture : 4 min</p>",
        "<p>Scroll to continue with content</p>",
        "<p>（责任编辑：王小船）</p>",
        "<p>ⓒ 부두신문, 무단 전재 금지</p>",
        "<script>var text = 'waves';</script><style>p { color: blue }</style>",
        "<noscript>Turn on what is off.</noscript><template><p>None.</p></template>",
        "<svg><title>A wave</title><text>wave</text></svg>",
        "<div role='complementary'><p>The tide table of this week.</p></div>",
        "<footer><p>The Harbour Post is printed on the quay.</p></footer>",
    ],
)
def test_noise_within_the_article_is_left_out(noise: str) -> None:
    assert lines(page(f"<p>{FERRY}</p>{noise}<p>{BRIDGE}</p>")) == [FERRY, BRIDGE]


def test_what_only_a_screen_reader_says_is_left_out_of_the_line() -> None:
    inside = f"<p>{FERRY}<span class='sr-only'> (opens a window)</span></p><p>{BRIDGE}</p>"
    assert lines(page(inside)) == [FERRY, BRIDGE]


@pytest.mark.parametrize(
    "names",
    [
        "has-sidebar no-comments",
        "post type-post tag-newsletter category-related",
        "md:hidden lg:footer",
        "date-posts",
        "elementor-widget-container",
    ],
)
def test_a_name_of_a_state_or_a_topic_is_no_noise(names: str) -> None:
    more = f"<div class='{names}'><p>{BRIDGE}</p></div>"
    assert lines(page(f"<p>{FERRY}</p>{more}<p>{LORRIES}</p>")) == LINES


@pytest.mark.parametrize("wrapper", ["form", "div class='modal'", "div class='sidebar'"])
def test_what_holds_nearly_all_is_the_page_whatever_it_is_called(wrapper: str) -> None:
    tag = wrapper.partition(" ")[0]
    assert lines(f"<body><{wrapper}>{STORY}</{tag}></body>") == LINES


def test_comments_longer_than_the_article_are_no_article() -> None:
    comments = "".join(f"<li><p>{number}. {LORRIES}</p></li>" for number in range(30))
    below = f"<ol class='comment-list'>{comments}</ol>"
    assert lines(f"<body><div class='story'><h1>Ferry</h1>{STORY}</div>{below}</body>") == LINES


def test_of_two_containers_the_one_with_the_prose_is_the_article() -> None:
    teasers = "".join(f"<div><h3>Piece {n}</h3><p>Tugs were sold, {n}.</p></div>" for n in range(9))
    markup = f"<body><div class='a'>{teasers}</div><div class='b'>{3 * STORY}</div></body>"
    assert lines(markup) == LINES


def test_an_article_in_two_halves_is_read_whole() -> None:
    halves = f"<div><p>{FERRY}</p></div><div id='slot-2'></div><div><p>{BRIDGE}</p></div>"
    assert lines(page(halves)) == [FERRY, BRIDGE]


@pytest.mark.parametrize("name", ["lead", "article-intro", "standfirst", "news teaser-text"])
def test_a_lead_between_headline_and_body_belongs_to_the_text(name: str) -> None:
    lead = "Until the end of October the boats take what the bridge cannot carry any more."
    above = f"<header><h1>Ferry</h1><p class='{name}'>{lead}</p><p>12 May, Ada Mercer</p></header>"
    markup = f"<body><article>{above}<div class='article-body'>{STORY}</div></article></body>"
    assert lines(markup) == [lead, *LINES]


def test_text_with_breaks_and_without_paragraphs_is_read() -> None:
    inside = "<br><br>".join(LINES)
    assert lines(f"<body><div><a href='/'>Home</a></div><div>{inside}</div></body>") == LINES


def test_verses_are_read_though_each_is_short() -> None:
    verses = [f"The tide comes in, the tide goes out, {number}" for number in range(12)]
    menu = "".join(f"<li><a href='/{n}'>Harbour {n}</a></li>" for n in range(12))
    markup = f"<body><ul>{menu}</ul><div><div>{'<br>'.join(verses)}</div></div></body>"
    assert lines(markup) == verses


def test_the_headline_is_no_part_of_the_text() -> None:
    markup = f"<body><article><h1>Ferry sails more often</h1>{STORY}</article></body>"
    assert lines(markup) == LINES


def test_subheads_of_the_first_level_are_kept() -> None:
    inside = f"<p>{FERRY}</p><h1>The bridge</h1><p>{BRIDGE}</p><h1>The lorries</h1><p>{LORRIES}</p>"
    expected = [FERRY, "The bridge", BRIDGE, "The lorries", LORRIES]
    assert lines(page(inside)) == expected
    assert lines(page(f"<div>Harbour</div><h1>Ferry sails</h1>{inside}"))[1:] == expected
    assert lines(page(f"{inside}<h1>What next?</h1>")) == expected


def test_a_headline_shown_again_below_the_lead_is_no_part_of_the_text() -> None:
    again = f"<p>{FERRY}</p><h1>Ferry sails more often</h1><p>{BRIDGE}</p>"
    assert lines(page(again)) == [FERRY, BRIDGE]


def test_a_heading_that_nothing_follows_is_left_out() -> None:
    assert lines(page(f"{STORY}<h2>You may like</h2>")) == LINES


def test_a_heading_that_links_to_its_topic_is_kept() -> None:
    heading = "<h2><a href='/tern'>The Tern</a></h2>"
    assert lines(page(f"<p>{FERRY}</p>{heading}<p>{BRIDGE}</p>")) == [FERRY, "The Tern", BRIDGE]


def test_a_pull_quote_is_said_once() -> None:
    assert lines(page(f"{STORY}<blockquote>{BRIDGE}</blockquote>")) == LINES


def test_entries_of_a_live_blog_are_read_in_page_order() -> None:
    entries = "".join(
        f"<article class='entry'><h3>{12 - n}:00</h3><p>{LINES[n]}</p></article>" for n in range(3)
    )
    found = lines(f"<body><main><h1>Ferry, live</h1>{entries}</main></body>")
    assert found == ["12:00", FERRY, "11:00", BRIDGE, "10:00", LORRIES]


def test_a_page_streamed_by_react_is_read_from_its_hidden_parts() -> None:
    assert lines(f"<body><div hidden id='S:0'>{STORY}</div></body>") == LINES


RIGHT_TO_LEFT = (
    "تبحر العبارة كل عشر دقائق ابتداء من يوم الاثنين لأن الجسر مغلق أمام الشاحنات حتى نهاية أكتوبر."
)
SPACELESS = "橋が十月末まで通行止めになるため、月曜日から渡し船は十分ごとに出ると町は発表した。"


@pytest.mark.parametrize("paragraph", [RIGHT_TO_LEFT, SPACELESS])
def test_other_scripts_are_read(paragraph: str) -> None:
    second, noise = paragraph[::-1], "<div class='sidebar'><p>…</p></div>"
    markup = f"<body dir='auto'><div><p>{paragraph}</p><p>{second}</p></div>{noise}</body>"
    assert lines(markup) == [paragraph, second]


@pytest.mark.parametrize(
    "markup",
    [
        f"<p>{FERRY}<p>{BRIDGE}<p>{LORRIES}",
        f"<div><b><p>{FERRY}</b><p>{BRIDGE}</div></p></i><p>{LORRIES}",
        f"<body><table><p>{FERRY}<tr><td><p>{BRIDGE}<td><p>{LORRIES}",
        f"<html><body><div><p>{FERRY}</div><body class=x><p>{BRIDGE}<p>{LORRIES}<div",
    ],
)
def test_broken_markup_is_read_as_browsers_do(markup: str) -> None:
    assert lines(markup) == LINES


@pytest.mark.parametrize("markup", ["", "<frameset><frame></frameset>", "<nav>Home</nav>", "<br>"])
def test_a_page_without_text_has_an_empty_body(markup: str) -> None:
    assert body(markup).text == ""


def test_the_text_of_the_page_is_counted_beside_the_articles() -> None:
    found = body(page(STORY, "<aside>Tide table</aside><nav>Home</nav>"))
    headline, table = len("Ferry sails more often"), len("Tide table")
    assert found.page_chars == sum(map(len, LINES)) + headline + table


def test_the_deepest_page_that_is_read_has_its_text() -> None:
    assert lines("<div>" * (MAX_DEPTH - 4) + f"<p>{FERRY}</p>") == [FERRY]


CAPTIONS = [
    f"Boat number {number} leaves the inner harbour for the last time, with all hands on deck."
    for number in range(1, 6)
]
PICTURES = "".join(
    f"<figure><img src='a.jpg'><figcaption>{each}</figcaption></figure>" for each in CAPTIONS
)
MENU = "<div id='menu'><a href='/n'>News</a> <a href='/s'>Sport</a></div>"


def test_the_captions_of_a_gallery_are_its_text() -> None:
    assert lines(page(PICTURES, around=MENU)) == CAPTIONS
    assert lines(page(f"<p>{FERRY}</p><div class='gallery'>{PICTURES}</div>")) == [FERRY, *CAPTIONS]


@pytest.mark.parametrize(
    "inside",
    [
        STORY + PICTURES,
        f"<p>{FERRY}</p>" + "<figure><figcaption>A boat</figcaption></figure>" * 5,
        f"<p>{FERRY}</p><div class='related'>{PICTURES}</div>",
        f"<p>{FERRY}</p>" + PICTURES.replace("<figcaption>", "<figcaption hidden>"),
        f"<p>{FERRY}</p>{PICTURES.replace('<figcaption>', '<figcaption><a>')}",
    ],
)
def test_captions_of_an_article_a_teaser_or_of_nothing_are_left_out(inside: str) -> None:
    assert not {*CAPTIONS, "A boat"} & set(lines(page(inside)))


OTHERS = [f"{n}. {BRIDGE}" for n in range(3)]
OTHER = "".join(f"<p>{each}</p>" for each in OTHERS)
OWN = f"<article><h1>Ferry sails more often</h1>{STORY}</article>"


@pytest.mark.parametrize(
    "below",
    [
        f"<article><h1>Cracks in nine cables</h1>{OTHER}{OTHER}</article>",
        f"<article><header><h1>Cracks</h1></header>{OTHER}</article><article><h1>x</h1></article>",
        f"<article><h1>Cracks</h1>{OTHER}</article><footer><h1>Port Post</h1></footer>",
    ],
)
def test_a_story_loaded_below_the_first_is_another_article(below: str) -> None:
    assert lines(f"<main>{OWN}{below}</main>") == LINES


def test_the_article_with_the_headline_is_the_story() -> None:
    promo = f"<article><h1>From our shop</h1>{OTHER}</article>"
    assert lines(f"<main>{promo}{OWN}</main>") == LINES


def test_articles_none_of_which_has_the_headline_are_parts_of_one() -> None:
    part = f"<article><h1>10:30 Cracks are found</h1>{OTHER}</article>"
    found = body(f"<main>{OWN}{part}</main>", "A year of the ferry").text.splitlines()
    assert {*LINES, *OTHERS} <= set(found)


@pytest.mark.parametrize(
    "markup",
    [
        f"{OWN}<article><h2>Cracks in nine cables</h2>{OTHER}</article>",
        f"{OWN}<article><h1>Ferry sails more often</h1>{OTHER}</article>",
        f"<article><h1>Tide is late</h1><p>{FERRY}</p></article>{OWN}<p>{OTHER}</p>",
        OWN.replace("</article>", f"<article><h1>Cracks</h1>{OTHER}</article></article>"),
        f"<h1>Storm on the coast, live</h1>{OWN}<article><h1>Bridge is shut</h1>{OTHER}</article>",
    ],
)
def test_a_part_of_a_story_and_what_follows_a_teaser_stay(markup: str) -> None:
    assert {*OTHERS, *LINES} <= set(lines(f"<main>{markup}</main>"))


@pytest.mark.parametrize(
    "inside",
    [
        f"<div class='paywall'>{STORY}</div>",
        f"<p>{FERRY}</p><div class='paywall'><p>{BRIDGE}</p><p>{LORRIES}</p></div>",
        f"<p>{FERRY}</p><p>{BRIDGE}</p><p class='paywall'>{LORRIES}</p>",
    ],
)
def test_what_is_behind_a_wall_is_the_story(inside: str) -> None:
    assert lines(page(inside)) == LINES


@pytest.mark.parametrize(
    "told", ["Капитаны подписали договор о новом пароме.", "Ambos puertos suscribieron el pacto."]
)
def test_what_was_signed_is_no_offer(told: str) -> None:
    rest = f"<div class='paywall'><p>{BRIDGE}</p><p>{told}</p></div>"
    assert lines(page(f"<p>{FERRY}</p>{rest}")) == [FERRY, BRIDGE, told]


def test_only_what_asks_for_something_is_an_offer_beside_the_story_behind_a_wall() -> None:
    told = "The ferry has nine hundred subscribers, and a subscription costs four pounds."
    inside = f"<p>{told}</p><p>{BRIDGE}</p><div class='offer'><p>Subscribe now for £1</p></div>"
    assert len(BRIDGE) >= MIN_PARAGRAPH
    assert lines(page(f"<p>{FERRY}</p><div class='paywall'>{inside}</div>")) == [
        FERRY,
        told,
        BRIDGE,
    ]


def test_how_long_a_dish_takes_is_an_item_of_its_list() -> None:
    inside = "<ul><li>Serves four</li><li>20 minutes</li><li>3 min read</li></ul>"
    found = lines(page(f"<p>{FERRY}</p>{inside}<p>{BRIDGE}</p>"))
    assert found == [FERRY, "Serves four", "20 minutes", BRIDGE]


@pytest.mark.parametrize("tag", ["p", "div"])
def test_a_paragraph_behind_a_wall_may_tell_of_subscribers(tag: str) -> None:
    told = [f"{n}. The ferry has more subscribers than the bus, the council said." for n in "123"]
    inside = "".join(f"<{tag} class='paywall'>{each}</{tag}>" for each in told)
    assert lines(page(STORY + inside)) == LINES + told


@pytest.mark.parametrize(
    "line",
    [
        "Jetzt will der Rat die neue Fähre noch einmal testen lassen.",
        "Nur wenige dürfen die Tafel im Hafen gratis lesen.",
        "시의회는 안내문을 무단 전재한 업체에 벌금을 물렸다.",
        "Nur wer eine Karte hat, kann lesen, was an Bord steht.",
        "30 minutes later the ferry was gone.",
        "The crew says that nobody asked them.",
    ],
)
def test_a_sentence_like_a_note_is_kept(line: str) -> None:
    for shown in (line, f"<span class='caption'>{line}</span>"):
        inside = f"<p>{FERRY}</p><p>{shown}</p><p>{BRIDGE}</p>"
        assert lines(page(inside)) == [FERRY, line, BRIDGE]


def test_a_span_of_code_or_in_a_heading_is_no_label() -> None:
    inside = "<h3><span class='mw-headline'>Tides</span></h3><pre><span class='comment'># x</span>"
    assert lines(page(f"<p>{FERRY}</p>{inside}</pre><p>{BRIDGE}</p>"))[1:3] == ["Tides", "# x"]
