"""What earlier versions of the program wrote, in the words of this one."""

from __future__ import annotations

from typing import Any


def upgraded_spec(spec: Any) -> Any:
    """The record of a specification: until format 1, a column said whether it was `standardise`d."""
    data = spec.get("data") if isinstance(spec, dict) else None
    columns = data.get("columns") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(columns, list):
        return spec
    return {**spec, "data": {**data, "columns": [_upgraded_column(column) for column in columns]}}


def _upgraded_column(column: Any) -> Any:
    if not isinstance(column, dict) or not isinstance(column.get("standardise"), bool) or "scaling" in column:
        return column
    rest = {key: value for key, value in column.items() if key != "standardise"}
    return {**rest, "scaling": "standard" if column["standardise"] else "none"}
