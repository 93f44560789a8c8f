"""JSON as project files use it: no duplicate keys, no NaN, no half characters, not too deep, and in one form only."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import msgspec

MAX_DEPTH = 64
_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


class BadJson(ValueError):
    """Text that is not the JSON of a project; says where and why."""


def dump(value: Any) -> bytes:
    """Pretty-printed, plain dicts with sorted keys, records in the order of their fields; NaN and infinities are null.

    Raises BadJson for what JSON cannot hold.
    """
    ordered = _ordered(value)
    try:
        text = json.dumps(ordered, ensure_ascii=False, indent=1, allow_nan=False)
        return text.encode("utf-8") + b"\n"
    except UnicodeEncodeError as error:
        raise BadJson(f"a text holds half a character: {error.object[error.start : error.end]!a}") from None
    except (TypeError, ValueError, RecursionError) as error:
        raise BadJson(str(error)) from error


def _ordered(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        value = msgspec.to_builtins(value)
        return _finite(value)
    if isinstance(value, dict):
        return {str(key): _ordered(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, (list, tuple)):
        return [_ordered(item) for item in value]
    return _finite(value)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def parse(data: bytes) -> Any:
    """Dicts, lists, texts, numbers. Raises BadJson."""
    _refuse_deep(data)
    try:
        text = data.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_record, parse_constant=_no_constant, parse_float=_finite_float)
        text.encode("utf-8")
        _refuse_half_characters(value)
    except UnicodeDecodeError as error:
        raise BadJson(f"byte {error.start} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise BadJson(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except BadJson:
        raise
    except (ValueError, RecursionError) as error:  # a whole number of more than 4300 digits
        raise BadJson(str(error)) from None
    return value


def _refuse_deep(data: bytes) -> None:
    depth = 0
    for match in _TOKENS.finditer(data):
        token = match[0][:1]
        if token in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise BadJson(f"byte {match.start()}: more than {MAX_DEPTH} brackets inside each other")
        elif token in b"]}":
            depth -= 1


def _record(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise BadJson(f"the key {twice!a} stands twice in one record")
    return record


def _no_constant(text: str) -> Any:
    raise BadJson(f"{text} is not a number that JSON knows")


def _finite_float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise BadJson(f"the number {text[:40]} is too large")
    return value


def _refuse_half_characters(value: Any) -> None:
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            try:
                item.encode("utf-8")
            except UnicodeEncodeError:
                raise BadJson(f"the text {item[:40]!a} holds half a character") from None
        elif isinstance(item, dict):
            stack.extend(item)
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
