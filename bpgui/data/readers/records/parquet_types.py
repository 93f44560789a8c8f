"""DuckDB's types as columns of a table: which of them are numbers, dates, text or lists, and which none of these."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

FieldKind = Literal["number", "float", "date", "hours", "text", "list"]
_DAY, _HOUR = 86_400e6, 3600e6  # microseconds
_NUMBERS = re.compile(r"U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DOUBLE|DECIMAL\(\d+,\d+\)|BIGNUM|VARINT")
_DATES = re.compile(r"DATE|TIMESTAMP(?:_S|_MS|_NS)?|TIMESTAMP WITH TIME ZONE")
_TIMES = ("TIME", "TIME_NS")
_LISTS = re.compile(r"((?:U?(?:TINY|SMALL|BIG)INT|U?INTEGER|DOUBLE|FLOAT|DECIMAL\(\d+,\d+\)))((?:\[\d*\]){1,3})")
_DEPTH = 6
_WORDS = {
    "BLOB": "bytes (a picture or a file, perhaps)",
    "MAP": "maps",
    "INTERVAL": "lengths of time in months and days",
    "UNION": "values of several types",
    "BIT": "bits",
    "STRUCT": "records without fields",
    "VARIANT": "values of any type",
    "GEOMETRY": "shapes on a map",
    '"NULL"': "nothing",
}


@dataclass(frozen=True)
class Field:
    """One column, or one field of a record: its dotted name, the SQL that gives its values, their kind."""

    name: str
    sql: str
    kind: FieldKind


def fields_of(described: Sequence[Sequence[Any]]) -> tuple[list[Field], list[tuple[str, str]]]:
    """From DuckDB's DESCRIBE: the fields, and (name, what it holds) of those that no table can hold."""
    fields: list[Field] = []
    refused: list[tuple[str, str]] = []
    for name, type, *_ in described:
        _add(str(name), _quoted(str(name)), str(type), 0, fields, refused)
    return fields, refused


def _add(name: str, sql: str, type: str, depth: int, fields: list[Field], refused: list[tuple[str, str]]) -> None:
    if type.startswith("STRUCT(") and type.endswith(")") and depth < _DEPTH:
        for inner, inner_type in _members(type):
            _add(f"{name}.{inner}", f"struct_extract({sql}, {_literal(inner)})", inner_type, depth + 1, fields, refused)
        return
    made = _field(name, sql, type)
    if made is not None:
        fields.append(made)
    else:
        word = (
            "lists that are not of numbers"
            if type.endswith("]")
            else _WORDS.get(type.split("(")[0], f"values of type {type[:40]}")
        )
        refused.append((name, word))


def _field(name: str, sql: str, type: str) -> Field | None:
    if type == "BOOLEAN":
        return Field(name, f"CASE {sql} WHEN true THEN 'true' WHEN false THEN 'false' END", "text")
    if type == "FLOAT":
        return Field(name, sql, "float")
    if _NUMBERS.fullmatch(type):
        return Field(name, f"CAST({sql} AS DOUBLE)", "number")
    if _DATES.fullmatch(type):
        return Field(name, f"CASE WHEN isfinite({sql}) THEN epoch_us({sql})::DOUBLE / {_DAY:.0f}::DOUBLE END", "date")
    if type in _TIMES:
        return Field(name, f"epoch_us(CAST({sql} AS TIME))::DOUBLE / {_HOUR:.0f}::DOUBLE", "hours")
    if type == "TIME WITH TIME ZONE":
        return None
    if type in ("VARCHAR", "UUID", "JSON") or type.startswith("ENUM("):
        return Field(name, f"CAST({sql} AS VARCHAR)", "text")
    numeric = _LISTS.fullmatch(type)
    if numeric:
        element = "FLOAT" if numeric[1] == "FLOAT" else "DOUBLE"
        return Field(name, f"CAST({sql} AS {element}{'[]' * numeric[2].count('[')})", "list")
    return None


def _members(type: str) -> list[tuple[str, str]]:
    """STRUCT(a INTEGER, "b c" STRUCT(d DOUBLE)) → (a, INTEGER), (b c, STRUCT(d DOUBLE))."""
    text, members = type[len("STRUCT(") : -1], []
    depth, start, inside = 0, 0, False
    for place, letter in enumerate(text + ","):
        if letter == '"':
            inside = not inside
        elif not inside and letter in "([":
            depth += 1
        elif not inside and letter in ")]":
            depth -= 1
        elif letter == "," and not depth and not inside:
            members.append(_member(text[start:place].strip()))
            start = place + 1
    return [member for member in members if member[0] or member[1]]


def _member(text: str) -> tuple[str, str]:
    if text.startswith('"'):
        found = re.match(r'"((?:[^"]|"")*)"\s+(.*)', text, re.DOTALL)
        return (found[1].replace('""', '"'), found[2]) if found else ("", "")
    name, _, type = text.partition(" ")
    return name, type


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def numbers_from(raw: NDArray[Any], kind: FieldKind) -> NDArray[Any]:
    """(rows,) float64, float32 for "float"; NaN where there is no value."""
    dtype = np.float32 if kind == "float" else np.float64
    return np.ma.filled(np.ma.asarray(raw, dtype=dtype), np.nan)
