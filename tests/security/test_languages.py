"""XML, YAML, TOML, JSON, pickles: what is read is data, runs nothing and asks for nothing."""

from __future__ import annotations

import ast
import base64
import json
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import flows
import transforms
import warehouse
from flows.sources import load

Command = Callable[..., Any]
Write = Callable[[dict[str, str | bytes]], None]
Query = Callable[[Path, str], list[dict[str, Any]]]

TELLTALE = "The word is swordfish"
FOLDER = '[sources.wire]\nkind = "folder"\npath = "articles"\n'
OPEN = "allow_private = true\npace_s = 0\n"
GOOD = "The Lamp\n\nThe lamp on the breakwater was lit on Monday evening, word for word.\n"
LAUGHS = "".join(
    f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 12)
).join(['<!ENTITY l0 "ha">', ""])
LOADERS = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "jsonpickle", "code"}
"""Modules that run what they read."""


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file that nobody outside may have read."""
    path = tmp_path / "secret.txt"
    path.write_text(TELLTALE)
    return path


def declared(secret: Path, outlet: Any) -> dict[str, str]:
    """Give declarations that would read a file, ask a server, or fill the memory, by entity."""
    url = outlet.url("/evil.dtd")
    return {
        "file": f'[<!ENTITY x SYSTEM "file://{secret}">]',
        "server": f'[<!ENTITY x SYSTEM "{url}">]',
        "parameter": f'[<!ENTITY % p SYSTEM "{url}"> %p; <!ENTITY x "a">]',
        "dtd": f'SYSTEM "{url}"',
        "laughs": f"[{LAUGHS}<!ENTITY x '&l11;'>]",
    }


@pytest.mark.first(1)
@pytest.mark.parametrize("way", ["file", "server", "parameter", "dtd", "laughs"])
def test_xml_opens_no_file_asks_nobody_and_does_not_grow(
    wirelake: Command, write: Write, outlet: Any, secret: Path, way: str
) -> None:
    said = declared(secret, outlet)[way]
    feed = "<rss><channel><item><title>A &x;</title><link>/page</link></item></channel></rss>"
    urls = "<urlset><url><loc>/page</loc><news><title>A &x;</title></news></url></urlset>"
    opml = (
        '<opml version="2.0"><body><outline text="&x;" xmlUrl="http://a.example/"/></body></opml>'
    )
    outlet.serve("/feed", f"<!DOCTYPE rss {said}>{feed}")
    outlet.serve("/sitemap.xml", f'<?xml version="1.0"?><!DOCTYPE urlset {said}>{urls}')
    page = f"<!DOCTYPE html {said}><html><body><p>A &x; lamp.</p></body></html>"
    outlet.serve("/page", page, headers={"Content-Type": "application/xhtml+xml"})
    sources = "".join(
        f'[sources.{kind}]\nkind = "{kind}"\nurl = "{outlet.url(path)}"\n{OPEN}'
        for kind, path in {"feed": "/feed", "sitemap": "/sitemap.xml", "page": "/page"}.items()
    )
    write({"sources.toml": sources, "list.opml": f"<!DOCTYPE opml {said}>{opml}"})
    told = [wirelake("ingest"), wirelake("sql", "FROM raw.documents", "--format", "json")]
    told.append(wirelake("sources", "import", "list.opml", "--dry-run"))
    assert {"/feed", "/sitemap.xml", "/page"} <= set(outlet.paths)
    assert "/evil.dtd" not in outlet.paths
    assert TELLTALE not in "".join(each.out + each.err for each in told)
    assert max(len(each.out) for each in told) < 20_000


FRONT = {
    "call": '!!python/object/apply:os.system ["touch {evil}"]',
    "new": '!!python/object/new:os.system ["touch {evil}"]',
    "name": "!!python/name:os.system",
    "module": "!!python/module:os",
    "laughs": "\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]\n" for n in range(1, 12)),
    "merge": "\n"
    + "".join(f"m{n}: &m{n} {{!!merge <<: [*m{n - 1}, *m{n - 1}]}}\n" for n in range(1, 40)),
}
FRONT["laughs"] = FRONT["laughs"].replace("\n", "\na0: &a0 [lol]\n", 1)
FRONT["merge"] = FRONT["merge"].replace("\n", "\nm0: &m0 {a: b}\n", 1)


def test_front_matter_makes_no_object_and_does_not_grow(
    wirelake: Command, write: Write, query: Query, here: Path
) -> None:
    write({"sources.toml": FOLDER, "articles/good.txt": GOOD})
    for way, title in FRONT.items():
        head = title.replace("{evil}", str(here / f"evil-{way}"))
        write({f"articles/{way}.md": f"---\ntitle: {head}\nkeywords: [a]\n---\n\n{GOOD}"})
    assert wirelake("ingest").code == 0
    assert list(here.glob("evil*")) == []
    rows = query(Path("lake"), "SELECT url, title, text FROM raw.articles")
    expected = {"file:good.txt", *(f"file:{way}.md" for way in FRONT)}
    assert {row["url"] for row in rows} == expected
    assert max(len(str(row)) for row in rows) < 20_000


def test_what_strangers_call_a_feed_adds_no_line_of_its_own_to_the_sources_file(
    wirelake: Command, write: Write
) -> None:
    title = 'x"]\n[sources.evil]\nkind = "folder"\npath = "/"\n#'
    escaped = title.replace('"', "&quot;").replace("\n", "&#10;")
    url = 'https://a.example/feed?a=" # b'
    line = (
        f'<outline type="rss" text="{escaped}" title="{escaped}" '
        f'xmlUrl="{url.replace(chr(34), "&quot;")}"/>'
    )
    write({"sources.toml": FOLDER, "list.opml": f'<opml version="2.0"><body>{line}</body></opml>'})
    assert wirelake("sources", "import", "list.opml").code == 0
    sources = load(Path("sources.toml"))
    assert len(sources) == 2
    assert "evil" not in sources
    assert {source.place() for source in sources.values()} == {"articles", url}


def test_a_file_that_is_nested_without_end_is_one_sentence(wirelake: Command, write: Write) -> None:
    write({"sources.toml": f"a = {'[' * 50_000}"})
    said = wirelake("ingest")
    assert said.code == 2
    assert "the sources file is not TOML" in said.sentence


class _Evil:
    """What leaves a file behind when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self._path,)


