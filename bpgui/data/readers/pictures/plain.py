"""Whether bytes are text: for saying what a file is that is not what its name says."""

from __future__ import annotations

_PRINTED = bytes([9, 10, 13, *range(32, 127)])
_SHARE = 0.85


def is_plain_text(data: bytes) -> bool:
    """Whether nearly all of them are printed characters of ASCII."""
    return bool(data) and len(data.translate(None, _PRINTED)) <= (1 - _SHARE) * len(data)
