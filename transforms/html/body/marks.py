"""What the names a page gives its elements say of them: noise, content, a lead, unseen."""

from __future__ import annotations

import re
from functools import lru_cache

from transforms.html.nodes import Attributes

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

NOISE, STRONG, CONTENT, BODY, LEAD, UNSEEN, WALL = 1, 2, 4, 8, 16, 32, 64
"""Bits of what is said: noise (strong where nothing else is ever called so), a container of
content, the article's body (microdata), a lead, what no reader sees, a wall before the rest."""


def listed(words: str) -> frozenset[str]:
    """Make a set of the words of a text: lists of a hundred are read as such."""
    return frozenset(words.split())


# A word anywhere in a class or id. Chosen on half of the development pages: text below an element
# named by one of them is part of the article on less than one page in ten.
_STRONG = listed(
    """
    breadcrumb breadcrumbs comment commentform commentlist comments consent cookie cookies disqus
    footer gdpr menu modal nav newsletter onetrust outbrain overlay popup recirc recommended
    recommendations related replies respond share sharedaddy taboola
    """
)
_NOISE = _STRONG | listed(
    """
    ad addthis address adjacent adslot ads advert advertisement advertising alert authors avatar
    badge badges banner bio biography branding btn btns button buttons byline bylines caption
    captcha captions carousel cart checkout colophon contact contributor contributors copyright
    copyrights credit creditline credits crumbs cta ctas date dateline dates datestamp dek dfp
    disclaimer disclosure download dropdown duration email emoji excerpt eyebrow facebook
    feedback figcaption follow followus foot form gallery gform hashtags hidden honeypot infobar
    invisible jetpack kicker latest legal listing login logo mailchimp masthead megamenu menus
    metadata morefrom navbar navigation newsletters nextpost noprint notice notification
    owl pager pagination player playlist poll popover popular postmeta posts prev previous prevpost
    print promo promos promotion quiz rating ratings reactions readmore readnext readspeaker
    readtime recent recirculation recommendation register rss screenreader search searchform
    seealso settings shares sharing sidebar signin signup skip slick slideshow social sponsor
    sponsored sponsors stickybar subheader submenu subnav subscribe subscription subscriptions
    survey swiper taglist tagline tags teaser teasers textwidget thumbnails ticker timestamp
    toolbar tooltip topics trending tts upnext vcard votes weather whatsapp widgets widgettitle
    wpforms yarpp
    """
)
_NOISE_AT_THE_END = listed(
    """
    author bar cat categories category details header headline info keywords label link links meta
    more next profile tag terms time title tools topic utility
    """
)
"""Noise as the last of several words: "post-meta", but not "meta-text"."""

