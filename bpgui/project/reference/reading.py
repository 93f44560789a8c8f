"""The files of the reference: Markdown with a heading an entry, labelled paragraphs, and a block of numpy.

    ## relu

    What it does, in a paragraph or two; links are written [ReLU](activation.relu).

    **When to use.** …
    **Source.** …
    **See.** loss.mae, term.kink

Labels are those of LABELS. A line that does not fit raises ValueError with file and line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

# label: the name of its part.
LABELS = {
    "Formula": "formula", "Gradient": "gradient", "With": "where", "When to use": "use", "What helps": "helps",
    "Look out": "care", "Source": "source", "See": "see",
}  # fmt: skip
_LABEL = re.compile(r"\*\*(.+?)\.\*\* *(.*)")
LINK = re.compile(r"\[([^\]]+)\]\(([\w.]+)\)")


@dataclass
class Text:
    """What a file says about one entry: `parts` by the names in LABELS, "does" for what has no label."""

    heading: str
    place: str
    parts: dict[str, str] = field(default_factory=dict)
    code: str = ""


def read(path: Path) -> list[Text]:
    """All entries of a file in its order. Raises ValueError for a line that does not fit."""
    found: list[Text] = []
    part, in_code = "", False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        place = f"{path.name}, line {number}"
        if line.startswith("## "):
            found.append(Text(line.removeprefix("## ").strip(), place))
            part = "does"
        elif line.startswith("```"):
            in_code = not in_code
        elif not found:
            if line and not line.startswith("# "):
                raise ValueError(f"{place}: text before the first entry (“## name”): “{line}”.")
        elif in_code:
            found[-1].code += f"{line}\n"
        elif line.strip():
            part, text = _labelled(line.strip(), part, place)
            before = found[-1].parts.get(part, "")
            found[-1].parts[part] = f"{before} {text}".strip()
    if in_code:
        raise ValueError(f"{path.name}: the last block of code has no end (“```”).")
    return found


def _labelled(line: str, part: str, place: str) -> tuple[str, str]:
    label = _LABEL.match(line)
    if label is None:
        return part, line
    if label[1] not in LABELS:
        raise ValueError(f"{place}: no part is called “{label[1]}”; expected one of {', '.join(LABELS)}.")
    return LABELS[label[1]], label[2]


def bare(text: str) -> str:
    """Without marks: a link is its words."""
    return LINK.sub(r"\1", text).replace("*", "")


def links(text: str) -> list[str]:
    """The keys that a text points at."""
    return [key for _, key in LINK.findall(text)]
