"""A source is looked at before anything of it is stored."""

from __future__ import annotations

import json
from typing import Any

from flows.roster import preview

ONE = "[sources.wire]\nkind = 'folder'\npath = 'articles'\ncountry = 'GB'\n"
LONG = "A Lamp\n\nBy Ida Brandt | Monday, 4 March 2024 08:15 AM GMT\n\n" + "It is lit. " * 90


def shown(said) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(said.out)
    return rows


def test_one_article_is_shown_as_it_would_be_stored_and_nothing_is(
    wirelake, write, listing
) -> None:
    write({"sources.toml": ONE, "articles/a.txt": LONG, "articles/b.txt": "another"})
    before = listing()
    said = wirelake("sources", "check", "wire", "--format", "json")
    assert (said.code, said.err) == (0, "")
    (row,) = shown(said)
    assert row["url"] == "file:a.txt"
    assert row["title"] == "A Lamp"
    assert row["authors"] == ["Ida Brandt"]
    assert row["published_at"] == "2024-03-04T08:15:00Z"
    assert row["country"] == "GB"
    assert len(str(row["text"])) == preview.PREVIEW_CHARS + 1
    assert listing() == before


def test_it_is_a_table_of_fields_for_people(wirelake, write) -> None:
    write({"sources.toml": ONE, "articles/a.txt": "\x1b[31mA [red]Lamp\n\n" + "It is lit. " * 90})
    said = wirelake("sources", "check")
    assert said.code == 0
    assert "title" in said.out
    assert "[red]Lamp" in said.out
    assert "\x1b" not in said.out
    assert "document_id" not in said.out


def test_a_reject_is_shown_with_its_reason(wirelake, write) -> None:
    write({"sources.toml": ONE, "articles/a.txt": bytes(range(256)) * 9})
    (row,) = shown(wirelake("sources", "check", "wire", "--format", "json"))
    assert row["reject_reason"] == "undecodable"


def test_each_source_is_looked_at_though_one_is_broken(wirelake, write) -> None:
    other = "[sources.gone]\nkind = 'folder'\npath = 'nowhere'\n"
    write({"sources.toml": other + ONE, "articles/a.txt": LONG})
    said = wirelake("sources", "check", "--format", "json")
    assert said.code == 2
    assert "no such file or folder" in said.sentence
    first, second = shown(said)
    assert first["source"] == "gone"
    assert "nowhere" in str(first["error"])
    assert second["title"] == "A Lamp"


def test_a_source_without_an_article_says_why(wirelake, write) -> None:
    broken = "[sources.broken]\nkind = 'folder'\npath = 'cut.zip'\n"
    write({"sources.toml": ONE + broken, "articles/.hidden.txt": LONG, "cut.zip": b"PK\x03\x04"})
    said = wirelake("sources", "check", "--format", "json")
    assert said.code == 1
    empty, cut = shown(said)
    assert "it has no document" in str(empty["error"])
    assert "file:cut.zip: " in str(cut["error"])


def test_a_name_given_twice_is_looked_at_once(wirelake, write) -> None:
    write({"sources.toml": ONE, "articles/a.txt": LONG})
    said = wirelake("sources", "check", "wire", "wire", "--format", "json")
    assert len(shown(said)) == 1


def test_the_sources_are_listed_with_where_they_read(wirelake, write) -> None:
    off = "[sources.off]\nkind = 'folder'\npath = 'gone/*.txt'\nenabled = false\n"
    write({"sources.toml": ONE + off})
    said = wirelake("sources", "list", "--format", "json")
    assert said.code == 0
    first, second = shown(said)
    assert first == {
        "source": "wire",
        "kind": "folder",
        "enabled": True,
        "reads": "articles",
        "language": None,
        "country": "GB",
        "timezone": "UTC",
    }
    assert (second["source"], second["enabled"], second["reads"]) == ("off", False, "gone/*.txt")


# Over the web.


def page(number: int) -> str:
    lines = (f"On day {day} the keeper trimmed the lamp and wrote it down." for day in range(40))
    title = f"The lamp, part {number}"
    return (
        f"<html lang=en><head><title>{title}</title></head>"
        f"<body><article><h1>{title}</h1><p>{' '.join(lines)}</p></article></body></html>"
    )


def configured(outlet: Any, *names: str) -> str:
    return "".join(
        f"[sources.{name}]\nkind = 'page'\nurl = '{outlet.url(f'/{name}')}'\n"
        "allow_private = true\npace_s = 0\n"
        for name in names
    )


def test_one_article_of_each_is_checked_and_a_failure_said(wirelake, write, outlet) -> None:
    write({"sources.toml": configured(outlet, "gone", "lamp-1")})
    outlet.serve("/lamp-1", page(1), headers={"Content-Type": "text/html; charset=utf-8"})
    said = wirelake("sources", "check", "--format", "json")
    assert said.code == 1
    assert "404" in said.sentence
    gone, lamp = json.loads(said.out)
    assert (gone["source"], lamp["title"]) == ("gone", "The lamp, part 1")


def test_reading_stops_after_the_first_article(wirelake, write, outlet) -> None:
    urls = [outlet.serve(f"/lamp-{number}", page(number)) for number in range(5)]
    table = f"[sources.tidewater]\nkind = 'page'\nurls = {urls}\nallow_private = true\n"
    write({"sources.toml": f"{table}pace_s = 0.2\n"})
    assert wirelake("sources", "check").code == 0
    assert outlet.paths[0] == "/lamp-0"
    assert "/lamp-4" not in outlet.paths


def test_a_source_that_lets_one_wait_is_left_in_time(wirelake, write, outlet) -> None:
    write({"sources.toml": configured(outlet, "slow")})

    def wait(request: Any) -> tuple[int, dict[str, str], bytes]:
        request.ended.wait(20)
        return 200, {}, b"too late"

    outlet.serve("/slow", wait)
    said = wirelake("sources", "check", "--timeout", "0.3")
    assert said.code == 1
    assert "no article could be read within 0.3 seconds (source=slow)" in said.sentence