_LEADS = listed(
    """
    abstract bajada chapeau chapo copete deck dek description entradilla epigraph excerpt ingress
    intro introduction lead lede occhiello perex preamble sapo sommario standfirst strapline
    subhead subheadline subline subtitle summary teaser vorspann
    """
)
_WALLS = listed("metered paywall piano regwall")
_NOISE_PAIR = re.compile(
    r"(?:about|also|more|most|read|see|up)-(?:also|articles|author|from|like|more|news|next|on"
    r"|posts|read|shared|stories|the-author|viewed)\b"
    r"|author-(?:about|block|bio|box|card|container|desc|description|details?|info|meta|name"
    r"|profile|section|wrap)"
    r"|post-(?:author|categories|date|footer|info|meta|nav|navigation|tags|views)"
    r"|entry-(?:author|date|footer|header|meta|tags)"
    r"|article-(?:actions|author|byline|date|footer|header|info|meta|tags|tools|topics)"
    r"|image-(?:credit|info|meta|source)|(?:after|below)-(?:article|content|post)"
)
_IN_PAIRS = listed("about after also article author below entry image more most post read see up")
_CONTENT = re.compile(
    r"(?:^|-)(?:article-?(?:body|content|copy|fulltext|html|text)"
    r"|(?:blog|content|entry|news|page|post|rich|single|story|td-post)-?(?:body|content|copy"
    r"|fulltext|text)|body-?(?:content|copy|text)|(?:art|main|news)text"
    r"|content-?(?:article|body|main)|e-content|hentry|caas-body|mw-parser-output)(?:$|-)"
)
_IN_CONTENT = listed(
    """
    article articlebody articlecontent articletext arttext blogcontent body bodycontent bodycopy
    bodytext caas content contentbody entrycontent hentry maintext mw newstext pagecontent
    postbody postcontent richtext singlecontent storybody storycontent storytext text
    """
)
_UNSEEN = re.compile(r"sr-only|visual(?:ly)?-?hidden|screen-?reader")
_TELLING = (
    _NOISE | _NOISE_AT_THE_END | _LEADS | _WALLS | _IN_PAIRS | _IN_CONTENT
    | {"sr", "screen", "screenreader", "visually", "visuallyhidden"}
)  # fmt: skip
# What names a state, a template or a topic says nothing of the part: "has-sidebar", "md:hidden",
# WordPress' "tag-comments" and Blogger's "date-posts" around every article.
_SAYS_NOTHING = re.compile(
    r"(?:author(?!-(?:about|bio|box|card|desc|description|details?|info|profile)\b)|cat|category|format|has|is|js|no|not|single|size|status|supports|tag|type|u|with"
    r"|without|wp-image|post-\d+)-|date-(?:outer|posts)$|.*[:\[/=]"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

_ROLES = listed(
    "alert banner button complementary contentinfo dialog menu navigation search toolbar"
)
_OTHERS = frozenset({"aria-hidden", "hidden", "id", "itemprop", "role", "style"})
_STYLED_AWAY = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def read_marks(tag: str, attributes: Attributes) -> int:
    """Return the bits of what an element's attributes say."""
    names = attributes.get("class")
    bits = _of_names(names) if names else 0
    # Most have no other.
    return bits if names and len(attributes) == 1 else bits | _of_others(tag, attributes)


def _of_others(tag: str, attributes: Attributes) -> int:
    """Read all but the class; the id of a heading is made of its words, for links to it."""
    if _OTHERS.isdisjoint(attributes):
        return 0
    bits = UNSEEN if _is_unseen(attributes) else 0
    name, prop = attributes.get("id"), attributes.get("itemprop")
    if name and tag not in HEADINGS:
        bits |= _of_names(name)
    if prop and "articlebody" in prop.lower():
        bits |= BODY
    return bits | NOISE if attributes.get("role") in _ROLES else bits


def _is_unseen(attributes: Attributes) -> bool:
    """Tell whether an element is not shown.

    React streams a page in hidden elements called "S:0" and so on, which a script puts in place.
    """
    if "hidden" in attributes:
        return not (attributes.get("id") or "").startswith("S:")
    if attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return bool(style and _STYLED_AWAY.search(style))


@lru_cache(maxsize=32_768)
def _of_names(names: str) -> int:
    spread = (names if names.islower() else _CAMEL.sub("-", names).lower()).replace("_", "-")
    # Nine of ten say nothing: told by all their words at once.
    if _TELLING.isdisjoint(spread.replace("-", " ").split()):
        return 0
    bits = 0
    for name in spread.split():
        bits |= _of_name(name)
    return bits


@lru_cache(maxsize=4_096)
def _of_name(name: str) -> int:
    words = name.split("-")
    if _TELLING.isdisjoint(words) or _SAYS_NOTHING.match(name):
        return 0
    bits = 0 if _IN_CONTENT.isdisjoint(words) or not _CONTENT.search(name) else CONTENT
    bits |= 0 if _LEADS.isdisjoint(words) else LEAD
    bits |= UNSEEN if _UNSEEN.search(name) else 0
    bits |= 0 if _WALLS.isdisjoint(words) else WALL
    if not _STRONG.isdisjoint(words):
        return bits | STRONG | NOISE
    return bits | NOISE if _is_noise(name, words) else bits


def _is_noise(name: str, words: list[str]) -> bool:
    if not _NOISE.isdisjoint(words):
        return True
    if not _IN_PAIRS.isdisjoint(words) and _NOISE_PAIR.search(name):
        return True
    return len(words) > 1 and words[-1] in _NOISE_AT_THE_END
