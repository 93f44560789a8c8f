"""The ways to look at the data, as a table: for which data each makes sense, and what makes its widget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP

from bpgui.data.table import NumberColumn
from bpgui.ui.explore.source import Source
from bpgui.ui.explore.view import ExploreView


@dataclass(frozen=True)
class ExploreEntry:
    """`fits` says for which data it is offered."""

    key: str
    word: str
    help: str
    fits: Callable[[Source], bool]
    factory: Callable[[], ExploreView]


def _table() -> ExploreView:
    from bpgui.ui.explore.table_view import TableView

    return TableView()


def _histograms() -> ExploreView:
    from bpgui.ui.explore.histograms_view import HistogramsView

    return HistogramsView()


def _balance() -> ExploreView:
    from bpgui.ui.explore.balance_view import BalanceView

    return BalanceView()


def _missing() -> ExploreView:
    from bpgui.ui.explore.missing_view import MissingView

    return MissingView()


def _parts() -> ExploreView:
    from bpgui.ui.explore.parts_view import PartsView

    return PartsView()


def _statistics() -> ExploreView:
    from bpgui.ui.explore.statistics_view import StatisticsView

    return StatisticsView()


def _scatter() -> ExploreView:
    from bpgui.ui.explore.scatter_view import ScatterView

    return ScatterView()


def _pictures() -> ExploreView:
    from bpgui.ui.explore.pictures_view import PicturesView

    return PicturesView()


def _has_numbers(source: Source) -> bool:
    return sum(isinstance(column, NumberColumn) for column in source.flat_columns()) > 1


def _has(source: Source, sounds: bool) -> bool:
    return any((getattr(column, "meaning", "") == "sound") == sounds for column in source.pictures())


_T = "tables"
EXPLORE_VIEWS: dict[str, ExploreEntry] = {
    entry.key: entry
    for entry in (
        ExploreEntry(
            "table",
            QT_TRANSLATE_NOOP(_T, "table"),
            QT_TRANSLATE_NOOP(_T, "Every row of the data, sorted and filtered as you like."),
            lambda source: True,
            _table,
        ),
        ExploreEntry(
            "histograms",
            QT_TRANSLATE_NOOP(_T, "histograms"),
            QT_TRANSLATE_NOOP(_T, "How often which values occur, column by column, by class."),
            lambda source: bool(source.flat_columns()),
            _histograms,
        ),
        ExploreEntry(
            "scatter",
            QT_TRANSLATE_NOOP(_T, "scatter"),
            QT_TRANSLATE_NOOP(_T, "Two columns against each other, a mark a row."),
            _has_numbers,
            _scatter,
        ),
        ExploreEntry(
            "images",
            QT_TRANSLATE_NOOP(_T, "images"),
            QT_TRANSLATE_NOOP(_T, "The images as a grid, class by class."),
            lambda source: _has(source, sounds=False),
            _pictures,
        ),
        ExploreEntry(
            "sounds",
            QT_TRANSLATE_NOOP(_T, "sounds"),
            QT_TRANSLATE_NOOP(_T, "Spectrograms as a grid, by class: time to the right, low tones at the bottom."),
            lambda source: _has(source, sounds=True),
            _pictures,
        ),
        ExploreEntry(
            "balance",
            QT_TRANSLATE_NOOP(_T, "balance"),
            QT_TRANSLATE_NOOP(_T, "How many rows of each class are in each part."),
            lambda source: source.dataset is not None and any(c.kind == "category" for c in source.data.targets),
            _balance,
        ),
        ExploreEntry(
            "missing",
            QT_TRANSLATE_NOOP(_T, "missing"),
            QT_TRANSLATE_NOOP(_T, "Where values are missing, and how many."),
            lambda source: True,
            _missing,
        ),
        ExploreEntry(
            "parts",
            QT_TRANSLATE_NOOP(_T, "parts"),
            QT_TRANSLATE_NOOP(_T, "Which rows are in which part, and what speaks against trusting the split."),
            lambda source: source.dataset is not None,
            _parts,
        ),
        ExploreEntry(
            "statistics",
            QT_TRANSLATE_NOOP(_T, "statistics"),
            QT_TRANSLATE_NOOP(_T, "The numbers that features are scaled by, from the training rows alone."),
            lambda source: source.dataset is not None,
            _statistics,
        ),
    )
}
