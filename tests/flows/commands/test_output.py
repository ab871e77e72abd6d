"""What a query gives, in every form it can be written in."""

from __future__ import annotations

import csv
import io
import json
import os
import threading
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.commands import csv_lines, output
from transforms.errors import ConfigError

FORMS = ("table", "csv", "json", "jsonl", "parquet")
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30)


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone='UTC'")
        yield connection


@pytest.fixture
def written(database: duckdb.DuckDBPyConnection, tmp_path: Path):
    def write(select: str, form: output.Format) -> str:
        path = tmp_path / f"out.{form}"
        output.write(database.execute(select).to_arrow_reader(), form, path)
        return "" if form == "parquet" else path.read_bytes().decode()

    return write


def lines(table: str) -> list[list[str]]:
    """Take a printed table apart: the cells of its rows."""
    return [line.split() for line in table.splitlines()[3:] if line.strip()]


# DuckDB's value -> as JSON, and as text where that is not the same.
VALUES = [
    ("NULL", None, ""),
    ("true", True, "true"),
    ("7", 7, "7"),
    ("18446744073709551615::UBIGINT", 18446744073709551615, "18446744073709551615"),
    ("sum(x) FROM (VALUES (9007199254740993::BIGINT)) t(x)", 9007199254740993, None),
    ("1.50::DECIMAL(9, 2)", 1.5, "1.50"),
    ("0.1::DOUBLE", 0.1, "0.1"),
    ("'nan'::DOUBLE", None, "nan"),
    ("'-inf'::FLOAT", None, "-inf"),
    ("'plain'", "plain", "plain"),
    ("DATE '2024-02-29'", "2024-02-29", "2024-02-29"),
    ("TIMESTAMPTZ '2024-02-29 10:00:00+02:00'", "2024-02-29T08:00:00Z", "2024-02-29T08:00:00Z"),
    ("TIMESTAMP '2024-02-29 10:00:00.5'", "2024-02-29T10:00:00.500000", None),
    ("TIMESTAMP_NS '2024-02-29 10:00:00.123456789'", "2024-02-29 10:00:00.123456789", None),
    ("TIME '23:59:01'", "23:59:01", "23:59:01"),
    ("DATE '20000-01-01'", "20000-01-01", "20000-01-01"),
    ("'0044-03-15 (BC)'::DATE", "-0043-03-15", "-0043-03-15"),
    ("'infinity'::TIMESTAMPTZ", "infinity", "infinity"),
    ("'-infinity'::DATE", "-infinity", "-infinity"),
    ("INTERVAL 40 MINUTE + INTERVAL 2 DAY + INTERVAL 1 MONTH", "P1M2DT2400S", "P1M2DT2400S"),
    ("'\\x00\\xFF'::BLOB", "00ff", "00ff"),
    ("'a'::ENUM ('a', 'b')", "a", "a"),
    ("'00000000-0000-4000-8000-000000000001'::UUID", "00000000-0000-4000-8000-000000000001", None),
    ("[]::VARCHAR[]", [], "[]"),
    ("['a', NULL]", ["a", None], '["a", null]'),
    ("[1.5, 'nan'::DOUBLE]", [1.5, None], "[1.5, null]"),
    ("['infinity'::DATE, DATE '2024-01-01']", ["infinity", "2024-01-01"], None),
    ("{'day': 'infinity'::DATE, 'n': 1}", {"day": "infinity", "n": 1}, None),
    (
        "{'a': [DATE '2024-01-01'], 'b': {'c': NULL, 'd': 1.5::DECIMAL(3, 1)}}",
        {"a": ["2024-01-01"], "b": {"c": None, "d": 1.5}},
        '{"a": ["2024-01-01"], "b": {"c": null, "d": 1.5}}',
    ),
    ("MAP {'en': 3, 'de': 1}", {"en": 3, "de": 1}, '{"en": 3, "de": 1}'),
    ("MAP {DATE '2024-01-01': 'x'}", {"2024-01-01": "x"}, '{"2024-01-01": "x"}'),
    ("union_value(words := 2)", 2, "2"),
]


