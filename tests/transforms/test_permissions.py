"""Headers say what machines may do, as pages do."""

from __future__ import annotations

import json

import pytest

from transforms.extract import read_row
from transforms.permissions import add_permissions, permissions_of
from transforms.reading import Profile, Reading


def read(tag: str | None = None, tdm: str | None = None, **page: object) -> Reading:
    reading = Reading(**page)  # type: ignore[arg-type]
    headers = {"etag": "x", "x-robots-tag": tag, "tdm-reservation": tdm}
    add_permissions(reading, json.dumps({name: said for name, said in headers.items() if said}))
    return reading


@pytest.mark.parametrize(
    ("line", "directives"),
    [
        ("NOINDEX,  nofollow", ["noindex", "nofollow"]),
        ("googlebot: nofollow", ["googlebot: nofollow"]),
        (
            "noarchive, otherbot: noindex, nofollow",
            ["noarchive", "otherbot: noindex", "otherbot: nofollow"],
        ),
        ("max-snippet: 20, noai", ["max-snippet: 20", "noai"]),
        (
            "unavailable_after: Saturday, 20 Jun 2026 15:00:00 GMT, noindex",
            ["unavailable_after: saturday, 20 jun 2026 15:00:00 gmt", "noindex"],
        ),
        ("googlebot: unavailable_after: 2026-06-20", ["googlebot: unavailable_after: 2026-06-20"]),
        ("bot: noindex, *: nofollow", ["bot: noindex", "nofollow"]),
        (" , ", []),
    ],
)
def test_directives_are_read_as_the_page_s_own_are_kept(line: str, directives: list[str]) -> None:
    assert read(line).robots == directives


def test_directives_of_page_and_header_stand_beside_each_other() -> None:
    assert read("noindex, noai", robots=["noai", "nofollow"]).robots == [
        "noai", "nofollow", "noindex",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("page", "header", "is_reserved"),
    [
        (None, "1", True),
        (None, "0", False),
        (None, None, None),
        (False, "1", True),
        (True, "0", True),
        (True, None, True),
        (None, "0, 1", True),
        (None, "yes", None),
    ],
)
def test_the_stricter_reservation_counts(
    page: bool | None, header: str | None, is_reserved: bool | None
) -> None:
    assert read(None, header, tdm_reserved=page).tdm_reserved is is_reserved


def test_permissions_are_picked_in_one_order() -> None:
    headers = {"x-robots-tag": "noindex", "etag": "1", "tdm-reservation": "1", "tdm-policy": "/p"}
    assert list(permissions_of(headers)) == ["tdm-reservation", "x-robots-tag"]
    assert permissions_of({}) == {}


def test_the_row_of_any_document_says_what_its_headers_do() -> None:
    row = read_row(
        {
            "document_id": "1", "source": "wire", "url": "https://wire.example/a.txt",
            "final_url": None, "media_type": "text/plain", "charset": None, "payload": b"Ferry",
            "item": None, "headers": '{"x-robots-tag": "noindex", "tdm-reservation": "1"}',
        },
        Profile("wire"),
    )  # fmt: skip
    assert (row["robots"], row["tdm_reserved"]) == (["noindex"], True)
