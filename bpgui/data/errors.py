"""The one error of this floor: a sentence for a person, never a bare exception name."""

from __future__ import annotations


class DataError(Exception):
    """Data that cannot be used: which file, where in it, what was found, what was expected, what to do."""


class ReadingCancelled(Exception):
    """The person cancelled the reading of a file; nothing changed."""
