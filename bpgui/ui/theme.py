"""Colours, once for all: Fusion with a dark or a light palette of our own and one stylesheet.

One meaning a colour: orange and blue are signs, class colours are other hues (with marker shapes), curves are a full
line and a dashed grey-green. Text colours keep WCAG AA contrast on the surfaces they stand on (a test measures it).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

CLASS_SYMBOLS = ("o", "s", "t", "d", "+", "x", "star", "p", "h", "t1")


@dataclass(frozen=True)
class Theme:
    """All colours of the window. `positive` and `negative` are signs, `good` and `bad` verdicts, `warn` a caution.

    `scale` is what type and sizes are multiplied by (`sizes.px`), `stroke` how wide the thinnest line is, in pixels.
    """

    dark: bool
    window: QColor
    bar: QColor
    panel: QColor
    panel_border: QColor
    field: QColor
    field_hover: QColor
    field_border: QColor
    plot: QColor
    grid: QColor
    text: QColor
    muted: QColor
    accent: QColor
    on_accent: QColor
    selection: QColor
    train: QColor
    train_hover: QColor
    on_train: QColor
    positive: QColor
    negative: QColor
    neutral: QColor
    good: QColor
    good_field: QColor
    bad: QColor
    bad_field: QColor
    warn: QColor
    warn_field: QColor
    curve_train: QColor
    curve_validation: QColor
    split_train: QColor
    split_validation: QColor
    split_test: QColor
    class_colors: tuple[QColor, ...]
    class_symbols: tuple[str, ...] = CLASS_SYMBOLS
    scale: float = 1.0
    stroke: float = 1.0

    def diverging_lut(self) -> NDArray[np.ubyte]:
        """(256, 4) RGBA: negative, neutral middle, positive."""
        return _lut(self.negative, self.neutral, self.positive)

    def diverging_color(self, value: float, limit: float) -> QColor:
        """The colour of one value on the symmetric scale −limit … limit; neutral where there is no scale."""
        share = value / limit if limit > 0 and np.isfinite(value) else 0.0
        red, green, blue, _ = self.diverging_lut_row(share)
        return QColor(red, green, blue)

    def diverging_lut_row(self, share: float) -> tuple[int, int, int, int]:
        """RGBA at `share` of the scale, -1 … 1 (clipped)."""
        row = _cached_lut(self)[round((min(max(share, -1.0), 1.0) + 1.0) * 127.5)]
        return int(row[0]), int(row[1]), int(row[2]), int(row[3])

    def on(self, background: QColor) -> QColor:
        """Black or white, whichever reads better on `background`."""
        brightness = _luminance(background) + 0.05
        return QColor("#0b0f13") if brightness**2 >= _BLACK * _WHITE else QColor("#ffffff")


def _colors(*names: str) -> tuple[QColor, ...]:
    return tuple(QColor(name) for name in names)


DARK = Theme(
    dark=True,
    window=QColor("#14181c"),
    bar=QColor("#1a1f24"),
    panel=QColor("#1c2126"),
    panel_border=QColor("#2a3138"),
    field=QColor("#252b32"),
    field_hover=QColor("#2d343c"),
    field_border=QColor("#363e47"),
    plot=QColor("#0f1316"),
    grid=QColor("#2a3138"),
    text=QColor("#e6eaee"),
    muted=QColor("#9aa4ae"),
    accent=QColor("#4fc3ff"),
    on_accent=QColor("#06202f"),
    selection=QColor("#1f4b66"),
    train=QColor("#2c7a4b"),
    train_hover=QColor("#2f8251"),
    on_train=QColor("#ffffff"),
    positive=QColor("#f5a742"),
    negative=QColor("#4a90e2"),
    neutral=QColor("#262c33"),
    good=QColor("#57d18b"),
    good_field=QColor("#15301f"),
    bad=QColor("#ff8a8a"),
    bad_field=QColor("#3a1c20"),
    warn=QColor("#f3c969"),
    warn_field=QColor("#322a15"),
    curve_train=QColor("#ffffff"),
    curve_validation=QColor("#8fb89b"),
    split_train=QColor("#4f8fce"),
    split_validation=QColor("#8a63c9"),
    split_test=QColor("#7b8794"),
    class_colors=_colors(
        "#3cc4ae", "#da6fd0", "#c3d04a", "#9b8cf2", "#f47f9b", "#8fd17a", "#5fd0e8", "#d9b3f0", "#b59b7a", "#b8c4cf"
    ),
)

LIGHT = Theme(
    dark=False,
    window=QColor("#e9edf1"),
    bar=QColor("#f6f8fa"),
    panel=QColor("#ffffff"),
    panel_border=QColor("#d3dae1"),
    field=QColor("#f1f4f7"),
    field_hover=QColor("#e6ebf0"),
    field_border=QColor("#c3ccd5"),
    plot=QColor("#fbfcfd"),
    grid=QColor("#dfe5ea"),
    text=QColor("#1a2129"),
    muted=QColor("#57626d"),
    accent=QColor("#0a6fae"),
    on_accent=QColor("#ffffff"),
    selection=QColor("#cbe6f8"),
    train=QColor("#1f7a45"),
    train_hover=QColor("#18693a"),
    on_train=QColor("#ffffff"),
    positive=QColor("#d9780a"),
    negative=QColor("#2a6fc9"),
    neutral=QColor("#eef1f4"),
    good=QColor("#17683a"),
    good_field=QColor("#e3f4e9"),
    bad=QColor("#b3202c"),
    bad_field=QColor("#fdeaea"),
    warn=QColor("#7a5200"),
    warn_field=QColor("#fdf3d9"),
    curve_train=QColor("#1a2129"),
    curve_validation=QColor("#3f7a53"),
    split_train=QColor("#2f77bd"),
    split_validation=QColor("#7a4fc0"),
    split_test=QColor("#6b7783"),
    class_colors=_colors(
        "#00877a", "#b0379f", "#7d8a00", "#5b49c9", "#c92f5c", "#3c8a2a", "#007d9c", "#8d4fb8", "#7d6038", "#5a6672"
    ),
)

# For a class that looks from the last row: large type, thick lines, nothing grey that has to be read.
PROJECTOR = {"scale": 1.4, "stroke": 2.0}
PROJECTED = {
    True: replace(
        DARK, **PROJECTOR, window=QColor("#000000"), panel=QColor("#0b0e11"), plot=QColor("#000000"),
        text=QColor("#ffffff"), muted=QColor("#d3dae1"), panel_border=QColor("#566370"), field_border=QColor("#7b8896"),
        grid=QColor("#3a444e"), positive=QColor("#ffb347"), negative=QColor("#5aa2ff"),
        curve_validation=QColor("#8fe0a8"),
    ),
    False: replace(
        LIGHT, **PROJECTOR, window=QColor("#dfe4e9"), plot=QColor("#ffffff"), text=QColor("#000000"),
        muted=QColor("#2b343d"), panel_border=QColor("#8b98a5"), field_border=QColor("#66737f"), grid=QColor("#c4ccd4"),
        positive=QColor("#b35300"), negative=QColor("#0b52b5"), curve_train=QColor("#000000"),
        curve_validation=QColor("#16692f"),
    ),
}  # fmt: skip

_BASE = "bpgui-font"  # the application's font at scale 1
_FUSION = "bpgui-fusion"
_current: Theme = DARK
_luts: dict[tuple[bool, float], NDArray[np.ubyte]] = {}


def theme() -> Theme:
    """The theme the window is drawn in now."""
    return _current


def new_application(name: str) -> QApplication:
    """An application in Fusion from the first, so that no style is handed to Python: its enums take milliseconds."""
    app = QApplication([name, "-style", "fusion"])
    app.setProperty(_FUSION, True)
    return app


def apply(app: QApplication, dark: bool, *, projector: bool = False) -> Theme:
    """Draw the whole application in the dark or the light theme, for a desk or for a projector, and return it."""
    global _current
    before, _current = _current, PROJECTED[dark] if projector else DARK if dark else LIGHT
    # Setting a stylesheet styles every widget anew: a quarter of a second for the whole window.
    if before is _current and app.styleSheet():
        return _current
    from bpgui.ui.sizes import refit
    from bpgui.ui.stylesheet import stylesheet

    if not app.property(_FUSION):
        app.setStyle("Fusion")
        app.setProperty(_FUSION, True)
    app.setPalette(palette(_current))
    if before.scale != _current.scale:
        _scale_font(app, _current.scale)
    app.setStyleSheet(stylesheet(_current))
    refit()  # for the sizes, and because a new stylesheet gives back the fonts that were there under the first one
    return _current


def _scale_font(app: QApplication, scale: float) -> None:
    if app.property(_BASE) is None:
        app.setProperty(_BASE, app.font())
    font = QFont(app.property(_BASE))
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * scale)
    else:
        font.setPixelSize(round(font.pixelSize() * scale))
    app.setFont(font)


def system_is_dark() -> bool:
    """What the desktop prefers; dark where it does not say."""
    from PySide6.QtCore import Qt

    return QGuiApplication.styleHints().colorScheme() != Qt.ColorScheme.Light


def palette(colors: Theme) -> QPalette:
    """The Qt palette of a theme."""
    role = QPalette.ColorRole
    result = QPalette()
    for target, color in (
        (role.Window, colors.panel),
        (role.WindowText, colors.text),
        (role.Base, colors.field),
        (role.AlternateBase, colors.panel),
        (role.ToolTipBase, colors.field),
        (role.ToolTipText, colors.text),
        (role.PlaceholderText, colors.muted),
        (role.Text, colors.text),
        (role.Button, colors.field),
        (role.ButtonText, colors.text),
        (role.BrightText, colors.bad),
        (role.Highlight, colors.accent),
        (role.HighlightedText, colors.on_accent),
        (role.Link, colors.accent),
        (role.LinkVisited, colors.accent),
        (role.Light, colors.field_hover),
        (role.Midlight, colors.panel_border),
        (role.Mid, colors.panel_border),
        (role.Dark, colors.field_border),
        (role.Shadow, colors.window),
        (role.Accent, colors.accent),
    ):
        result.setColor(target, color)
    for target in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, target, mix(colors.muted, colors.panel, 0.35))
    return result


def mono_font(size: float | None = None) -> QFont:
    """The fixed-pitch font for numbers (digits keep their width), in points of a desk or in the window's own size."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    usual = max(QApplication.font().pointSizeF(), 7.0)
    font.setPointSizeF(size * _current.scale if size is not None else usual)
    return font


