"""Colours, icons, numbers and guards: what every panel stands on."""

from __future__ import annotations

import logging
import math

import numpy as np
import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from bpgui.session import guard
from bpgui.session.guard import guarded
from bpgui.ui import theme as themes
from bpgui.ui.actions import ACTIONS
from bpgui.ui.icons import app_icon, icon, pixmap
from bpgui.ui.numbers import clean, finite_range, format_number, short_number
from bpgui.ui.stylesheet import stylesheet
from bpgui.ui.theme import DARK, LIGHT, Theme, contrast, mono_font

BOTH = pytest.mark.parametrize("colors", [DARK, LIGHT], ids=["dark", "light"])
TEXTS = (
    ("text", ("window", "bar", "panel", "field", "field_hover", "selection", "plot")),
    ("muted", ("window", "bar", "panel", "field", "plot")),
    ("accent", ("window", "panel", "field")),
    ("on_accent", ("accent",)),
    ("on_train", ("train", "train_hover")),
    ("good", ("panel", "good_field")),
    ("bad", ("panel", "field", "bad_field")),
    ("warn", ("panel", "warn_field")),
    ("curve_train", ("plot",)),
    ("curve_validation", ("plot",)),
)


@BOTH
@pytest.mark.parametrize(("text", "surfaces"), TEXTS, ids=[name for name, _ in TEXTS])
def test_text_reads_on_its_surfaces(colors: Theme, text: str, surfaces: tuple[str, ...]) -> None:
    for surface in surfaces:
        assert contrast(getattr(colors, text), getattr(colors, surface)) >= 4.5, surface


@BOTH
def test_marks_stand_out_from_the_plot(colors: Theme) -> None:
    """WCAG 1.4.11: graphics need 3 to 1."""
    for color in (*colors.class_colors, colors.positive, colors.negative):
        assert contrast(color, colors.plot) >= 3.0
    assert len({c.name() for c in colors.class_colors}) == len(colors.class_colors) >= 10
    assert len(set(colors.class_symbols)) == len(colors.class_symbols) >= len(colors.class_colors)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21.0)
    assert contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.01)


@BOTH
def test_signs_have_a_symmetric_scale(colors: Theme) -> None:
    lut = colors.diverging_lut()
    assert lut.shape == (256, 4)
    assert lut.dtype == np.ubyte
    assert tuple(lut[0][:3]) == colors.negative.getRgb()[:3]
    assert tuple(lut[-1][:3]) == colors.positive.getRgb()[:3]
    assert colors.diverging_color(0.0, 2.0).name() in (QColor(*map(int, lut[i])).name() for i in (127, 128))
    assert colors.diverging_color(5.0, 2.0) == colors.positive
    assert colors.diverging_color(math.nan, 2.0) == colors.diverging_color(0.0, 2.0)


@BOTH
def test_stylesheet_is_filled_and_its_pictures_exist(colors: Theme) -> None:
    sheet = stylesheet(colors)
    assert "$" not in sheet
    names = [part.split('"')[1] for part in sheet.split("url(")[1:]]
    assert names
    from pathlib import Path

    assert all(Path(name).is_file() for name in names)


def test_theme_is_applied_and_remembered(qapp: QApplication) -> None:
    for dark in (False, True):
        colors = themes.apply(qapp, dark)
        assert themes.theme() is colors
        assert colors.dark is dark
        assert qapp.palette().color(QPalette.ColorRole.WindowText) == colors.text
    assert mono_font().pointSizeF() > 0


def test_every_action_has_its_icon(qapp: QApplication) -> None:
    for entry in ACTIONS.values():
        if entry.icon:
            assert not icon(entry.icon).isNull()
    assert not app_icon().isNull()


def test_icons_take_the_colour_asked_for(qapp: QApplication) -> None:
    image = pixmap("stop", 32, QColor("#ff0000")).toImage()
    assert image.pixelColor(16, 16).name() == "#ff0000"
    assert image.pixelColor(0, 0).alpha() == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0213, "0.0213"),
        (-1.78, "−1.78"),
        (1.2e-5, "1.2e−05"),
        (0.0, "0"),
        (12345.0, "12345"),
        (1.5e9, "1.5e09"),
        (999.9996, "1000"),
        (math.nan, "not a number"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (None, "–"),
    ],
)
def test_numbers_in_short(value: float | None, text: str) -> None:
    assert format_number(value) == text


@pytest.mark.parametrize("value", [0.1, 1e-8, 500.0, -2.5, 1 / 3, 1e300, 0.30000000000000004])
def test_typed_numbers_come_back_exactly(value: float) -> None:
    assert float(short_number(value)) == value


def test_large_whole_numbers_stay_exact() -> None:
    assert short_number(2**63 - 1) == str(2**63 - 1)


def test_plots_get_finite_numbers_or_gaps() -> None:
    raw = np.array([1.0, np.inf, -np.inf, np.nan, 1e308, -2.0])
    cleaned = clean(raw)
    assert cleaned.shape == raw.shape
    np.testing.assert_array_equal(np.isnan(cleaned), [False, True, True, True, True, False])
    assert np.isinf(raw[1]), "the original is left alone"
    assert finite_range(raw) == (-2.0, 1.0)
    assert finite_range(np.array([np.nan])) is None
    assert clean(np.zeros((0, 3))).shape == (0, 3)


def test_guard_keeps_errors_in_python(caplog: pytest.LogCaptureFixture) -> None:
    told: list[str] = []

    class Thing:
        @guarded
        def plain(self) -> int:
            return 1 // 0

        @guarded(default=7)
        def with_default(self) -> int:
            return int(np.zeros((2, 3)) @ np.zeros((2, 3)))

        @guarded
        def fine(self, a: int, *, b: int) -> int:
            return a + b

    guard.set_reporter(lambda error, place: told.append(f"{type(error).__name__} {place.rsplit('.', 1)[-1]}"))
    try:
        with caplog.at_level(logging.ERROR, logger="bpgui"):
            assert Thing().plain() is None
            assert Thing().with_default() == 7
    finally:
        guard.set_reporter(None)
    assert Thing().fine(1, b=2) == 3
    assert told == ["ZeroDivisionError plain", "ValueError with_default"]
    assert all(record.exc_info for record in caplog.records)


def test_guard_survives_a_broken_reporter(caplog: pytest.LogCaptureFixture) -> None:
    def broken(error: BaseException, place: str) -> None:
        raise RuntimeError("no window")

    guard.set_reporter(broken)
    try:
        guard.report(ValueError("x"), "here")
    finally:
        guard.set_reporter(None)
    assert len(caplog.records) == 2
