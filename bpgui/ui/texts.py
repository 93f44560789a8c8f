"""Translation of texts that stand in literal tables, where there is no QObject to ask."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def tr_label(text: str) -> str:
    """A label or help sentence of a table (activations, losses, actions, ...) in the person's language."""
    return QCoreApplication.translate("tables", text) if text else ""


def count_text(count: int, one: str, many: str) -> str:
    """`3 rows`, `1 row`, `12 000 rows`: both nouns already translated; groups are set apart by a thin space."""
    return f"{group(count)} {one if count == 1 else many}"


def group(count: int) -> str:
    """12000 -> `12 000`, with narrow no-break spaces."""
    return f"{count:,}".replace(",", "\u202f")
