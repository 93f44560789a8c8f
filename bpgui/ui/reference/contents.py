"""What there is to read: kinds that open to their entries, and a line to look for words."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from bpgui.project.reference import KINDS, entries, search
from bpgui.session.guard import guarded
from bpgui.ui.texts import tr_label
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.search_line import SearchLine

KEY = Qt.ItemDataRole.UserRole


class Contents(QWidget):
    """`chosen(key)` when an entry is picked. Words typed leave the entries that hold them, Return takes the best."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = SearchLine(
            self.tr("Look for"), self.tr("Words to look for in all entries; Return opens the best one."), self
        )
        self.line.setPlaceholderText(self.tr("Look for…"))
        self.tree = QTreeWidget(self)
        self.tree.setObjectName("contents")
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(14)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        describe(self.tree, self.tr("Entries"), self.tr("All entries of the reference, kind by kind."))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.line)
        column.addWidget(self.tree, 1)
        self._items: dict[str, QTreeWidgetItem] = {}
        self._kinds: dict[str, QTreeWidgetItem] = {}
        self._found: list[str] = []
        self._fill()
        self.tree.currentItemChanged.connect(self._on_current_changed)
        self.tree.itemClicked.connect(self._on_clicked)
        self.line.textChanged.connect(self._on_text_changed)
        self.line.returnPressed.connect(self._on_return_pressed)

    def _fill(self) -> None:
        for kind in KINDS.values():
            self._kinds[kind.key] = top = QTreeWidgetItem([tr_label(kind.title)])
            self.tree.addTopLevelItem(top)
        for entry in entries().values():
            self._items[entry.key] = item = QTreeWidgetItem([tr_label(entry.label)])
            item.setData(0, KEY, entry.key)
            item.setToolTip(0, tr_label(entry.help or entry.label))
            self._kinds[entry.kind].addChild(item)

    def show_key(self, key: str) -> None:
        """Mark an entry as the one that is read, without a signal."""
        item = self._items[key]
        self.tree.blockSignals(True)
        item.setHidden(False)
        item.parent().setHidden(False)
        for top in self._kinds.values():
            top.setExpanded(top is item.parent() or bool(self._found))
        self.tree.setCurrentItem(item)
        self.tree.blockSignals(False)
        self.tree.scrollToItem(item)

    @property
    def found(self) -> list[str]:
        """Keys of the entries that are listed, the best first; all while nothing is looked for."""
        return list(self._found) if self.line.text().strip() else list(self._items)

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        looking = bool(text.strip())
        self._found = search(text) if looking else []
        listed = set(self.found)
        for key, item in self._items.items():
            item.setHidden(key not in listed)
        current = self.tree.currentItem()
        for top in self._kinds.values():
            own = [top.child(index) for index in range(top.childCount())]
            top.setHidden(all(item.isHidden() for item in own))
            top.setExpanded(looking or current in own)

    @Slot()
    def _on_return_pressed(self) -> None:
        if self.line.text().strip() and self._found:
            self.chosen.emit(self._found[0])

    @Slot(QTreeWidgetItem, QTreeWidgetItem)
    def _on_current_changed(self, now: QTreeWidgetItem | None, before: QTreeWidgetItem | None) -> None:
        key = now.data(0, KEY) if now is not None else None
        if key:
            self.chosen.emit(key)

    @Slot(QTreeWidgetItem, int)
    def _on_clicked(self, item: QTreeWidgetItem, column: int) -> None:
        if item.childCount():
            item.setExpanded(not item.isExpanded())

    @guarded
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.tree.doItemsLayout()  # the sheet's heights were not known before

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self.line.hasFocus():
            self.tree.setFocus()
            if self._found:
                self.show_key(self._found[0])
                self.chosen.emit(self._found[0])
        else:
            event.ignore()