def mix(first: QColor, second: QColor, share: float) -> QColor:
    """`share` of the second colour in the first."""
    parts = zip(_parts(first), _parts(second), strict=True)
    return QColor.fromRgbF(*(a + (b - a) * share for a, b in parts))


def contrast(first: QColor, second: QColor) -> float:
    """Contrast ratio 1 … 21 after WCAG 2.1, section 1.4.3."""
    bright, dim = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _parts(color: QColor) -> tuple[float, float, float]:
    return color.redF(), color.greenF(), color.blueF()


def _luminance(color: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = _parts(color)
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


_BLACK, _WHITE = (_luminance(QColor(name)) + 0.05 for name in ("#0b0f13", "#ffffff"))


def _lut(negative: QColor, neutral: QColor, positive: QColor) -> NDArray[np.ubyte]:
    stops = np.array([(*_parts(c), 1.0) for c in (negative, neutral, positive)]) * 255.0
    at = np.linspace(-1.0, 1.0, 256)
    columns = [np.interp(at, (-1.0, 0.0, 1.0), stops[:, channel]) for channel in range(4)]
    return np.ascontiguousarray(np.rint(np.stack(columns, axis=1)).astype(np.ubyte))


def _cached_lut(colors: Theme) -> NDArray[np.ubyte]:
    key = colors.dark, colors.scale
    if key not in _luts:
        _luts[key] = colors.diverging_lut()
    return _luts[key]
