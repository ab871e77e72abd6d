"""Little that becomes much costs itself only: the others of its source are read."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]
Write = Callable[[dict[str, str | bytes]], None]
Query = Callable[[Path, str], list[dict[str, Any]]]

MIB = 2**20
FOLDER = '[sources.wire]\nkind = "folder"\npath = "articles"\n'
GOOD = "The Lamp\n\nThe lamp on the breakwater was lit on Monday evening, word for word.\n"
MUCH = 64 * MIB
"""More than any answer may be: a sitemap may be of 50 MB."""
UNPACKED = 40 * MIB
"""More than a file or a row of one may be, which is 32 MiB."""


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def files() -> dict[str, str | bytes]:
    """Give files that unpack to far more than they are, or have no end of parts."""
    zeros = bytes(UNPACKED)
    inner = zipped({"a.txt": zeros})
    row = b'{"id": 1, "text": "' + bytes(UNPACKED).replace(b"\0", b"a") + b'"}\n'
    lying = bytearray(zipped({"a.txt": zeros, "b.txt": GOOD.encode()}))
    at = lying.index(b"PK\x01\x02")
    lying[at + 24 : at + 28] = (10).to_bytes(4, "little")  # says that it unpacks to ten bytes
    return {
        "zeros.txt.gz": gzip.compress(zeros),
        "twice.txt.gz": gzip.compress(gzip.compress(zeros)),
        "members.txt.gz": gzip.compress(b"a") * 20_000,
        "zeros.zip": zipped({"a.txt": zeros, "b.txt": GOOD.encode()}),
        "lying.zip": bytes(lying),
        "nested.zip": zipped({"a.zip": inner, "b.txt": GOOD.encode()}),
        "row.jsonl.gz": gzip.compress(row + b'{"id": 2, "title": "T", "text": "b"}\n'),
        "deep.json": "[" * MIB,
        "deep.jsonl": json.dumps({"id": 1}) + "\n" + '{"a":' * 100_000 + "\n",
        "wide.csv": ",".join(f"c{number}" for number in range(100_000)) + "\n" + "," * 99_999,
        "good.txt": GOOD,
    }


@pytest.mark.whole
def test_files_that_unpack_to_much_keep_nothing_else_out(
    wirelake: Command, write: Write, query: Query
) -> None:
    write({"sources.toml": FOLDER} | {f"articles/{name}": body for name, body in files().items()})
    assert wirelake("ingest").code == 0
    documents = query(Path("lake"), "SELECT url, payload_bytes FROM raw.documents")
    sizes = {row["url"]: row["payload_bytes"] for row in documents}
    assert max(sizes.values()) <= 32 * MIB
    assert {"file:good.txt", "file:zeros.zip!/b.txt", "file:nested.zip!/b.txt"} <= sizes.keys()
    assert "file:row.jsonl.gz#2" in sizes
    told = {row["url"]: row["outcome"] for row in query(Path("lake"), "FROM raw.fetches")}
    for url in ("file:zeros.txt.gz", "file:zeros.zip!/a.txt", "file:row.jsonl.gz#line=1"):
        assert told[url] == "too_large", url
    assert told["file:nested.zip!/a.zip"] == "broken"
    assert wirelake("check").code == 0


@pytest.mark.first(1)
@pytest.mark.parametrize("coding", ["gzip", "identity"])
@pytest.mark.parametrize("kind", ["page", "feed", "sitemap", "api"])
def test_an_answer_that_unpacks_to_much_is_cut_off(
    wirelake: Command, write: Write, query: Query, outlet: Any, kind: str, coding: str
) -> None:
    begins = {"page": "<html>", "feed": "<rss>", "sitemap": "<urlset>", "api": "["}[kind]
    much = begins.encode() + b" " * MUCH
    body = gzip.compress(much) if coding == "gzip" else much
    outlet.serve("/much", body, headers={"Content-Encoding": coding, "Content-Type": "text/html"})
    source = f'[sources.a]\nkind = "{kind}"\nurl = "{outlet.url("/much")}"\nallow_private = true\n'
    write({"sources.toml": f"{source}pace_s = 0\n"})
    wirelake("ingest")
    fetches = query(Path("lake"), "SELECT url, outcome, bytes FROM raw.fetches")
    outcomes = {row["outcome"] for row in fetches if row["url"].endswith("/much")}
    assert outcomes == {"too_large"}
    assert query(Path("lake"), "FROM raw.documents") == []
