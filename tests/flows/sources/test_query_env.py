"""A key that an API takes in its url only: through whole sources, by the server's own log."""

from __future__ import annotations

import json
from dataclasses import asdict, is_dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from flows.sources import Document, Fetch, api, feed, page, sitemap, warc
from transforms.errors import ConfigError, SourceError

KEY = "k3y-of-the-harbour"


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("HARBOUR_KEY", KEY)


def configure(module, home, url, **options):
    given = {"allow_private": True, "pace_s": 0.0, "query_env": {"api-key": "HARBOUR_KEY"}}
    return module.Source(name="press", home=home, url=url, **{**given, **options})


def story(number, **more):
    return {"id": number, "title": f"Ferry {number}", "text": "The ferry is back. " * 9, **more}


def sent(outlet, path="/news"):
    asked = [urlsplit(each) for each in outlet.paths]
    return [parse_qs(each.query) for each in asked if each.path == path]


def is_told(steps):
    return KEY in "".join(repr(asdict(step)) for step in steps if is_dataclass(step))


@pytest.mark.parametrize("is_in_header", [True, False])
def test_an_api_that_repeats_the_key_in_its_links_is_read_page_by_page(
    outlet, read, tmp_path, is_in_header
):
    def reply(request):
        number = int(parse_qs(urlsplit(request.path).query).get("page", ["1"])[0])
        following = f"{outlet.url('/news')}?page={number + 1}&api-key={KEY}"
        about = {"self": f"{outlet.url('/story')}?id={number}&api-key={KEY}"}
        content = {"items": [story(number, about=about)]}
        headers = {}
        if number < 3:
            headers = {"Link": f'<{following}>; rel="next"'} if is_in_header else {}
            content |= {} if is_in_header else {"next": following}
        return 200, headers, json.dumps(content).encode()

    url = outlet.serve("/news", reply)
    path = {} if is_in_header else {"cursor": "next"}
    source = configure(api, tmp_path, url, items="items", paging={"style": "link", **path})
    steps = read(source)
    assert [each.get("api-key") for each in sent(outlet)] == [[KEY]] * 3
    assert [each.get("page") for each in sent(outlet)] == [None, ["2"], ["3"]]
    assert len([step for step in steps if isinstance(step, Document)]) == 3
    fetched = [step.url for step in steps if isinstance(step, Fetch) and not step.is_step]
    assert fetched == [url, f"{url}?page=2", f"{url}?page=3"]
    assert not is_told(steps)
    assert "/robots.txt" in [request.path for request in outlet.log]


def test_an_api_that_moves_to_another_domain_takes_no_key_along(
    outlet, open_outlet, read, tmp_path
):
    other = open_outlet("127.0.0.2")
    there = other.serve("/news", json.dumps([story(1)]))
    away = f"{there}?api-key={KEY}&page=1"
    url = outlet.serve("/news", b"", 302, {"Location": away})
    steps = read(configure(api, tmp_path, url))
    assert sent(outlet) == [{"api-key": [KEY]}]
    assert sent(other) == [{"page": ["1"]}]
    assert len([step for step in steps if isinstance(step, Document)]) == 1
    assert not is_told(steps)


def test_an_answer_that_refuses_the_key_is_told_without_it(outlet, read, tmp_path):
    url = outlet.serve("/news", lambda request: (403, {}, request.path.encode()))
    good = outlet.serve("/good", json.dumps([story(1)]))
    steps = read(configure(api, tmp_path, None, urls=[url, good]))
    (refused, *_) = [step for step in steps if isinstance(step, Fetch) and step.status == 403]
    assert refused.outcome == "http_error"
    assert not is_told(steps)


@pytest.mark.parametrize("module", [feed, page, sitemap, warc])
def test_every_kind_that_asks_the_web_sends_it(outlet, read, tmp_path, module):
    url = outlet.serve("/news", b"<html><p>The ferry is back.</p></html>")
    good = outlet.serve("/2024/pages", b"<html><p>The ferry is back.</p></html>")
    try:
        steps = read(configure(module, tmp_path, None, urls=[url, good]))
    except SourceError as error:
        assert "nothing could be read" in str(error)
        steps = []
    assert sent(outlet) == [{"api-key": [KEY]}]
    assert not is_told(steps)


def test_a_feed_whose_links_repeat_the_key_names_its_pages_without_it(outlet, read, tmp_path):
    link = f"{outlet.url('/story')}?api-key={KEY}&amp;id=1"
    item = f"<item><title>Ferry</title><link>{link}</link></item>"
    text = f'<rss version="2.0"><channel><title>Harbour</title>{item}</channel></rss>'
    url = outlet.serve("/news", text)
    outlet.serve("/story", "<html><h1>Ferry</h1></html>")
    steps = read(configure(feed, tmp_path, url, full_text="page"))
    assert sent(outlet, "/story") == [{"api-key": [KEY], "id": ["1"]}]
    assert [step for step in steps if isinstance(step, Document)]
    assert not is_told(steps)


def test_another_key_reads_nothing_anew(tmp_path):
    with_key = configure(api, tmp_path, "https://news.example/v1")
    without_key = configure(api, tmp_path, "https://news.example/v1", query_env={})
    assert with_key.config_digest() == without_key.config_digest()


def test_a_variable_that_is_not_set_is_told(monkeypatch, tmp_path):
    source = configure(api, tmp_path, "https://news.example/v1")
    source.check()
    monkeypatch.setenv("HARBOUR_KEY", "one\ntwo")
    with pytest.raises(ConfigError, match="control character"):
        source.check()
    monkeypatch.delenv("HARBOUR_KEY")
    with pytest.raises(ConfigError, match="not set") as found:
        source.check()
    assert found.value.facts["variable"] == "HARBOUR_KEY"


@pytest.mark.parametrize(
    ("url", "query_env", "why"),
    [
        ("https://news.example/", {"key": "k3y-itself"}, "not the name of a variable"),
        ("https://news.example/", {"": "HARBOUR_KEY"}, "needs a name"),
        ("https://news.example/?key=1", {"key": "HARBOUR_KEY"}, "has the parameter 'key'"),
        ("https://news.example/?k%65y", {"key": "HARBOUR_KEY"}, "has the parameter 'key'"),
    ],
)
def test_what_cannot_be_a_secret_parameter_is_told(tmp_path, url, query_env, why):
    with pytest.raises(ValidationError, match=why):
        configure(api, tmp_path, url, query_env=query_env)
