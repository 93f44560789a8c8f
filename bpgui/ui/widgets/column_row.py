"""One column of the table: whether it is the target, its role, its kind, and how it becomes numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QMenu, QPushButton, QRadioButton, QWidget

from bpgui.data.legality import TARGET_KINDS, possible_scalings
from bpgui.data.spec import Column, Kind, Missing, Role, Scaling
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import tr_label
from bpgui.ui.widgets.badge import Badge
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.data_words import KIND_WORDS, MISSING_WORDS, SCALING_WORDS, kind_word, role_word
from bpgui.ui.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from bpgui.project.checks import Finding

ROLES: tuple[tuple[Role | str, str, str], ...] = (
    ("feature", "Feature", "An input of the network."),
    ("target", "Target", "What the network learns; loss and output layer follow."),
    ("also", "Also a target", "Learnt beside the targets that there are."),
    ("weight", "Row weight", "How much each row counts in the loss; numbers of 0 or more."),
    ("split", "Says the split", "Which part or group each row belongs to; used for nothing else."),
    ("ignore", "Ignored", "Not used."),
)


@dataclass(frozen=True)
class ColumnFacts:
    """What is known of a column's values: a line about them, and how they could be taken."""

    description: str
    kinds: tuple[Kind, ...]
    classes: int
    fillings: tuple[Missing, ...]
    weighs: bool
    flat: bool = True
    meaning: str = ""  # what many numbers in one value are


UNKNOWN = ColumnFacts("", (), 0, (), False)


