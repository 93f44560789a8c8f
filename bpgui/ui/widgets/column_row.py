"""One column of the table: whether it is the target, its role and its kind."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QRadioButton, QWidget

from bpgui.data.spec import Column
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.elided import ElidedLabel


class ColumnRow(QFrame):
    """`role_chosen(name, role)` and `kind_chosen(name, kind)`; the names are those of `data.spec`."""

    role_chosen = Signal(str, str)
    kind_chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rowCard")
        self._column = Column(name="", role="feature", kind="number")
        self._kinds: tuple[str, ...] = ()
        self.target = QRadioButton(self)
        # Each row is in its own frame, so the rows themselves see to it that only one is the target.
        self.target.setAutoExclusive(False)
        self.target.setFixedWidth(18)
        self.name = ElidedLabel("", self)
        self.role = QPushButton(self)
        self.role.setFixedWidth(74)
        self.role.setProperty("menu", True)
        self.kind = QPushButton(self)
        self.kind.setFixedWidth(72)
        for button in (self.role, self.kind):
            button.setProperty("quiet", True)
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 1, 4, 1)
        line.setSpacing(4)
        line.addWidget(self.target)
        line.addWidget(self.name, 1)
        line.addWidget(self.role)
        line.addWidget(self.kind)
        self.target.clicked.connect(self._on_target_clicked)
        self._make_menu()
        self.kind.clicked.connect(self._on_kind_clicked)

    def _make_menu(self) -> None:
        menu = QMenu(self.role)
        menu.setToolTipsVisible(True)
        menu.setAccessibleName(self.tr("Role"))
        self.roles: dict[str, QAction] = {}
        for role, word, sentence in (
            ("feature", self.tr("Feature"), self.tr("An input of the network.")),
            ("target", self.tr("Target"), self.tr("What the network learns; loss and output layer follow.")),
            ("weight", self.tr("Row weight"), self.tr("How much each row counts in the loss; numbers of 0 or more.")),
            ("ignore", self.tr("Ignored"), self.tr("Not used.")),
        ):
            action = menu.addAction(word)
            action.setCheckable(True)
            action.setToolTip(sentence)
            action.setData(role)
            self.roles[role] = action
        menu.triggered.connect(self._on_role_triggered)
        self.role.setMenu(menu)

    def show_column(self, column: Column, description: str, kinds: tuple[str, ...], classes: int) -> None:
        """`description` says what the values are; `classes` how many there are when it is a category."""
        self._column, self._kinds = column, kinds if column.role != "weight" else ("number",)
        self.name.setText(column.name)
        self.name.setToolTip(f"{column.name}: {description}")
        self.name.setEnabled(column.role != "ignore")
        self.target.setChecked(column.role == "target")
        words = {
            "feature": self.tr("feature"),
            "target": self.tr("target"),
            "weight": self.tr("weight"),
            "ignore": self.tr("ignored"),
        }
        self.role.setText(words[column.role])
        for role, action in self.roles.items():
            action.setChecked(role == column.role)
        self.roles["weight"].setEnabled("number" in kinds)
        self.role.setChecked(column.role == "target")
        number = self.tr("number")
        category = self.tr("{0} classes").format(classes) if classes != 1 else self.tr("1 class")
        self.kind.setText(number if column.kind == "number" else category)
        describe(
            self.target,
            self.tr("{0} is the target").format(column.name),
            self.tr("Let the network learn {0}; loss and output layer follow.").format(column.name),
        )
        describe(self.role, self.tr("Role of {0}: {1}").format(column.name, words[column.role]), self._role_help())
        describe(self.kind, self.tr("Kind of {0}: {1}").format(column.name, self.kind.text()), self._kind_help())

    def _role_help(self) -> str:
        if self._column.role == "target":
            return self.tr("What the network learns; click to use the column otherwise.")
        if self._column.role == "ignore":
            return self.tr("Not used; click to use it.")
        if self._column.role == "weight":
            return self.tr("How much each row counts in the loss; click to use the column otherwise.")
        return self.tr("An input of the network; click to use the column otherwise or to leave it out.")

    def _kind_help(self) -> str:
        if len(self._kinds) < 2:
            return self.tr("The only way in which these values can be taken.")
        if self._column.kind == "number":
            return self.tr("Taken as numbers; click to take each different value as a class.")
        return self.tr("Each different value is a class; click to take them as numbers.")

    @Slot()
    def _on_target_clicked(self) -> None:
        self.target.setChecked(self._column.role == "target")
        if self._column.role != "target":
            self.role_chosen.emit(self._column.name, "target")

    @Slot(QAction)
    def _on_role_triggered(self, action: QAction) -> None:
        role = str(action.data())
        for key, other in self.roles.items():
            other.setChecked(key == self._column.role)  # until the project says otherwise
        if role != self._column.role:
            self.role_chosen.emit(self._column.name, role)

    @Slot()
    def _on_kind_clicked(self) -> None:
        if len(self._kinds) > 1:
            other = "category" if self._column.kind == "number" else "number"
            self.kind_chosen.emit(self._column.name, other)