def test_a_pickle_is_bytes(wirelake: Command, write: Write, query: Query, here: Path) -> None:
    packed = pickle.dumps(_Evil(here / "evil"))
    pickle.loads(packed)  # noqa: S301 - it works
    (here / "evil").unlink()
    row = json.dumps({"id": 1, "title": base64.b64encode(packed).decode(), "text": GOOD})
    write({"sources.toml": FOLDER, "articles/a.txt": packed, "articles/b.html": packed})
    write({"articles/c.jsonl": row, "articles/d.json": packed, "articles/e.parquet": packed})
    table = pa.table({"id": [1], "text": [GOOD], "title": [packed]})
    metadata = {b"pandas": packed, b"ARROW:extension:name": b"arrow.py_extension_type",
                b"ARROW:extension:metadata": packed}  # fmt: skip
    fields = [field.with_metadata(metadata) for field in table.schema]
    pq.write_table(table.cast(pa.schema(fields, metadata)), here / "articles" / "f.parquet")
    assert wirelake("ingest").code == 0
    assert len(query(Path("lake"), "FROM raw.documents")) >= 4
    assert not (here / "evil").exists()


def calls(tree: ast.AST) -> Iterator[str]:
    """Give the names of all that a module calls or imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Call):
            yield ast.unparse(node.func)
            yield from ("shell=True" for each in node.keywords if each.arg == "shell")


def test_nothing_is_run_of_what_is_read() -> None:
    found = {
        (path.name, name)
        for package in (flows, transforms, warehouse)
        for path in Path(str(package.__file__)).parent.rglob("*.py")
        for name in calls(ast.parse(path.read_text()))
        if name.partition(".")[0] in LOADERS
        or name in {"eval", "exec", "__import__", "os.system", "os.popen", "shell=True"}
        or name.endswith((".extractall", ".unsafe_load", ".full_load"))
    }
    # What our own processes say to each other, over pipes that nobody else has.
    ours = {"pickle", "pickle.dumps", "pickle.loads"}
    assert found - {("processes.py", name) for name in ours} == set()
    assert found != set()
