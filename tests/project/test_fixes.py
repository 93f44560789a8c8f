"""Every way out of every finding is an edit of the document: one step, back and forth, and the finding is gone."""

from __future__ import annotations

from typing import Any

import pytest
from check_cases import Case
from check_table import BAD
from PySide6.QtWidgets import QApplication

from bpgui.session.document import Document


@pytest.mark.parametrize(("key", "severity", "where", "case"), BAD, ids=lambda v: v if isinstance(v, str) else "")
def test_every_fix_is_one_undo_step(qapp: QApplication, key: str, severity: str, where: str, case: Case) -> None:
    spec, table = case()
    document = Document()
    document.store.put(table)
    document.replace(spec, None)
    finding = next(f for f in document.findings if f.key == key)
    for fix in finding.fixes:
        said: list[Any] = []
        document.refused.connect(said.append)
        assert document.edit(fix.label, fix.change), said
        assert document.undo_stack.count() == 1
        assert document.undo_stack.undoText() == fix.label
        assert key not in {f.key for f in document.findings}, fix.label
        document.undo_stack.undo()
        assert document.spec == spec
        assert finding in document.findings
        document.undo_stack.clear()
