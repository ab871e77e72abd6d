"""Newsletters as they were sent: headers state, parts tell, attachments are left alone."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage

import pytest

from transforms.mail import read_mail
from transforms.reading import Profile, Reading

PROFILE = Profile("letters", timezone="Europe/Lisbon")
PARAGRAPHS = [
    f"In paragraph {number} the keeper of the lamp says why the fog horn is silent this winter, "
    "and who in the village misses it most of all."
    for number in range(1, 5)
]
PLAIN = "\n\n".join(PARAGRAPHS)
HTML = "<html><body><h1>The horn is silent</h1>{}</body></html>".format(
    "".join(f"<p>{each}</p>" for each in PARAGRAPHS)
)


def letter(**headers: str) -> EmailMessage:
    message = EmailMessage()
    usual = {
        "Subject": "The horn is silent",
        "From": "The Lamp Letter <news@lamp.example>",
        "Date": "Tue, 03 Mar 2026 07:15:00 +0100",
    }
    for name, value in (usual | headers).items():
        if value:
            message[name.replace("_", "-")] = value
    return message


def read(message: EmailMessage) -> Reading:
    return read_mail(message.as_bytes(), PROFILE)


def test_the_headers_say_what_and_when_and_whose() -> None:
    message = letter(Archived_At="<https://lamp.example/letters/7>")
    message.set_content(PLAIN)
    message["Content-Language"] = "en-GB"
    reading = read(message)
    assert (reading.title, reading.publisher) == ("The horn is silent", "The Lamp Letter")
    assert reading.published is not None
    assert reading.published.at == dt.datetime(2026, 3, 3, 6, 15, tzinfo=dt.UTC)
    assert reading.published.day == dt.date(2026, 3, 3)
    assert (reading.published.tz_known, reading.published.evidence) == (True, "meta")
    assert reading.canonical_url == "https://lamp.example/letters/7"
    assert reading.declared_language == "en-GB"
    assert reading.authors == []


def test_of_two_parts_the_html_is_read_and_an_attachment_never() -> None:
    message = letter()
    message.set_content("See the web version.")
    message.add_alternative(HTML, subtype="html")
    message.add_attachment("An invoice.", filename="invoice.txt")
    assert (read(message).text or "").split("\n") == PARAGRAPHS


def test_where_the_html_has_no_text_the_plain_part_is_read() -> None:
    message = letter()
    message.set_content(PLAIN)
    message.add_alternative("<html><body><img src='cid:1'></body></html>", subtype="html")
    assert (read(message).text or "").split("\n") == PARAGRAPHS


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Fwd: RE: The horn is silent", "The horn is silent"),
        ("AW: WG: Das Horn schweigt", "Das Horn schweigt"),
        ("Le cor se taît à l'aube", "Le cor se taît à l'aube"),
        ("霧笛は鳴らない", "霧笛は鳴らない"),
        ("Culture: five lamps to see", "Culture: five lamps to see"),
    ],
)
def test_a_subject_is_the_title_without_what_replies_put_before_it(
    subject: str, title: str
) -> None:
    message = letter(Subject=subject)
    message.set_content(PLAIN)
    assert read(message).title == title


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-15"])
@pytest.mark.parametrize("coding", ["quoted-printable", "base64"])
def test_a_part_is_decoded_as_it_says(charset: str, coding: str) -> None:
    message = letter()
    told = "Das Nebelhorn schweigt, und es kostet die Gemeinde fünf € am Tag. " * 3
    message.set_content(told, charset=charset, cte=coding)
    assert read(message).text == told.strip()


def test_a_date_that_cannot_be_read_is_kept_as_it_stands() -> None:
    message = letter(Date="")
    message.set_content(PLAIN)
    raw = b"Date: the day after the fair\n" + message.as_bytes()
    reading = read_mail(raw, PROFILE)
    assert (reading.published, reading.published_raw) == (None, "the day after the fair")
    assert any("the day after the fair" in warning for warning in reading.warnings)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x00\xff\xfe",
        b"Subject: =?utf-8?b?////?=\nFrom: <<>>,;\nDate: 99\n\n\xff",
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n--x\n--x",
        b"Content-Type: multipart/alternative\n\nno boundary at all",
        b"Content-Transfer-Encoding: base64\n\n!!!",
        b"From: \n\n",
    ],
    ids=range(7),
)
def test_a_broken_message_is_read_as_far_as_it_goes(payload: bytes) -> None:
    assert isinstance(read_mail(payload, PROFILE), Reading)


@pytest.mark.parametrize("subtype", ["plain", "html"])
def test_what_a_newsletter_prints_around_its_text_is_left_out(subtype: str) -> None:
    why = "You are receiving this because you signed up. Unsubscribe"
    message = letter()
    frame = HTML.replace("</body>", f"<p>{why}</p></body>")
    message.set_content(frame if subtype == "html" else f"{PLAIN}\n\n{why}", subtype=subtype)
    assert (read(message).text or "").split("\n") == PARAGRAPHS


@pytest.mark.parametrize(
    ("date", "at", "day", "is_known"),
    [
        ("Tue, 03 Mar 2026 23:15:00 -0500 (EST)", "2026-03-04T04:15", "2026-03-03", True),
        ("Tue, 03 Mar 2026 20:15:00 -0000", "2026-03-03T20:15", "2026-03-04", False),
        ("Tue, 03 Mar 2026 20:15:00", "2026-03-03T09:15", "2026-03-03", False),
        ("Tue, 03 Mar 2026 20:15:00 GMT", "2026-03-03T20:15", "2026-03-03", True),
        ("Tue, 03 Mar 2026 20:15:00 EST", "2026-03-03T10:15", "2026-03-03", True),
    ],
)
def test_a_zone_is_known_where_the_date_names_one(
    date: str, at: str, day: str, *, is_known: bool
) -> None:
    message = letter(Date="")
    message.set_content(PLAIN)
    profile = Profile("letters", timezone="Australia/Sydney", country="AU")
    published = read_mail(f"Date: {date}\n".encode() + message.as_bytes(), profile).published
    assert published is not None
    assert published.at.isoformat()[:16] == at
    assert (str(published.day), published.tz_known) == (day, is_known)
