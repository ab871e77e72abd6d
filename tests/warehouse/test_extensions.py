"""There, or asked for by name."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest

from transforms.errors import WarehouseError
from warehouse import extensions


def test_a_missing_extension_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extensions, "EXTENSIONS", {"no_such_extension": "duckdb-extension-none"})
    with pytest.raises(WarehouseError, match=r"pip install duckdb-extension-none==\d"):
        extensions.probe()


@pytest.fixture
def unsigned(tmp_path: Path) -> Path:
    """A binary whose signature is not good."""
    spec = find_spec("duckdb_extension_sqlite_scanner")
    assert spec and spec.submodule_search_locations
    (signed,) = Path(spec.submodule_search_locations[0]).rglob("sqlite_scanner.duckdb_extension")
    content = bytearray(signed.read_bytes())
    content[-1] ^= 1
    path = tmp_path / "unsigned.duckdb_extension"
    path.write_bytes(content)
    return path


def test_every_connection_has_them_and_refuses_one_that_is_not_signed(unsigned: Path) -> None:
    for _ in range(2):  # the second time their own signatures are not checked again
        with extensions.connect() as connection:
            loaded = connection.sql(
                "SELECT extension_name FROM duckdb_extensions() WHERE loaded"
            ).fetchall()
            assert {(name,) for name in extensions.EXTENSIONS} <= set(loaded)
            with pytest.raises(duckdb.Error, match="signature is either missing or invalid"):
                connection.execute(f"LOAD '{unsigned}'")
            with pytest.raises(duckdb.Error, match="Cannot change allow_unsigned_extensions"):
                connection.execute("SET allow_unsigned_extensions=true")
