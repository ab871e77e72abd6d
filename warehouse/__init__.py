"""Where articles rest: DuckLake tables over Parquet partitions, read by DuckDB."""
