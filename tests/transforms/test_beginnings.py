"""What a document is shows in how it begins."""

from __future__ import annotations

import pytest

from transforms.beginnings import is_page, name_of_no_page


@pytest.mark.parametrize(
    "start",
    [b"<!DOCTYPE html>", b"\xef\xbb\xbf\n <html lang='en'>", b"<!-- saved -->\n<!doctype html>"],
)
def test_a_page_begins_with_its_doctype_or_first_tag(start: bytes) -> None:
    assert is_page(start + b"<p>The horn is silent.</p>")
    assert name_of_no_page(start) is None


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"The <html> tag is old",
        b"<htmlish>",
        b"<p>The horn</p>",
        b"# <!doctype html>",
        b"<!doctype html> is twenty years old\n",
        b"<html> at thirty: a history\n",
    ],
)
def test_other_text_is_no_page(start: bytes) -> None:
    assert not is_page(start)


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        (b' {"title": "The horn"}', "JSON"),
        (b"\xef\xbb\xbf[1, 2]", "JSON"),
        (b'<?xml version="1.0"?>\n<rss version="2.0">', "a list of the kind <rss>"),
        (b"<!-- a feed --><p>", None),
        (b"<?xml version='1.0'?><!-- x --><urlset xmlns='a'>", "a list of the kind <urlset>"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'>", "a list of the kind <feed>"),
        (b"<?xml version='1.0'?><html xmlns='a'>", None),
        (b"[Photo] The horn is silent", None),
        (b"{{ title }}", None),
        (b"<section>", None),
    ],
)
def test_what_calls_itself_a_page_and_is_none_is_named(payload: bytes, name: str | None) -> None:
    assert name_of_no_page(payload) == name
