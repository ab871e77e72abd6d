"""There, or asked for by name."""

from __future__ import annotations

import pytest

from transforms.errors import WarehouseError
from warehouse import extensions


def test_a_missing_extension_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extensions, "EXTENSIONS", {"no_such_extension": "duckdb-extension-none"})
    with pytest.raises(WarehouseError, match=r"pip install duckdb-extension-none==\d"):
        extensions.probe()