@pytest.mark.parametrize(("select", "as_json", "as_text"), VALUES, ids=[v[0] for v in VALUES])
def test_every_type_has_a_usual_text(written, select, as_json, as_text) -> None:
    columns = f"SELECT {select}" if " FROM " in select else f"SELECT {select} AS x"
    (row,) = json.loads(written(columns, "json"), parse_constant=pytest.fail)
    assert list(row.values()) == [as_json]
    assert json.loads(written(columns, "jsonl")) == row
    wanted = as_json if as_text is None else as_text
    wanted = wanted if isinstance(wanted, str) else json.dumps(wanted)
    assert list(csv.reader(io.StringIO(written(columns, "csv"))))[1] == [wanted]
    assert "".join(lines(written(columns, "table"))[0] if wanted else []) == wanted.replace(" ", "")


@pytest.mark.parametrize("select", [value[0] for value in VALUES])
def test_parquet_keeps_the_type_or_says_that_it_has_none(written, tmp_path, select) -> None:
    columns = f"SELECT {select}" if " FROM " in select else f"SELECT {select} AS x"
    path = tmp_path / "out.parquet"
    if "INTERVAL" in select or "union" in select:
        with pytest.raises(ConfigError, match="cast this column to VARCHAR"):
            written(columns, "parquet")
        assert not list(tmp_path.iterdir())
    else:
        written(columns, "parquet")
        with duckdb.connect() as other:
            assert len(other.execute(f"FROM '{path}'").fetchall()) == 1


def test_nothing_found_is_said_in_every_form(written) -> None:
    nothing = "SELECT 1 AS a, 'x' AS b WHERE false"
    assert written(nothing, "table") == "No rows (a, b).\n"
    assert written(nothing, "csv") == "a,b\n"
    assert json.loads(written(nothing, "json")) == []
    assert written(nothing, "jsonl") == ""


def test_columns_of_one_name_are_all_kept(written) -> None:
    select = "SELECT 1 AS a, 2 AS a, 3 AS a_1, 4 AS A"
    assert json.loads(written(select, "json")) == [{"a": 1, "a_1": 2, "a_1_1": 3, "A": 4}]
    assert written(select, "csv") == "a,a_1,a_1_1,A\n1,2,3,4\n"


def test_many_columns_become_a_list_per_row(written) -> None:
    table = written("SELECT " + ", ".join(f"{n} AS c{n}" for n in range(13)), "table")
    assert ["c12", "12"] in lines(table)
    assert len(lines(table)) == 13


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_names_that_do_not_fit_beside_each_other_stand_below(monkeypatch) -> None:
    names = [f"column number {n}" for n in range(6)]
    rows = [dict.fromkeys(names, "x")]
    shown = {}
    for width in ("80", "120"):
        monkeypatch.setenv("COLUMNS", width)
        shown[width] = Terminal()
        output.write_rows(rows, "table", shown[width])
    assert "column number 5" in shown["80"].getvalue()
    assert shown["80"].getvalue().count("\n") > 6 > shown["120"].getvalue().count("\n")


def test_a_long_result_is_cut_on_the_screen_only(written) -> None:
    select = "SELECT range AS n FROM range(1200)"
    assert written(select, "table").endswith("The first 1000 of 1200 rows.\n")
    assert len(written(select, "csv").splitlines()) == 1201


def test_a_long_text_is_cut_on_the_screen_only(written) -> None:
    assert "…" in written("SELECT repeat('x', 71) AS x", "table")
    assert "…" not in written("SELECT repeat('x', 70) AS x", "table")
    assert written("SELECT repeat('x', 71) AS x", "csv") == "x\n" + "x" * 71 + "\n"


def test_a_plan_keeps_its_lines(written) -> None:
    plan = written("EXPLAIN SELECT count(*) FROM range(9)", "table").splitlines()
    assert len(plan) > 5
    assert plan[0].startswith("┌─")


def test_numbers_stand_at_the_right_also_decimals_and_nulls(written) -> None:
    table = written("FROM (VALUES (1.25, 'a'), (100.5, 'b'), (NULL, 'c')) t(n, s)", "table")
    first, second = table.splitlines()[3:5]
    assert first.index("1.25") + len("1.25") == second.index("100.50") + len("100.50")


