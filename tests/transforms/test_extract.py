"""From documents to articles, whatever the document is."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.boilerplate import Boilerplate, digest_of
from transforms.extract import MAX_PAYLOAD_BYTES, extract, tidy_line, tidy_text
from transforms.folding import label_content
from transforms.identity import item_json
from transforms.invisible import INVISIBLE
from transforms.language import label_language
from transforms.quality import label_quality
from transforms.reading import NORMALIZER, Profile, normalizer
from transforms.schema import ARTICLE, DOCUMENT, UNDATED_MONTH, check
from transforms.words import label_counts

PARAGRAPH = "The harbour board said on Monday that both damaged cranes will be repaired by autumn."
PAGE = f"""<!doctype html><html lang="en"><head><title>Cranes back by autumn</title>
<link rel="canonical" href="https://www.news.example/cranes-1?utm_source=x">
<meta property="article:published_time" content="2024-02-25T23:30:00-05:00"></head>
<body><article><h1>Cranes back by autumn</h1><p>{PARAGRAPH}</p><p>{PARAGRAPH} Again.</p></article>
</body></html>"""
NOW = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)


def document(
    payload: bytes | None, media_type: str = "text/html", **columns: Any
) -> dict[str, Any]:
    size = len(payload or b"")
    return {
        "document_id": hashlib.sha256(repr((payload, columns)).encode()).hexdigest(),
        "source": "wire",
        "url": "https://news.example/2024/cranes-1",
        "media_type": media_type,
        "payload": payload,
        "payload_digest": hashlib.sha256(payload or b"").hexdigest(),
        "payload_bytes": size,
        "month": dt.date(2024, 3, 1),
        "batch_id": "b",
        "added_at": NOW,
    } | columns


def articles(*documents: dict[str, Any], **profiles: Profile) -> list[dict[str, Any]]:
    batch = extract(pa.RecordBatch.from_pylist(list(documents), schema=DOCUMENT), profiles)
    check(batch)
    rows: list[dict[str, Any]] = batch.to_pylist()
    return rows


def record(**fields: object) -> dict[str, Any]:
    payload = json.dumps({"text": PARAGRAPH} | fields).encode()
    return document(payload, "application/json", url="file:a.jsonl#7")


def test_no_documents_are_no_articles() -> None:
    assert articles() == []


def test_a_page_is_read_into_its_columns() -> None:
    [row] = articles(document(PAGE.encode()))
    assert row["title"] == "Cranes back by autumn"
    assert PARAGRAPH in row["text"]
    assert row["url"] == row["canonical_url"] == "https://www.news.example/cranes-1"
    assert row["article_id"] == hashlib.sha256(row["url"].encode()).hexdigest()
    assert row["published_at"] == dt.datetime(2024, 2, 26, 4, 30, tzinfo=dt.UTC)
    assert row["published_date"] == row["event_date"] == dt.date(2024, 2, 25)
    assert row["month"] == dt.date(2024, 2, 1)
    assert row["language"] == "en"
    assert (row["normalizer"], row["reject_reason"]) == (NORMALIZER, None)
    assert row["batch_id"] is row["added_at"] is row["content_hash"] is row["word_count"] is None


def test_each_media_type_has_its_reader() -> None:
    rows = articles(
        document(PAGE.encode(), "TEXT/HTML; charset=utf-8"),
        document(PAGE.encode(), "application/xhtml+xml"),
        document(f"Cranes back\n\n{PARAGRAPH}".encode(), "text/plain"),
        document(f"# Cranes back\n\n{PARAGRAPH}".encode(), "text/markdown"),
        document(json.dumps({"text": PARAGRAPH}).encode(), "application/json"),
        document(json.dumps({"text": PARAGRAPH}).encode(), "application/ld+json"),
    )
    assert [PARAGRAPH in row["text"] for row in rows] == [True] * 6
    assert [row["text_from"] for row in rows[2:]] == ["text", "markdown", "record", "record"]


@pytest.mark.parametrize("media_type", ["application/pdf", "image/png", ""])
def test_a_media_type_without_articles_is_labelled(media_type: str) -> None:
    [row] = articles(document(b"%PDF-1.7", media_type))
    assert row["reject_reason"] == "not_an_article"
    assert row["warnings"] == [f"the media type {media_type or '(none)'} holds no article"]


def test_a_payload_over_the_limit_is_not_parsed() -> None:
    [row] = articles(document(b" " * (MAX_PAYLOAD_BYTES + 1), "application/json"))
    assert (row["reject_reason"], row["text"]) == ("too_large", None)


def test_bytes_that_are_no_text_are_undecodable() -> None:
    [row] = articles(document(bytes(range(256)) * 8, "text/plain"))
    assert row["reject_reason"] == "undecodable"
    assert row["warnings"]


def test_a_payload_that_is_not_at_hand_is_undecodable() -> None:
    assert articles(document(None))[0]["reject_reason"] == "undecodable"


def test_a_fault_in_one_document_costs_no_other() -> None:
    """A zone that does not exist stands for whatever a reader was not made for."""
    lost = record(date="2024-02-25 00:30") | {"source": "lost"}
    kept = record(date="2024-02-25 00:30")
    rows = articles(kept, lost, kept, lost=Profile("lost", timezone="Mars/Utopia"))
    assert [row["reject_reason"] for row in rows] == [None, "failed", None]
    assert rows[1]["warnings"] == ["reading the document raised ZoneInfoNotFoundError"]
    assert rows[1]["document_id"] == lost["document_id"]


class Starved(tuple[tuple[str, str], ...]):
    """A mapping that the machine has no memory left for."""

    __slots__ = ()

    def __hash__(self) -> int:
        raise MemoryError


def test_running_out_of_memory_is_no_row() -> None:
    with pytest.raises(MemoryError):
        articles(record(), wire=Profile("wire", fields=Starved()))


@pytest.mark.parametrize(
    ("columns", "url"),
    [
        ({}, "https://news.example/2024/cranes-1"),
        ({"final_url": "https://news.example/b-2#top"}, "https://news.example/b-2"),
        ({"url": "file:a.zip!/b c.html"}, "file:a.zip!/b c.html"),
    ],
)
def test_without_a_canonical_the_final_url_names_the_article(
    columns: dict[str, str], url: str
) -> None:
    page = PAGE.replace("canonical", "alternate").encode()
    assert articles(document(page, **columns))[0]["url"] == url


@pytest.mark.parametrize(
    ("canonical", "kept", "warning"),
    [
        ("/", None, "the canonical url https://news.example/ is a front page"),
        ("/sport/", None, "the canonical url https://news.example/sport/ is a front page"),
        ("mailto:a@news.example", None, None),
        ("https://other.example/cranes-1", "https://other.example/cranes-1", None),
    ],
)
def test_a_canonical_elsewhere_or_of_a_front_page_does_not_name_the_article(
    canonical: str, kept: str | None, warning: str | None
) -> None:
    page = PAGE.replace("https://www.news.example/cranes-1?utm_source=x", canonical)
    [row] = articles(document(page.encode()))
    assert row["url"] == "https://news.example/2024/cranes-1"
    assert row["canonical_url"] == kept
    assert warning is None or warning in row["warnings"]


def test_a_page_at_a_short_address_may_call_it_canonical() -> None:
    page = PAGE.replace("https://www.news.example/cranes-1", "https://news.example/cranes")
    [row] = articles(document(page.encode(), url="https://news.example/cranes"))
    assert row["url"] == row["canonical_url"] == "https://news.example/cranes"
    assert row["warnings"] == []


def test_a_page_for_phones_may_name_a_short_address_of_the_same_name() -> None:
    page = PAGE.replace("https://www.news.example/cranes-1", "https://news.example/cranes/")
    [row] = articles(document(page.encode(), url="https://m.news.example/cranes"))
    assert row["url"] == row["canonical_url"] == "https://news.example/cranes/"
    assert row["warnings"] == []


def test_a_record_is_known_by_the_address_it_states() -> None:
    [row] = articles(record(url="HTTPS://News.example/a?fbclid=1"))
    assert row["url"] == "https://news.example/a"


@pytest.mark.parametrize("stated", ["https://news.example/", "/a", "file:b", "n/a"])
def test_a_record_without_a_usable_address_is_known_by_its_file(stated: str) -> None:
    [row] = articles(record(url=stated))
    assert row["url"] == "file:a.jsonl#7"
    assert row["article_id"] == hashlib.sha256(b"wire\nfile:a.jsonl#7").hexdigest()
    assert len(row["warnings"]) == 1


def test_undated_rows_stay_undated() -> None:
    [row] = articles(record(date="2024-14-25"))
    assert row["published_at"] is row["published_date"] is row["event_date"] is None
    assert (row["month"], row["published_raw"]) == (UNDATED_MONTH, "2024-14-25")


def test_the_profile_fills_what_the_document_does_not_say() -> None:
    profile = Profile("wire", "Europe/Paris", "fr", "FR", "Le Fil", (("title", "t"),))
    silent, telling = articles(
        record(t="A", date="2024-02-25 00:30"),
        record(t="B", language="en_gb", publisher="The Wire"),
        wire=profile,
    )
    assert (silent["title"], silent["language"], silent["publisher"]) == ("A", "fr", "Le Fil")
    assert silent["published_at"] == dt.datetime(2024, 2, 24, 23, 30, tzinfo=dt.UTC)
    assert silent["published_date"] == dt.date(2024, 2, 25)
    assert (telling["language"], telling["publisher"]) == ("en-GB", "The Wire")
    assert silent["country"] == telling["country"] == "FR"


def test_the_normalizer_names_the_options_but_not_the_source() -> None:
    plain, other = normalizer(Profile("a")), normalizer(Profile("b"))
    zoned = normalizer(Profile("a", timezone="Europe/Paris"))
    assert plain == other == NORMALIZER
    assert zoned == normalizer(Profile("b", timezone="Europe/Paris"))
    assert zoned.startswith(f"{NORMALIZER}+")
    fast = normalizer(Profile("a", mode="fast"))
    assert fast.startswith(f"{NORMALIZER}+")
    assert fast != zoned


def test_the_normalizer_names_the_list_beside_the_options() -> None:
    listed = Boilerplate.of([(digest_of("signup"), "end")])
    assert normalizer(Profile("a", boilerplate=listed)) == f"{NORMALIZER}~{listed.version}"
    fast = normalizer(Profile("a", mode="fast"))
    assert normalizer(Profile("a", mode="fast", boilerplate=listed)) == f"{fast}~{listed.version}"


def test_what_is_on_the_list_is_no_text_and_a_text_of_nothing_else_is_none() -> None:
    listed = Boilerplate.of([(digest_of("signup"), "end"), (digest_of("allrightsreserved"), "end")])
    wire = Profile("wire", boilerplate=listed)
    story = "The lamp was lit on Monday, and burned all night."
    boxed, bare, empty = articles(
        record(text=f"{story}\nSign up!\nAll rights reserved."),
        record(text=story),
        record(text="Sign up!\nAll rights reserved."),
        wire=wire,
    )
    assert boxed["text"] == bare["text"] == story
    assert boxed["warnings"] == bare["warnings"]
    assert (empty["text"], empty["reject_reason"]) == (None, None)  # a label says that it is empty
    assert "2 of its 2 lines stand on many pages of the source" in empty["warnings"]


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        ("Cafe\u0301\u00a0 au\tlait \r\n\r\n \u3000two\u2028three", "Café au lait\ntwo\nthree"),
        ("a\x00b\x1bc\u00adde\ufefff", "abcdef"),
        ("half \ud83d", "half"),
        ("cra\u200bnes \u202efo\u202c \u200eon\u200f", "cranes fo on"),
        ("می\u200cخواهم 👩\u200d🚀 क्\u200dष", "می\u200cخواهم 👩\u200d🚀 क्\u200dष"),
        (" \n\u00a0", None),
        ("", None),
        (None, None),
    ],
)
def test_texts_are_nfc_with_one_block_a_line(raw: str | None, tidy: str | None) -> None:
    assert tidy_text(raw) == tidy


def test_code_is_indented_as_on_its_page_and_other_lines_are_not() -> None:
    code = "<pre>while tide:\n    sail( 10 )\n\twait()</pre><p>\n   It  sails.</p>"
    [row] = articles(document(PAGE.replace("</article>", f"{code}</article>").encode()))
    assert row["text"].split("\n")[-4:] == [
        "while tide:", "    sail( 10 )", "\twait()", "It sails.",
    ]  # fmt: skip


def test_a_line_has_no_line_ends() -> None:
    assert tidy_line(" A\n title\x07\u2029 ") == "A title"


@given(st.text(st.characters() | st.sampled_from("\r\n\u2028\x85\x1c\t \u00ad\ud800\u0301e")))
def test_tidying_twice_is_tidying_once(text: str) -> None:
    once = tidy_text(text)
    assert tidy_text(once) == once
    assert once is None or once.encode().decode().splitlines() == once.split("\n")


NAMES = ("title", "text", "description", "authors", "byline", "section", "keywords", "publisher")
ODD = (
    "\x01\x0b\x85\u00ad\u061c\u200b\u200e\u202e\u2028\u2060\u2066\ufeff\uffff\U000e0041\u0301e &<\n"
)
KINDS: dict[str, Callable[[str], str]] = {
    "text/html": lambda text: f"<h1>{text}</h1><p>{PARAGRAPH}</p><p>{text}&#1;&#8238;&#8203;</p>",
    "text/plain": lambda text: f"{text}\nBy {text}\n{PARAGRAPH}\n{text}",
    "text/markdown": lambda text: f"# {text}\n\n{PARAGRAPH} {text}",
    "message/rfc822": lambda text: f"Subject: A\nContent-Type: text/html\n\n<p>{text}&#8203;</p>",
    "application/json": lambda text: json.dumps(dict.fromkeys(NAMES, f"{PARAGRAPH} {text}")),
    "application/ld+json": lambda text: json.dumps({"title": text, "html": f"<p>{text}&#1;</p>"}),
    "application/feed+json": lambda text: json.dumps({"title": text, "content_html": text}),
}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40)
@given(text=st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(ODD)))
def test_what_a_row_says_is_composed_and_nothing_of_it_invisible(kind: str, text: str) -> None:
    payload = KINDS[kind](text).encode()
    (row,) = articles(document(payload, kind, charset="utf-8", status=None))
    for name in ("text", *NAMES):
        said = row[name]
        for line in said if isinstance(said, list) else [said or ""]:
            assert unicodedata.is_normalized("NFC", line)
            assert not INVISIBLE.search(line)
            assert line.split("\n") == [" ".join(each.split()) for each in line.split("\n")]


@given(
    st.lists(
        st.tuples(
            st.binary(max_size=40), st.sampled_from(["text/html", "text/plain", "application/json"])
        ),
        max_size=4,
    )
)
def test_any_bytes_give_a_row_each_in_order(payloads: list[tuple[bytes, str]]) -> None:
    documents = [
        document(payload, kind, source=str(n)) for n, (payload, kind) in enumerate(payloads)
    ]
    rows = articles(*documents)
    assert [row["document_id"] for row in rows] == [one["document_id"] for one in documents]
    assert rows == articles(*documents)
    assert "failed" not in {row["reject_reason"] for row in rows}


def test_rows_do_not_depend_on_their_neighbours() -> None:
    one, two = document(PAGE.encode()), record(title="B", date="25 février 2024", language="fr")
    assert articles(one, two) == [*articles(one), *articles(two)] == articles(two, one)[::-1]


LABELS = [label_language, label_counts, label_quality, label_content]
TOUCHED = {
    "label_language": {"language", "language_confidence", "warnings"},
    "label_counts": {"word_count", "char_count"},
    "label_quality": {"reject_reason"},
    "label_content": {"content_hash"},
}
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "title": st.none() | st.text(max_size=20),
            "text": st.none()
            | st.text(max_size=120)
            | st.sampled_from([PARAGRAPH, PARAGRAPH * 9, "市政府週一決定關閉舊橋進行維修。"]),
            "language": st.sampled_from(["und", "en", "de-AT", "zh-Hant"]),
            "reject_reason": st.none() | st.just("too_large"),
            "warnings": st.none() | st.lists(st.just("odd"), max_size=1),
        }
    ),
    max_size=5,
)


@pytest.mark.parametrize("label", LABELS)
@given(rows=ROWS)
def test_a_label_keeps_rows_and_other_columns_and_twice_is_once(
    make_articles: Callable[..., pa.RecordBatch],
    label: Callable[[pa.RecordBatch], pa.RecordBatch],
    rows: list[dict[str, Any]],
) -> None:
    batch = make_articles(*rows)
    once = label(batch)
    check(once)
    assert once.num_rows == len(rows)
    for name in set(ARTICLE.names) - TOUCHED[label.__name__]:
        assert once.column(name).equals(batch.column(name))
    assert label(once).equals(once)


def test_another_process_makes_the_same_rows() -> None:
    payloads = [
        (PAGE, "text/html"),
        (json.dumps({"text": PARAGRAPH, "date": "1708907400"}), "application/json"),
    ]
    code = (
        "import sys, pyarrow as pa\n"
        "from transforms.extract import extract\n"
        "from transforms.language import label_language\n"
        "batch = pa.ipc.open_stream(sys.stdin.buffer).read_next_batch()\n"
        "print(label_language(extract(batch, {})).to_pylist())\n"
    )
    batch = pa.RecordBatch.from_pylist(
        [document(payload.encode(), kind) for payload, kind in payloads], schema=DOCUMENT
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, DOCUMENT) as writer:
        writer.write_batch(batch)
    command = [sys.executable, "-W", "ignore", "-c", code]
    given, seeded = sink.getvalue().to_pybytes(), os.environ | {"PYTHONHASHSEED": "7"}
    done = subprocess.run(command, input=given, capture_output=True, check=True, env=seeded)  # noqa: S603
    assert done.stdout.decode().strip() == str(label_language(extract(batch, {})).to_pylist())


@pytest.mark.parametrize(
    ("profile", "known"), [(Profile("wire"), False), (Profile("wire", country="IE"), True)]
)
def test_a_zone_in_doubt_is_a_warning_of_the_row(profile: Profile, known: bool) -> None:
    page = PAGE.replace("2024-02-25T23:30:00-05:00", "25 May 2024 10:30 IST")
    row = articles(document(page.encode()), wire=profile)[0]
    assert row["published_tz_known"] is known
    assert any("the zone IST means several" in warning for warning in row["warnings"]) is not known


@pytest.mark.parametrize("media_type", ["text/plain", "text/markdown"])
def test_a_page_kept_as_text_is_read_as_a_page(media_type: str) -> None:
    [row] = articles(document(PAGE.encode(), media_type, url="file:a.txt"))
    assert (row["title"], row["text"]) == (
        "Cranes back by autumn",
        f"{PARAGRAPH}\n{PARAGRAPH} Again.",
    )


def test_a_feed_or_json_kept_as_a_page_is_no_article() -> None:
    feed = f'<?xml version="1.0"?><rss><channel><item>{PARAGRAPH}</item></channel></rss>'
    rows = articles(document(feed.encode()), document(json.dumps({"text": PARAGRAPH}).encode()))
    assert [row["reject_reason"] for row in rows] == ["not_an_article"] * 2
    assert rows[0]["warnings"] == [
        "the page is a list of the kind <rss>, which holds no article by itself"
    ]


WIRE_TEXT = "TURKU, Finland (AP) - The ferry was late again, and nobody on the pier minded it."


@pytest.mark.parametrize(
    "told",
    [
        record(text=WIRE_TEXT),
        document(f"# Late\n\n{WIRE_TEXT}".encode(), "text/markdown"),
        document(f"Ferry late again\n\n{WIRE_TEXT}".encode(), "text/plain", url="file:a.txt"),
        document(f"The ferry was late again\n{WIRE_TEXT} {PARAGRAPH}".encode(), "text/plain"),
    ],
    ids=["record", "Markdown", "text dump", "text of an archive"],
)
def test_a_dateline_names_the_agency_of_any_document(told: dict[str, Any]) -> None:
    (row,) = articles(told)
    assert row["agency"] == "AP"


def test_who_reported_it_is_the_author_where_nothing_else_says_who() -> None:
    text = f"{PARAGRAPH}\n(Reporting by Jon Vale; Editing by Mia Fry)"
    item = item_json({"title": "Cranes", "authors": ["Ada Mercer"]})
    alone, listed = articles(record(text=text), record(text=text) | {"item": item})
    assert (alone["authors"], listed["authors"]) == (["Jon Vale"], ["Ada Mercer"])
    assert alone["text"] == listed["text"] == PARAGRAPH
