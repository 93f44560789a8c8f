"""Tables in text: CSV, TSV and their dialects."""