HOSTILE = {
    "colour": "\x1b[31mred\x1b[0m",
    "title of the window": "\x1b]0;owned\x07",
    "eight-bit escape": "\x9b31mred",
    "right to left": "\u202etxt.exe",
    "a line of its own": "one\r\ntwo\u2028three",
    "backspace": "safe\b\b\b\bevil",
    "tag characters": "a\U000e0041b",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_nothing_a_terminal_obeys_is_printed(text: str) -> None:
    out = io.StringIO()
    rows = pa.table({f"title {text}": [text], "all": [[text]], "in": [{"x": text}]})
    output._WRITERS["table"](rows.to_reader(), out)
    output.write_rows([{"field": text, "value": [text]}], "table", out)
    assert {unicodedata.category(char) for char in out.getvalue()} & {"Cc", "Cf", "Zl"} == {"Cc"}
    assert {char for char in out.getvalue() if unicodedata.category(char) == "Cc"} == {"\n"}


@pytest.mark.parametrize("text", ["[red]x", "[/]", "[link=http://a.example]b[/link]", ":smile:"])
def test_markup_is_text_like_any_other(text: str) -> None:
    out = io.StringIO()
    output.write_rows([{text: text}], "table", out)
    assert out.getvalue().count(text) == 2


def test_joiners_that_words_are_spelled_with_stay() -> None:
    assert output.printable("می\u200cخواهم 👩\u200d🚀") == "می\u200cخواهم 👩\u200d🚀"


@given(st.text(max_size=40))
def test_a_printed_text_is_one_line_without_controls(text: str) -> None:
    shown = output.printable(text)
    assert len(shown) == len(text)
    assert len(shown.splitlines()) <= 1
    shown.encode()


def as_stored(text: str) -> str:
    """Take off the apostrophe that keeps a text from being a formula."""
    is_kept = text.startswith("'") and csv_lines._FORMULA.match(text[1:])
    return text[1:] if is_kept else text


def test_csv_tells_nothing_from_an_empty_text(written) -> None:
    assert written("SELECT NULL AS a, '' AS b, 'x' AS c", "csv") == 'a,b,c\n,"",x\n'


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=4))
def test_csv_and_json_give_back_every_text(rows: list[tuple[str, str]]) -> None:
    columns = [pa.array([row[place] for row in rows], pa.string()) for place in (0, 1)]
    batch = pa.RecordBatch.from_arrays(columns, ["a", "b"])
    found = {}
    for form in ("csv", "exact-csv", "json", "jsonl"):
        reader = pa.RecordBatchReader.from_batches(batch.schema, [batch])
        found[form] = io.StringIO(newline="")
        output._WRITERS[form](reader, found[form])
        found[form].seek(0)
    assert [tuple(row) for row in csv.reader(found["exact-csv"])][1:] == rows
    defused = [tuple(map(as_stored, row)) for row in csv.reader(found["csv"])]
    assert defused[1:] == rows
    wanted = [{"a": a, "b": b} for a, b in rows]
    assert json.load(found["json"]) == wanted
    assert [json.loads(line) for line in found["jsonl"].getvalue().split("\n")[:-1]] == wanted


def test_a_file_is_replaced_whole(written, tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "out.csv").symlink_to("real.csv")
    output.write(pa.table({"a": [1]}).to_reader(), "csv", tmp_path / "out.csv")
    assert (tmp_path / "real.csv").read_text() == "a\n1\n"
    assert (tmp_path / "out.csv").is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "real.csv"]


@pytest.mark.parametrize("form", FORMS)
def test_rows_that_end_in_an_error_leave_the_old_file(tmp_path: Path, form: output.Format) -> None:
    batch = pa.RecordBatch.from_pydict({"a": [1]})

    def broken() -> Iterator[pa.RecordBatch]:
        yield batch
        raise duckdb.InvalidInputException("late")

    target = tmp_path / "out"
    target.write_text("old")
    with pytest.raises(duckdb.Error):
        output.write(pa.RecordBatchReader.from_batches(batch.schema, broken()), form, target)
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    output.write(pa.table({"a": [1]}).to_reader(), "csv", pipe)
    reader.join(5)
    assert read == ["a\n1\n"]
    assert pipe.is_fifo()


@pytest.mark.parametrize("place", ["gone/out.csv", "."])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_file_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, place: str, form: output.Format
) -> None:
    with pytest.raises(ConfigError, match=r"cannot write the result: .*directory"):
        output.write(pa.table({"a": [1]}).to_reader(), form, tmp_path / place)


def test_parquet_holds_the_rows_of_the_query(written, tmp_path: Path) -> None:
    written("SELECT range AS n, [range] AS l FROM range(5000)", "parquet")
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.num_rows == 5000
    assert table["l"][4999].as_py() == [4999]