class ColumnRow(QFrame):
    """`chosen(name, what, value)`: `what` is role, kind, scaling, missing or order; values as in `data.spec`.

    `fix_requested(fix)` is a way out of what a check says of the column.
    """

    chosen = Signal(str, str, str)
    fix_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rowCard")
        self._column = Column(name="", role="feature", kind="number")
        self._facts = UNKNOWN
        self._targets = 0
        self.badge: Badge | None = None  # made when there is something to say
        self.target = QRadioButton(self)
        # Each row is in its own frame, so the rows themselves see to it that only one is the target.
        self.target.setAutoExclusive(False)
        sized(self.target, lambda w: w.setFixedWidth(px(18)))
        self.name = ElidedLabel("", self)
        self.how = ElidedLabel("", self)
        self.how.mode = Qt.TextElideMode.ElideRight
        self.how.setProperty("small", True)
        self.how.hide()
        self.role = QPushButton(self)
        sized(self.role, lambda w: w.setFixedWidth(px(70)))
        self.kind = QPushButton(self)
        sized(self.kind, lambda w: w.setFixedWidth(px(87)))
        for button in (self.role, self.kind):
            button.setProperty("quiet", True)
            button.setProperty("menu", True)
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 1, 2, 1)
        grid.setHorizontalSpacing(2)
        grid.setVerticalSpacing(0)
        grid.addWidget(self.target, 0, 0)
        self._line = QHBoxLayout()
        self._line.setSpacing(4)
        self._line.addWidget(self.name, 1)
        grid.addLayout(self._line, 0, 1)
        grid.addWidget(self.role, 0, 2)
        grid.addWidget(self.kind, 0, 3)
        grid.addWidget(self.how, 1, 1, 1, 3)
        grid.setColumnStretch(1, 1)
        self.target.clicked.connect(self._on_target_clicked)
        self.role_menu = self._menu(self.role, self.tr("Role"), self._fill_roles)
        self.kind_menu = self._menu(self.kind, self.tr("Kind"), self._fill_kinds)

    def _menu(self, button: QPushButton, name: str, fill: object) -> QMenu:
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        menu.setAccessibleName(name)
        menu.aboutToShow.connect(fill)  # type: ignore[arg-type]
        menu.triggered.connect(self._on_triggered)
        button.setMenu(menu)
        return menu

    # ---- showing

    def show_column(self, column: Column, facts: ColumnFacts, *, usual: Scaling, targets: int) -> None:
        """`usual` is the scaling that need not be said; `targets` is how many targets there are."""
        self._column, self._facts, self._targets = column, facts, targets
        self.name.setText(column.name)
        self.name.setToolTip(": ".join(filter(None, (column.name, facts.description))))
        self.name.setEnabled(column.role != "ignore")
        self.target.setChecked(column.role == "target")
        self.role.setText(role_word(column))
        self.kind.setText(self._kind_text())
        how = self._how_text(usual)
        self.how.set_text(how)
        self.how.setVisible(bool(how))
        describe(
            self.target,
            self.tr("{0} is the target").format(column.name),
            self.tr("Let the network learn {0}; loss and output layer follow.").format(column.name),
        )
        name = self.tr("Role of {0}: {1}").format(column.name, self.role.text())
        describe(self.role, name, self.tr("What the column is used for; click to change it."))
        name = self.tr("Kind of {0}: {1}").format(column.name, ", ".join(filter(None, (self.kind.text(), how))))
        sentence = self.tr("How the values are taken, scaled and filled in; click to change it.")
        describe(self.kind, name, sentence, reference="term.scaling")

    @property
    def column(self) -> Column:
        """The column that is shown."""
        return self._column

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """A sign behind the name."""
        if self.badge is None and findings:
            self.badge = Badge(self)
            self.badge.fix_requested.connect(self.fix_requested)
            self._line.addWidget(self.badge)
            self.name.setMinimumWidth(1)  # it gives way in a narrow panel
        if self.badge is not None:
            self.badge.show_findings(findings)

    def _kind_text(self) -> str:
        column, classes = self._column, self._facts.classes
        if column.kind == "category" and classes:
            return self.tr("{0} classes").format(classes) if classes != 1 else self.tr("1 class")
        return self._facts.meaning or kind_word(column)

    def _how_text(self, usual: Scaling) -> str:
        """Scaling and filling where they are not the usual ones."""
        column, words = self._column, []
        if column.role not in ("feature", "target"):
            return ""
        if column.scaling != usual and possible_scalings(column.kind) != ("none",):
            words.append(tr_label(SCALING_WORDS[column.scaling][0]))
        if column.missing != "drop":
            words.append(self.tr("missing: {0}").format(tr_label(MISSING_WORDS[column.missing][0])))
        return " · ".join(words)

    # ---- menus

    @Slot()
    def _fill_roles(self) -> None:
        self.role_menu.clear()
        column = self._column
        for role, word, sentence in ROLES:
            if role == "also" and (column.role == "target" or not self._targets):
                continue
            action = self._add(self.role_menu, word, sentence, "role", role, role == column.role)
            if role == "weight":
                action.setEnabled(self._facts.weighs)
            elif role == "split":
                action.setEnabled(self._facts.flat and column.role != "target")
            elif role in ("target", "also"):
                action.setEnabled(self._facts.flat)

    @Slot()
    def _fill_kinds(self) -> None:
        menu, column = self.kind_menu, self._column
        menu.clear()
        for kind in self._possible_kinds():
            word, sentence = KIND_WORDS[kind], _KIND_HELP[kind]
            self._add(menu, word[0].upper() + word[1:], sentence, "kind", kind, kind == column.kind)
        if column.kind == "ordinal":
            self._add(menu, "Order of levels…", "Which value comes after which.", "order", "", False)
        scalings = possible_scalings(column.kind)
        if len(scalings) > 1 and column.role in ("feature", "target"):
            inner = self._submenu(self.tr("Scaling"))
            for scaling in scalings:
                word, sentence = SCALING_WORDS[scaling]
                self._add(inner, word, sentence, "scaling", scaling, scaling == column.scaling)
        if len(self._facts.fillings) > 1 and column.role == "feature":
            inner = self._submenu(self.tr("Missing values"))
            for filling in self._facts.fillings:
                word, sentence = MISSING_WORDS[filling]
                self._add(inner, word, sentence, "missing", filling, filling == column.missing)

    def _possible_kinds(self) -> tuple[Kind, ...]:
        if self._column.role == "weight":
            return ("number",)
        kinds = self._facts.kinds
        return tuple(k for k in kinds if k in TARGET_KINDS) if self._column.role == "target" else kinds

    def _submenu(self, title: str) -> QMenu:
        menu = self.kind_menu.addMenu(title)
        menu.setToolTipsVisible(True)
        menu.setAccessibleName(title)
        return menu

    def _add(self, menu: QMenu, word: str, sentence: str, what: str, value: str, on: bool) -> QAction:
        action = menu.addAction(tr_label(word))
        action.setToolTip(tr_label(sentence))
        action.setCheckable(what != "order")
        action.setChecked(on)
        action.setData((what, value))
        return action

    # ---- choosing

    @Slot()
    def _on_target_clicked(self) -> None:
        self.target.setChecked(self._column.role == "target")
        if self._column.role != "target" or self._targets > 1:
            self.chosen.emit(self._column.name, "role", "target")

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        what, value = action.data()
        held = {"role": self._column.role, "kind": self._column.kind, "scaling": self._column.scaling,
                "missing": self._column.missing}  # fmt: skip
        # The only target chosen again is no edit; one of several becomes the only one.
        if held.get(what) != value or (value == "target" and self._targets > 1):
            self.chosen.emit(self._column.name, what, value)


_KIND_HELP: dict[Kind, str] = {
    "number": "As numbers.",
    "category": "Each different value is a class.",
    "ordinal": "Words in an order, such as low, medium, high: the place in it is the number.",
    "date": "Days, and where they lie in the year and the week.",
    "text": "Free text is not used as an input.",
}
