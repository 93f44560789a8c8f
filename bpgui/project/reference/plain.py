"""An entry as plain text, for the terminal."""

from __future__ import annotations

from textwrap import fill, indent

from bpgui.engine.fields import Field
from bpgui.project.reference.entries import KINDS, Entry, entries
from bpgui.project.reference.reading import bare

# part: heading over it.
PARTS = {"use": "When to use", "helps": "What helps", "care": "Look out", "source": "Source"}


def plain_text(entry: Entry, width: int = 80) -> str:
    """Label, formulas, prose, settings, numpy and what to see, in lines of at most `width`."""
    blocks = [f"{entry.label}  ({entry.key})"]
    if entry.formulas:
        wide = max(len(caption) for caption, _ in entry.formulas)
        blocks.append("\n".join(f"  {caption:<{wide}}  {formula}" for caption, formula in entry.formulas))
    blocks += [fill(bare(text), width) for text in (entry.help, entry.does) if text]
    blocks += [fill(f"{title}: {bare(text)}", width) for part, title in PARTS.items() if (text := getattr(entry, part))]
    if entry.fields:
        blocks.append("\n".join(f"  {field.name} ({said(field)}): {field.help}" for field in entry.fields))
    if entry.code:
        blocks.append("As numpy:\n" + indent(entry.code.rstrip(), "    "))
    if entry.see:
        blocks.append(fill("See: " + ", ".join(f"{entries()[key].label} ({key})" for key in entry.see), width))
    return "\n\n".join(blocks)


def index_text() -> str:
    """All keys with their labels, kind by kind."""
    blocks = []
    for kind in KINDS.values():
        own = [entry for entry in entries().values() if entry.kind == kind.key]
        blocks.append(f"{kind.title}\n" + "\n".join(f"  {entry.key:<34} {entry.label}" for entry in own))
    return "\n\n".join(blocks)


def said(field: Field) -> str:
    """What it is at first, and from where to where it goes."""
    if isinstance(field.default, bool):
        return "on or off"
    if field.choices:
        return ", ".join(choice or "none" for choice in field.choices)
    text = f"{field.default:g}" if isinstance(field.default, (int, float)) else str(field.default)
    if field.minimum is not None and field.maximum is not None:
        return f"{text}; {field.minimum:g} to {field.maximum:g}"
    return text
