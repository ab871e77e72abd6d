from __future__ import annotations

import time

import pytest
from pydantic import ValidationError

from flows.sources._paging import Page, Pager, Paging, next_link

API = "https://api.outlet.example/v1/news?lang=de"


def page(content=None, *, url=API, records=2, fresh=None, link=None):
    return Page(url, content, records, records if fresh is None else fresh, link)


def pager(template=API, **options):
    made = Pager(Paging(**options), template)
    return made, made.first()


# The first page and the next


def test_without_paging_there_is_one_page():
    made, first = pager()
    assert first == API
    assert made.follow(page({"next": "/more"}, link='</more>; rel="next"')).url is None


def test_pages_are_counted_from_one_or_as_told():
    made, first = pager(style="page")
    assert first == f"{API}&page=1"
    assert made.follow(page()).url == f"{API}&page=2"
    made, first = pager(style="page", parameter="seite", first=0, step=10)
    assert first == f"{API}&seite=0"
    assert [made.follow(page()).url for _ in range(2)] == [f"{API}&seite=10", f"{API}&seite=20"]


def test_a_placeholder_takes_the_place_of_the_parameter():
    made, first = pager("https://api.outlet.example/{page}/news", style="page")
    assert first == "https://api.outlet.example/1/news"
    assert made.follow(page()).url == "https://api.outlet.example/2/news"


def test_a_parameter_that_the_url_has_already_is_replaced():
    _, first = pager("https://a.example/?page=7&x=1&pag%65=8", style="page")
    assert first == "https://a.example/?x=1&page=1"


def test_an_offset_rises_by_the_records_that_came_or_by_the_step():
    made, first = pager(style="offset")
    assert first == f"{API}&offset=0"
    urls = [made.follow(page(records=count)).url for count in (20, 13)]
    assert urls == [f"{API}&offset=20", f"{API}&offset=33"]
    made, _ = pager(style="offset", step=50)
    assert made.follow(page(records=13)).url == f"{API}&offset=50"


def test_a_cursor_is_taken_from_the_answer_and_sent_percent_encoded():
    made, first = pager(style="cursor", cursor="meta.next", parameter="after")
    assert first == API
    assert made.follow(page({"meta": {"next": "a=/+"}})).url == f"{API}&after=a%3D%2F%2B"
    assert made.follow(page({"meta": {"next": 17}})).url == f"{API}&after=17"


def test_a_first_cursor_is_sent_where_it_is_said():
    _, first = pager(style="cursor", cursor="next", first="*")
    assert first == f"{API}&cursor=%2A"
    _, first = pager("https://a.example/?c={cursor}", style="cursor", cursor="next")
    assert first == "https://a.example/?c="


@pytest.mark.parametrize("end", [None, "", False])
def test_a_list_ends_where_there_is_no_further_cursor(end):
    made, _ = pager(style="cursor", cursor="next")
    step = made.follow(page({"next": end}))
    assert (step.url, step.why_ended) == (None, None)


@pytest.mark.parametrize("odd", [True, 1.5, ["a"], {"a": 1}])
def test_a_cursor_that_is_none_is_told(odd):
    made, _ = pager(style="cursor", cursor="next")
    step = made.follow(page({"next": odd}))
    assert step.url is None
    assert "no text and no whole number" in step.why_ended


def test_a_cursor_that_cannot_be_evaluated_is_told():
    made, _ = pager(style="cursor", cursor="length(next)")
    assert "length" in made.follow(page({"next": 3})).why_ended


# Links


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ('</2>; rel="next"', "/2"),
        ("</2>; rel=next", "/2"),
        ("</2> ; title=x ; REL = NEXT", "/2"),
        ('</0>; rel="prev", </2>; rel="next", </9>; rel=last', "/2"),
        ('</2>; rel="last next"', "/2"),
        ('</a;b,c>; title="a; rel=prev, <x>"; rel="next"', "/a;b,c"),
        ('</2>; crossorigin; rel="next"', "/2"),
        (r'</2>; title="a\"b"; rel="next"', "/2"),
        ('</2>; rel="prev"; rel="next"', None),
        ('</2>; rel="nextish"', None),
        ('</2>; rel="next"; anchor="/other"', None),
        ('</2; rel="next"', None),
        ("rel=next", None),
        ("", None),
        (None, None),
    ],
)
def test_the_next_link_is_found_as_rfc_8288_writes_it(header, target):
    assert next_link(header) == target


