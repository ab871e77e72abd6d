"""OPML as feed readers really write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.roster import opml
from flows.roster.opml import Outline
from transforms.errors import ConfigError, ParseError

NESTED = """\
<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
  <head><title>Mine</title></head>
  <body>
    <outline text="Coast">
      <outline text="Harbours" title="Harbours">
        <outline type="rss" text="Tidewater &amp; Sons" title="Tidewater"
                 xmlUrl="https://tidewater.test/rss?a=1&amp;b=2" htmlUrl="https://tidewater.test/"/>
      </outline>
      <outline type="link" text="A page" url="https://elsewhere.test/"/>
    </outline>
    <outline text="  Northgate
      Daily " xmlURL="https://northgate.test/atom.xml"/>
    <outline xmlurl="feed://bare.test/rss"/>
    <outline text="Deep" xmlUrl="feed:https://deep.test/rss"><outline text="Deeper" xmlUrl="https://deeper.test/rss"/></outline>
  </body>
</opml>
"""


@pytest.fixture
def read(tmp_path: Path):
    def read_body(body: str | bytes) -> list[Outline]:
        path = tmp_path / "list.opml"
        path.write_bytes(body.encode() if isinstance(body, str) else body)
        return opml.read(path)

    return read_body


def listed(outlines: str) -> str:
    return f"<opml version='1.0'><head/><body>{outlines}</body></opml>"


def test_feeds_are_read_from_folders_in_folders(read) -> None:
    assert read(NESTED) == [
        Outline(
            "https://tidewater.test/rss?a=1&b=2",
            ("Tidewater & Sons", "Tidewater"),
            ("Coast", "Harbours"),
        ),
        Outline("https://northgate.test/atom.xml", ("Northgate Daily",)),
        Outline("http://bare.test/rss"),
        Outline("https://deep.test/rss", ("Deep",)),
        Outline("https://deeper.test/rss", ("Deeper",)),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_the_encoding_it_declares_is_kept_to(read, encoding: str) -> None:
    body = f"<?xml version='1.0' encoding='{encoding}'?>" + listed(
        "<outline text='Häfen' xmlUrl='https://haefen.test/rss'/>"
    )
    assert read(body.encode(encoding)) == [Outline("https://haefen.test/rss", ("Häfen",))]


def test_an_ampersand_that_was_not_escaped_is_read_as_one(read) -> None:
    body = listed("<outline text='A &amp; B' xmlUrl='https://a.test/?x=1&y=2&#38;z=3'/>")
    assert read(body) == [Outline("https://a.test/?x=1&y=2&z=3", ("A & B",))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "declaration",
    [
        "<!DOCTYPE opml [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>",
        "<!DOCTYPE opml [<!ENTITY file SYSTEM 'file:///etc/hostname'>]>",
        "<!DOCTYPE opml [<!ENTITY % more SYSTEM 'http://127.0.0.1:9/x.dtd'> %more;]>",
    ],
)
def test_entities_are_refused(read, declaration: str, encoding: str) -> None:
    body = declaration + listed("<outline text='x' xmlUrl='https://a.test/'/>")
    with pytest.raises(ParseError, match="entities"):
        read(body.encode(encoding))


def test_a_doctype_without_entities_does_no_harm(read) -> None:
    body = "<!DOCTYPE opml SYSTEM 'http://127.0.0.1:9/opml.dtd'>" + listed(
        "<outline xmlUrl='https://a.test/'/>"
    )
    assert read(body) == [Outline("https://a.test/")]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "not XML"),
        ("<opml><body><outline", "not XML"),
        ("<html><body>no list</body></html>", "begins with <html>"),
        ("<rss version='2.0'><channel/></rss>", "begins with <rss>"),
        (b"\x00\xff\x00\xff", "not XML"),
        ("<opml><body>" + "<outline>" * 5000 + "</outline>" * 5000 + "</body></opml>", "not XML"),
    ],
    ids=["empty", "cut", "html", "rss", "binary", "deep"],
)
def test_what_is_no_opml_is_said_to_be_none(read, body: str | bytes, words: str) -> None:
    with pytest.raises(ParseError, match=words) as refused:
        read(body)
    assert "list.opml" in str(refused.value)


def test_a_file_that_is_too_large_is_refused(read, monkeypatch) -> None:
    monkeypatch.setattr(opml, "MAX_BYTES", 100)
    with pytest.raises(ParseError, match="larger than 100 bytes"):
        read(listed("<outline/>" * 100))


def test_a_file_that_is_not_there_is_a_mistake_of_the_command(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        opml.read(tmp_path / "gone.opml")


def test_what_is_written_is_read_back(read) -> None:
    outlines = [
        Outline("https://a.test/?x=1&y='2'", ("a-feed", 'Quoted "A" & <B>')),
        Outline("https://ünï.test/☃", ("b",)),
    ]
    assert read(opml.write(outlines, "Feeds")) == outlines


def test_what_xml_cannot_hold_is_left_out(read) -> None:
    (outline,) = read(opml.write([Outline("https://a.test/", ("a\x00b\x0bc",))], "T\x01"))
    assert outline.names == ("a b c",)
