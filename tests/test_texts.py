"""Every visible text goes through tr(), so that it can be translated: literals given straight to a widget are found."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

UI = Path(__file__).parent.parent / "bpgui" / "ui"
# What shows its arguments to a person.
SHOWING = {
    "setText", "setToolTip", "setStatusTip", "setWhatsThis", "setAccessibleName", "setAccessibleDescription",
    "setWindowTitle", "setPlaceholderText", "setSpecialValueText", "setSuffix", "setPrefix", "addAction", "addMenu",
    "setInformativeText", "setTitle", "setLabelText", "set_note", "set_text", "QLabel", "QPushButton", "QToolButton",
    "QCheckBox", "QAction", "QGroupBox", "QRadioButton", "describe", "ask", "show_message", "drawText",
}  # fmt: skip
WORDS = re.compile(r"[A-Za-z]{3,}")
NAMES = re.compile(r"bpgui|Python|numpy|PySide6|Qt")  # the same in every language


def spoken_literals(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if called not in SHOWING:
            continue
        for argument in node.args:
            literals = [argument] if isinstance(argument, ast.Constant) else []
            if isinstance(argument, ast.JoinedStr):
                literals = [part for part in argument.values if isinstance(part, ast.Constant)]
            found += [
                f"{path.name}:{literal.lineno} {literal.value!r}"
                for literal in literals
                if isinstance(literal.value, str) and WORDS.search(NAMES.sub("", literal.value))
            ]
    return found


def test_no_widget_is_given_a_bare_literal():
    found = [line for path in sorted(UI.rglob("*.py")) for line in spoken_literals(path)]
    assert not found, "wrap in self.tr(): " + "; ".join(found)


@pytest.mark.parametrize(
    ("line", "guilty"),
    [
        ('label.setText("Train it")', True),
        ('label.setText(self.tr("Train it"))', False),
        ('label.setText(f"epoch {n}")', True),
        ('label.setText(f"{n} / {m}")', False),
        ('label.setObjectName("train")', False),
    ],
)
def test_the_finder_finds(tmp_path, line, guilty):
    path = tmp_path / "some.py"
    path.write_text(line)
    assert bool(spoken_literals(path)) is guilty
