"""Where articles rest: DuckLake tables over Parquet partitions, read by DuckDB."""

from warehouse.query import connect

__all__ = ["connect"]
