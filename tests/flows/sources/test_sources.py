from __future__ import annotations

import datetime as dt
import importlib
from dataclasses import replace
from typing import get_type_hints

import pytest

from flows.sources import Cursor, Document, Fetch, Poll, Source, Window, kinds, load
from flows.sources._countries import COUNTRIES
from flows.toml_file import keys_of
from transforms.errors import ConfigError, IngestError, SourceError
from transforms.reading import Profile


@pytest.fixture
def sources_file(tmp_path):
    def write(text):
        path = tmp_path / "sources.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


ONE = '[sources.press]\nkind = "folder"\npath = "dumps"\n'


# What every kind keeps


def model(kind):
    return importlib.import_module(f"flows.sources.{kind}").Source


FEED = """<rss version="2.0"><channel><title>Lamp News</title><item><title>Lamp lit</title>
<link>/page</link><guid>1</guid></item></channel></rss>"""
SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{}</loc></url>
</urlset>"""
API = '[{"id": 1, "title": "Lamp lit", "text": "The lamp was lit again on Monday."}]'


@pytest.fixture
def sample(tmp_path, outlet):
    """Make a source that finds something on this machine, and one that finds nothing."""
    (tmp_path / "there.txt").write_text("The island ferry is back.")
    (tmp_path / "there.warc").write_bytes(WARC)
    outlet.serve("/feed", FEED)
    outlet.serve("/sitemap.xml", SITEMAP.format(outlet.url("/page")))
    outlet.serve("/api", API)
    outlet.serve("/page", "<html><h1>The lamp is lit</h1></html>")
    web = {"allow_private": True, "pace_s": 0}
    there = {
        "folder": {"path": "there.txt"},
        "warc": {"path": "there.warc"},
        "feed": {"url": outlet.url("/feed"), **web},
        "sitemap": {"url": outlet.url("/sitemap.xml"), **web},
        "page": {"url": outlet.url("/page"), **web},
        "api": {"url": outlet.url("/api"), **web},
    }

    def make(kind):
        gone = (
            {"path": "gone.txt"} if "path" in there[kind] else {"url": outlet.url("/gone"), **web}
        )
        return [model(kind)(name="press", home=tmp_path, **each) for each in (there[kind], gone)]

    return make


_BODY = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><h1>The lamp is lit</h1></html>"
WARC = (
    b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
    b"WARC-Date: 2026-03-14T12:00:00Z\r\nWARC-Target-URI: https://lamp.example/lit\r\n"
    b"Content-Type: application/http; msgtype=response\r\n"
    b"Content-Length: " + str(len(_BODY)).encode() + b"\r\n\r\n" + _BODY + b"\r\n\r\n"
)


def test_a_kind_is_a_public_file_of_the_folder():
    assert "folder" in kinds()
    assert not [kind for kind in kinds() if kind.startswith("_")]


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_has_what_a_source_promises(kind, sample):
    configured, _ = sample(kind)
    promised = {
        *get_type_hints(Source), "check", "read", "profile", "config_digest", "why_no_history",
    }  # fmt: skip
    assert not {name for name in promised if not hasattr(configured, name)}
    assert (configured.name, configured.kind, configured.enabled) == ("press", kind, True)
    assert isinstance(configured.profile(), Profile)
    assert len(configured.config_digest()) == 64


@pytest.mark.parametrize("kind", kinds())
def test_every_option_is_documented(kind):
    options = model(kind).model_fields
    assert not [name for name in keys_of(model(kind)) if not options[name].description]


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_yields_documents_and_then_their_fetch(kind, sample):
    configured, _ = sample(kind)
    configured.check()
    waiting, given = set(), 0
    for step in configured.read(None, {}, None):
        if isinstance(step, Document):
            assert step.seen_at.tzinfo is dt.UTC
            waiting.add(step.origin)
            given += 1
        elif isinstance(step, Fetch):
            waiting.discard(step.url)
        else:
            assert isinstance(step, Cursor)
    assert (given, waiting) == (1, set())


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_remembers_what_it_read(kind, sample):
    configured, _ = sample(kind)
    cursors = {}
    for _ in range(2):
        steps = list(configured.read(None, cursors, Poll(only_due=True)))
        for step in steps:
            cursor = step if isinstance(step, Cursor) else getattr(step, "cursor", None)
            if cursor:
                cursors[cursor.url] = replace(cursor, document_id="given")
    assert cursors
    assert not [step for step in steps if isinstance(step, Document)]


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_says_whether_it_has_a_past(kind, sample):
    configured, _ = sample(kind)
    window = Window(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
    if why := configured.why_no_history():
        with pytest.raises(SourceError) as found:
            list(configured.read(window, {}))
        assert why in str(found.value)
    else:
        assert not [step for step in configured.read(window, {}) if isinstance(step, Cursor)]


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_has_errors_that_the_operator_knows(kind, sample):
    _, lost = sample(kind)
    with pytest.raises(IngestError) as found:
        list(lost.read(None, {}))
    assert found.value.facts["source"] == "press"


# Loading


def test_sources_are_read_in_the_order_of_the_file(sources_file, tmp_path):
    text = ONE + '[sources."a.b"]\nkind = "folder"\npath = "x"\nenabled = false\n'
    loaded = load(sources_file(b"\xef\xbb\xbf" + text.encode()))
    assert list(loaded) == ["press", "a.b"]
    assert (loaded["press"].home, loaded["press"].path) == (tmp_path.resolve(), "dumps")
    assert [source.enabled for source in loaded.values()] == [True, False]


def test_the_mode_is_that_of_the_settings_and_no_key_of_a_source(sources_file):
    path = sources_file(ONE)
    assert load(path)["press"].profile().mode == "accurate"
    fast = load(path, "fast")["press"]
    assert fast.profile().mode == "fast"
    assert fast.config_digest() == load(path)["press"].config_digest()
    with pytest.raises(ConfigError, match="mode"):
        load(sources_file(ONE + "mode = 'fast'\n"))


def test_a_path_is_not_looked_at_when_loading(sources_file):
    assert load(sources_file(ONE))["press"].name == "press"


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    with pytest.raises(ConfigError, match="there is no such sources file") as missing:
        load(tmp_path / "gone.toml")
    assert missing.value.facts == {"path": tmp_path / "gone.toml"}
    with pytest.raises(ConfigError, match="the sources file cannot be read: Is a directory"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        (b"\xff", "the sources file is not UTF-8", None),
        ("[sources.a\n", "is not TOML: expected ']' at the end of a table declaration", 1),
        ("\n\nx = ", "is not TOML: invalid value", 3),
        (ONE + ONE, r"\[sources\.press\] is declared twice, and a name can be given once", 4),
        (ONE + 'path = "x"\n', "is not TOML: cannot overwrite a value", 4),
        ("", r"the sources file has no \[sources\.NAME\] table", None),
        ("[sources]\n", r"the sources file has no \[sources\.NAME\] table", 1),
        ("sources = 3\n", r"the sources file has no \[sources\.NAME\] table", 1),
        ("[source.a]\n", "a sources file has no key 'source'", 1),
        (ONE + "[other]\n", "a sources file has no key 'other'", 4),
        ("[sources]\npress = 'x'\n", "source 'press' is not a table", 2),
        ("[sources.'a b']\nkind='folder'\n", "'a b' cannot be the name of a source", 1),
        ("[sources." + "a" * 65 + "]\n", "cannot be the name of a source", 1),
        ("[sources.a]\npath = 'x'\n", "source 'a' needs the key 'kind'", 1),
        ("[sources.a]\nkind = 'folder'\n", "source 'a' needs the key 'path'", 1),
        ("[sources.a]\n\nkind = 'foldr'\n", "no kind there is: did you mean 'folder'", 3),
        ("[sources.a]\nkind = '_load'\n", "source 'a' is of no kind there is", 2),
        ("[sources.a]\nkind = ['folder']\n", "source 'a' is of no kind there is", 2),
        (ONE + "pth = 'x'\n", "source 'press' has no key 'pth': did you mean 'path'", 4),
        (ONE + "name = 'x'\n", "source 'press' has no key 'name'", 4),
        (ONE + "home = 'x'\n", "source 'press' has no key 'home'", 4),
        (ONE + "enabled = 'yes'\n", "'enabled': should be true or false", 4),
        (ONE + "encoding = 8\n", "'encoding': should be text in quotes", 4),
        (ONE + "encoding = 'rot13'\n", "'encoding': not an encoding that Python knows", 4),
        (ONE + "delimiter = ', '\n", "'delimiter': string should match pattern", 4),
        (ONE + "timezone = 'Berlin'\n", "'timezone': not a zone of the IANA database", 4),
        (ONE + "timezone = 'America'\n", "'timezone': not a zone of the IANA database", 4),
        (ONE + "timezone = '../x'\n", "'timezone': not a zone of the IANA database", 4),
        (ONE + "language = 'german'\n", "'language': not a BCP-47 tag", 4),
        (ONE + "country = 'UK'\n", "'country': not an ISO 3166-1 alpha-2 code", 4),
        (ONE + "fields = 'x'\n", "'fields': should be a table", 4),
        (ONE + "fields = {headline = 'x'}\n", "'fields': 'headline' is none of id, title", 4),
        (ONE + "[sources.press.fields]\ntitle = 3\n", "'fields.title': should be text", 5),
        (ONE + "fields.title = 3\n", "'fields.title': should be text", 4),
    ],
)
def test_what_is_wrong_is_one_sentence_with_its_line(sources_file, text, message, line):
    path = sources_file(text)
    with pytest.raises(ConfigError, match=message) as found:
        load(path)
    assert found.value.facts["path"] == path
    assert found.value.facts.get("line") == line
    assert "\n" not in str(found.value)


def test_an_unknown_key_comes_with_those_that_are_allowed(sources_file):
    with pytest.raises(ConfigError) as found:
        load(sources_file(ONE + "pth = 'x'\n"))
    assert found.value.facts["key"] == "pth"
    assert found.value.facts["allowed"] == (
        "country, delimiter, enabled, encoding, fields, kind, language, path, publisher, rows, "
        "timezone"
    )


def test_a_kind_that_is_none_comes_with_those_there_are(sources_file):
    with pytest.raises(ConfigError) as found:
        load(sources_file("[sources.a]\nkind = 'podcast'\n"))
    assert found.value.facts["allowed"] == ", ".join(kinds())


@pytest.mark.parametrize("tag", ["de", "pt-BR", "zh-Hant-TW", "es-419", "yue", "sl-rozaj"])
def test_languages_are_tags_of_bcp_47(sources_file, tag):
    assert load(sources_file(f"{ONE}language = '{tag}'\n"))["press"].profile().language == tag


def test_there_are_the_countries_of_iso_3166():
    assert len(COUNTRIES) == 249
    assert all(len(code) == 2 and code.isupper() for code in COUNTRIES)


# Secrets


FEED_TABLE = '[sources.press]\nkind = "feed"\nurl = "https://lamp.example/feed"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[sources.a]\nkind = "feed"\nurl = "https://me:pa55@x.example/"\n', "a secret is not put"),
        (FEED_TABLE + 'headers = {Authorization = "Bearer pa55"}\n', "is a secret"),
        (FEED_TABLE + 'proxy = "http://me:pa55@x.example/"\n', "a secret is not put"),
        (FEED_TABLE + 'auth = {user = "me", bearer_env = "T"}\n', "needs either"),
        (FEED_TABLE + 'auth = {user = "me", password_env = "pa 55"}\n', "not the name of a var"),
    ],
)
def test_a_secret_in_the_sources_file_is_refused(sources_file, text, message):
    with pytest.raises(ConfigError, match=message):
        load(sources_file(text))


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (r'headers = {X = "1\r\nInjected: 2"}', "'X' holds a line break"),
        (r'headers = {"X\nY" = "1"}', "is no name of a header"),
        ('headers = {Host = "other.example"}', "'Host' is set by wirelake itself"),
        ('header_env = {Content-Length = "T"}', "'Content-Length' is set by wirelake itself"),
        ('auth = {user = "me"}', "needs both user and password_env"),
        ('poll_floor = "2d"\npoll_ceiling = "1h"', "'poll_floor' is longer than 'poll_ceiling'"),
        ('revisit = ["7d", "1h"]', "'revisit' goes from short to long"),
    ],
)
def test_an_option_that_cannot_work_is_refused_with_its_line(sources_file, option, message):
    with pytest.raises(ConfigError, match=message) as found:
        load(sources_file(f"{FEED_TABLE}{option}\n"))
    assert found.value.facts["line"]


def test_a_secret_header_that_cannot_be_sent_is_named_by_its_variable(sources_file, monkeypatch):
    monkeypatch.setenv("LAMP_KEY", "clé-鍵")
    source = load(sources_file(FEED_TABLE + 'header_env = {X-Key = "LAMP_KEY"}\n'))["press"]
    with pytest.raises(ConfigError, match="no Latin letter") as found:
        source.check()
    assert found.value.facts["variable"] == "LAMP_KEY"


@pytest.mark.parametrize("text", ["https://me:pa55@x.example/", "http://me:pa55@"])
def test_a_password_in_a_url_is_not_repeated(sources_file, text):
    with pytest.raises(ConfigError) as found:
        load(sources_file(f'[sources.a]\nkind = "feed"\nurl = "{text}"\n'))
    assert "pa55" not in str(found.value)


@pytest.mark.parametrize(("value", "message"), [(None, "is not set"), ("a\nb", "a line break")])
def test_a_secret_that_cannot_be_sent_is_named_by_its_variable(
    sources_file, monkeypatch, value, message
):
    if value:
        monkeypatch.setenv("LAMP_TOKEN", value)
    source = load(sources_file(FEED_TABLE + 'auth = {bearer_env = "LAMP_TOKEN"}\n'))["press"]
    with pytest.raises(ConfigError, match=message) as found:
        source.check()
    assert found.value.facts["variable"] == "LAMP_TOKEN"


def test_secrets_are_taken_from_the_environment(sources_file, monkeypatch):
    monkeypatch.setenv("LAMP_TOKEN", "t0ken")
    source = load(sources_file(FEED_TABLE + 'auth = {bearer_env = "LAMP_TOKEN"}\n'))["press"]
    terms = source.terms()
    assert (terms.bearer, terms.domains, terms.is_secure) == ("t0ken", {"lamp.example"}, True)
