"""An entry as a page: HTML of the kind that Qt's text widgets read, in the colours of the theme."""

from __future__ import annotations

import re
from html import escape

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from bpgui.engine.fields import Field
from bpgui.project.reference import Entry, entries
from bpgui.project.reference.plain import said
from bpgui.project.reference.reading import LINK
from bpgui.ui.texts import tr_label
from bpgui.ui.theme import Theme, mono_font

_T = "Reference"
SCHEME = "reference:"
# part: heading over it.
PARTS = {
    "use": QT_TRANSLATE_NOOP(_T, "When to use it"), "helps": QT_TRANSLATE_NOOP(_T, "What helps"),
    "care": QT_TRANSLATE_NOOP(_T, "What to look out for"), "source": QT_TRANSLATE_NOOP(_T, "Source"),
}  # fmt: skip
CAPTIONS = {
    "Formula": QT_TRANSLATE_NOOP(_T, "Formula"), "Derivative": QT_TRANSLATE_NOOP(_T, "Derivative"),
    "Gradient": QT_TRANSLATE_NOOP(_T, "Gradient"), "With": QT_TRANSLATE_NOOP(_T, "With"),
}  # fmt: skip
_HAT = re.compile("(.)\u0302")
_EMPHASIS = re.compile(r"\*([^*]+)\*")


def tr(text: str) -> str:
    return QCoreApplication.translate(_T, text)


def style(colors: Theme) -> str:
    """The sheet of all pages."""
    mono = mono_font().family()
    return (
        f"body {{ color: {colors.text.name()}; }}"
        f"a {{ color: {colors.accent.name()}; text-decoration: none; }}"
        f"h3 {{ color: {colors.muted.name()}; font-size: small; font-weight: 600; margin: 16px 0 0 0; }}"
        "p { margin: 6px 0 6px 0; line-height: 120%; }"
        f".quiet {{ color: {colors.muted.name()}; }}"
        ".formula { font-size: large; }"
        f"pre {{ font-family: '{mono}'; margin: 4px 0 4px 0; white-space: pre-wrap; }}"
    )


def page(entry: Entry, colors: Theme) -> str:
    """The body of an entry's page, without its title."""
    blocks = [_formulas(entry, colors)]
    blocks += [f"<p><b>{escape(tr_label(entry.help))}</b></p>"] if entry.help else []
    blocks.append(f"<p>{prose(entry.does)}</p>")
    for part, title in PARTS.items():
        if text := getattr(entry, part):
            blocks.append(f"<h3>{escape(tr(title).upper())}</h3><p>{prose(text)}</p>")
    if entry.fields:
        rows = "".join(map(_field, entry.fields))
        blocks.append(f"<h3>{escape(tr('Settings').upper())}</h3><table cellspacing='0' cellpadding='3'>{rows}</table>")
    if entry.code:
        code = _box(f"<pre>{escape(entry.code.rstrip())}</pre>", colors)
        blocks.append(f"<h3>{escape(tr('As numpy').upper())}</h3>{code}")
    if entry.see:
        see = " &nbsp;·&nbsp; ".join(map(_link, entry.see))
        blocks.append(f"<h3>{escape(tr('See also').upper())}</h3><p>{see}</p>")
    return f"<body>{''.join(blocks)}</body>"


def prose(text: str) -> str:
    """Marked text as HTML: links to other entries, and emphasis."""
    linked = LINK.sub(lambda found: f"<a href='{SCHEME}{found[2]}'>{found[1]}</a>", escape(text, quote=False))
    return _EMPHASIS.sub(r"<i>\1</i>", linked)


def spelled(formula: str) -> str:
    """With m_hat for an m with a hat: marks that are put over a letter end up beside it in many fonts."""
    return _HAT.sub(r"\1_hat", formula)


def _formulas(entry: Entry, colors: Theme) -> str:
    rows = []
    for caption, formula in entry.formulas:
        lines = "<br>".join(escape(line.strip()) for line in spelled(formula).split(";"))
        rows.append(
            f"<tr><td class='quiet' style='padding-right: 14px'>{escape(tr(CAPTIONS[caption]))}</td>"
            f"<td class='formula'>{lines}</td></tr>"
        )
    return _box(f"<table cellspacing='0' cellpadding='2'>{''.join(rows)}</table>", colors) if rows else ""


def _box(content: str, colors: Theme) -> str:
    """A field of another colour as wide as the page."""
    return (
        f"<table width='100%' cellspacing='0' cellpadding='8' bgcolor='{colors.field.name()}'>"
        f"<tr><td>{content}</td></tr></table>"
    )


def _field(field: Field) -> str:
    label, sentence = escape(tr_label(field.label)), escape(tr_label(field.help))
    return (
        f"<tr><td style='padding-right: 14px'><b>{label}</b></td><td>{sentence}"
        f" <span class='quiet'>({escape(said(field))})</span></td></tr>"
    )


def _link(key: str) -> str:
    return f"<a href='{SCHEME}{key}'>{escape(tr_label(entries()[key].label))}</a>"
