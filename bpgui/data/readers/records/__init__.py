"""Files of records: JSON, JSON lines, Parquet."""
