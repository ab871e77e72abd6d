"""No name leads out: of members of archives, records, links, sources, backups."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]
Write = Callable[[dict[str, str | bytes]], None]
Query = Callable[[Path, str], list[dict[str, Any]]]

SOURCE = '[sources.wire]\nkind = "{kind}"\npath = "articles"\n'
TELLTALE = "The word is swordfish"
TEXT = "The Lamp\n\nThe lamp on the breakwater was lit on Monday evening, word for word.\n"
MEMBERS = [
    "../../evil.txt", "../evil.txt", "/evil.txt", "a/../../evil.txt", "C:\\evil.txt",
    "..\\..\\evil.txt", "articles/../../evil.txt", "lake/catalog.txt", "a\x00evil.txt",
    "~/evil.txt",
]  # fmt: skip


def packed(names: list[str], link_to: Path) -> bytes:
    """Make a zip of members of such names, and one that says that it is a link."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), f"{name!r}\n\n{TEXT}")
        link = zipfile.ZipInfo("link.txt")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, str(link_to))
    return out.getvalue()


def everything(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@pytest.fixture
def outside(here: Path) -> Path:
    """A folder beside the source's with a file that is nobody's business."""
    (here / "outside").mkdir()
    (here / "outside" / "secret.txt").write_text(f"Secret\n\n{TELLTALE}\n")
    return here / "outside"


def stored(query: Query) -> str:
    """Give all that was read, documents with their bytes."""
    documents = query(
        Path("lake"), "SELECT * REPLACE (decode(payload) AS payload) FROM raw.documents"
    )
    return str(documents + query(Path("lake"), "FROM raw.fetches"))


def test_members_of_a_zip_are_read_where_they_are_and_written_nowhere(
    wirelake: Command, write: Write, query: Query, here: Path, outside: Path
) -> None:
    zipped = packed(MEMBERS, outside / "secret.txt")
    write({"sources.toml": SOURCE.format(kind="folder"), "articles/a.zip": zipped})
    before = everything(here)
    assert wirelake("ingest").code == 0
    made = {name for name in everything(here) - before if not name.startswith("lake/")}
    assert made == {"lake"}
    assert not list(here.parent.glob("evil*"))
    assert not Path("/evil.txt").exists()
    assert len(query(Path("lake"), "FROM raw.documents")) >= len(MEMBERS) - 1
    assert str(outside / "secret.txt") in stored(query)  # what the link says, not what it names
    assert TELLTALE not in stored(query)


def test_a_tar_is_not_opened(
    wirelake: Command, write: Write, query: Query, here: Path, outside: Path
) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name in ("../evil.txt", "/evil.txt"):
            member = tarfile.TarInfo(name)
            member.size = len(TEXT)
            archive.addfile(member, io.BytesIO(TEXT.encode()))
    names = ("a.tar", "a.tgz", "a.tar.gz")
    write({"sources.toml": SOURCE.format(kind="folder"), "articles/a.txt": TEXT})
    write({f"articles/{name}": out.getvalue() for name in names})
    assert wirelake("ingest").code == 0
    assert not (here / "evil.txt").exists()
    assert [row["url"] for row in query(Path("lake"), "FROM raw.documents")] == ["file:a.txt"]


@pytest.mark.first(1)
@pytest.mark.parametrize("kind", ["folder", "warc"])
def test_links_of_a_folder_lead_out_of_it_to_nothing(
    wirelake: Command, write: Write, query: Query, here: Path, outside: Path, kind: str
) -> None:
    suffix = {"folder": "txt", "warc": "warc"}[kind]
    text = TEXT if kind == "folder" else record("https://a.example/1", TEXT)
    secret = TELLTALE if kind == "folder" else record("https://a.example/2", TELLTALE)
    (outside / f"secret.{suffix}").write_text(secret)
    write({"sources.toml": SOURCE.format(kind=kind), f"articles/a.{suffix}": text})
    (here / "articles" / f"b.{suffix}").symlink_to(outside / f"secret.{suffix}")
    (here / "articles" / f"c.{suffix}").symlink_to(f"../outside/secret.{suffix}")
    (here / "articles" / "d").symlink_to(outside)
    assert wirelake("ingest").code == 0
    assert "breakwater" in stored(query)
    assert TELLTALE not in stored(query)


def record(url: str, text: str) -> str:
    """Write a record of a WARC archive."""
    block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>{text}</p>"
    head = {
        "WARC-Type": "response", "WARC-Target-URI": url, "WARC-Date": "2026-03-01T09:30:00Z",
        "WARC-Record-ID": "<urn:uuid:6f9619ff-8b86-4d01-b42d-00cf4fc964ff>",
        "Content-Type": "application/http; msgtype=response", "Content-Length": str(len(block)),
        "WARC-Filename": "../../evil.warc",
    }  # fmt: skip
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"WARC/1.0\r\n{lines}\r\n{block}\r\n\r\n"


def test_a_record_of_an_archive_names_no_file(
    wirelake: Command, write: Write, query: Query, here: Path, outside: Path
) -> None:
    urls = [f"file://{outside}/secret.txt", "../../outside/secret.txt", "/etc/hostname", "file:a"]
    urls.append("https://a.example/1")
    archive = "".join(record(url, f"{TEXT} {url}") for url in urls)
    write({"sources.toml": SOURCE.format(kind="warc"), "articles/a.warc": archive})
    before = everything(here)
    assert wirelake("ingest").code == 0
    assert {name for name in everything(here) - before if not name.startswith("lake")} == set()
    assert "breakwater" in stored(query)
    assert TELLTALE not in stored(query)


def test_a_result_is_not_written_into_the_warehouse_by_another_way(
    wirelake: Command, write: Write, here: Path
) -> None:
    write({"sources.toml": SOURCE.format(kind="folder"), "articles/a.txt": TEXT})
    assert wirelake("ingest").code == 0
    (here / "other").symlink_to(here / "lake")
    before = (here / "lake" / "catalog.sqlite").read_bytes()
    for target in ("lake/../lake/catalog.sqlite", "other/catalog.sqlite", "articles/../lake/x.csv"):
        assert wirelake("sql", "SELECT 1", "--output", target).code == 2
    for words in (
        ["export", "lake"],
        ["export", "other"],
        ["backup", "lake/backup"],
        ["export", "."],
    ):
        assert wirelake(*words).code != 0
    assert (here / "lake" / "catalog.sqlite").read_bytes() == before
