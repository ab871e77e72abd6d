from __future__ import annotations

import datetime as dt
import importlib
from typing import get_type_hints

import pytest

from flows.sources import Document, Fetch, Source, kinds, load
from flows.sources._countries import COUNTRIES
from flows.toml_file import keys_of
from transforms.errors import ConfigError, IngestError
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


def sample(kind, home):
    """A source that finds something here without a network, and one that finds nothing."""
    (home / "there.txt").write_text("The island ferry is back.")
    needs = {"folder": ({"path": "there.txt"}, {"path": "gone.txt"})}
    return [model(kind)(name="press", home=home, **options) for options in needs[kind]]


def test_a_kind_is_a_public_file_of_the_folder():
    assert "folder" in kinds()
    assert not [kind for kind in kinds() if kind.startswith("_")]


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_has_what_a_source_promises(kind, tmp_path):
    configured, _ = sample(kind, tmp_path)
    promised = {*get_type_hints(Source), "check", "read", "profile", "config_digest"}
    assert not {name for name in promised if not hasattr(configured, name)}
    assert (configured.name, configured.kind, configured.enabled) == ("press", kind, True)
    assert isinstance(configured.profile(), Profile)
    assert len(configured.config_digest()) == 64


@pytest.mark.parametrize("kind", kinds())
def test_every_option_is_documented(kind):
    options = model(kind).model_fields
    assert not [name for name in keys_of(model(kind)) if not options[name].description]


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_yields_documents_and_then_their_fetch(kind, tmp_path):
    configured, _ = sample(kind, tmp_path)
    configured.check()
    waiting = set()
    for step in configured.read(None, {}):
        if isinstance(step, Document):
            assert step.seen_at.tzinfo is dt.UTC
            waiting.add(step.origin)
        else:
            assert isinstance(step, Fetch)
            waiting.discard(step.url)
    assert not waiting


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_has_errors_that_the_operator_knows(kind, tmp_path):
    _, lost = sample(kind, tmp_path)
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