@pytest.mark.parametrize("piece", ['<a>;x="', "<", "<a>;", '<a>;x="\\'])
def test_a_hostile_link_header_is_soon_done_with(piece):
    began = time.process_time()
    next_link(piece * 20_000)
    assert time.process_time() - began < 5


def test_a_link_is_resolved_against_the_url_that_answered():
    made, first = pager(style="link")
    assert first == API
    follow = made.follow
    assert follow(page(link='<?p=2>; rel="next"')).url == "https://api.outlet.example/v1/news?p=2"
    step = follow(page({"next": "ignored"}, url="https://b.outlet.example/x/", link="<y>;rel=next"))
    assert step.url == "https://b.outlet.example/x/y"


def test_a_link_in_the_answer_is_found_by_its_path():
    made, _ = pager(style="link", cursor='"@odata.nextLink"')
    assert made.follow(page({"@odata.nextLink": "/v1/more#x"})).url == (
        "https://api.outlet.example/v1/more"
    )
    assert made.follow(page({}, link="</v1/header>; rel=next")).url is None


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/2",
        "//outlet.example.elsewhere.example/2",
        "https://outlet.example@elsewhere.example/2",
        "https://127.0.0.1/2",
        "file:///etc/passwd",
        "ftp://api.outlet.example/2",
        "javascript:2",
        "https://[",
    ],
)
def test_a_link_to_another_site_is_refused(target):
    made, _ = pager(style="link", cursor="next")
    step = made.follow(page({"next": target}))
    assert step.url is None
    assert step.refused or step.why_ended


def test_a_link_does_not_lead_from_https_to_http():
    made, _ = pager(style="link", cursor="next")
    step = made.follow(page({"next": "http://api.outlet.example/2"}))
    assert step.url == "https://api.outlet.example/2"


# Ends


def test_an_empty_page_ends_a_list_whatever_it_leads_to():
    made, _ = pager(style="cursor", cursor="next")
    step = made.follow(page({"next": "x"}, records=0))
    assert (step.url, step.why_ended) == (None, None)


def test_a_page_without_anything_new_ends_a_list_and_is_told():
    made, _ = pager(style="page")
    assert made.follow(page()).url
    step = made.follow(page(fresh=0))
    assert (step.url, step.why_ended) == (None, "page 2 has only records of the pages before")


def test_a_cursor_that_comes_again_ends_a_list():
    made, _ = pager(style="cursor", cursor="next")
    urls = [made.follow(page({"next": name})).url for name in ("a", "b")]
    assert all(urls)
    step = made.follow(page({"next": "a"}))
    assert (step.url, step.why_ended) == (None, "page 3 leads back to a page before")


def test_no_more_pages_are_asked_than_allowed_and_that_is_told():
    made, _ = pager(style="page", max_pages=2)
    assert made.follow(page()).url
    step = made.follow(page())
    assert (step.url, step.why_ended) == (None, "ended after 2 pages: paging.max_pages")


def test_a_list_as_long_as_allowed_is_not_cut():
    made, _ = pager(style="cursor", cursor="next", max_pages=1)
    assert made.follow(page({"next": None})).why_ended is None


# Options


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"style": "cursor"}, "needs the key 'cursor'"),
        ({"style": "page", "cursor": "next"}, "the style page has no key 'cursor'"),
        ({"cursor": "next"}, "the style none has no key 'cursor'"),
        ({"style": "offset", "first": "*"}, "begins with a whole number"),
        ({"style": "pages"}, "Input should be 'none', 'page'"),
        ({"style": "page", "step": 0}, "greater than or equal to 1"),
        ({"max_pages": 0}, "greater than or equal to 1"),
        ({"style": "link", "cursor": "a["}, "not a JMESPath expression: Invalid jmespath"),
        ({"style": "link", "cursor": ""}, "not a JMESPath expression"),
        ({"style": "link", "cursor": "(" * 5000}, "nested too deep|JMESPath expression"),
        ({"style": "link", "cursor": "a[*].b.lower(@)"}, "JMESPath has no function lower"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, why):
    with pytest.raises(ValidationError, match=why):
        Paging(**options)
