"""The icons in all sizes, drawn by Qt from the SVGs: PNG for Linux, ICO for Windows, ICNS for macOS.

It calls itself with the build's Python, which has Qt: icons.py FOLDER SVG...
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)


def make() -> Path:
    """build/icons: NAME-SIZE.png of program and project, and the program's .ico and .icns."""
    from making import environment
    from making.names import BUILD, LAUNCHER, NAME, ROOT
    from making.process import run

    folder = BUILD / "icons"
    svgs = [ROOT / "resources" / "icons" / f"{NAME}.svg", LAUNCHER / f"application-x-{NAME}.svg"]
    env = {**environment.bare_environment(), "QT_QPA_PLATFORM": "offscreen"}
    run([environment.python(), "-I", __file__, folder, *svgs], env=env)
    return folder


def png(folder: Path, name: str, size: int) -> Path:
    return folder / f"{name}-{size}.png"


def draw(svg: Path, folder: Path) -> None:
    from PySide6.QtCore import QSize, Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(str(svg))
    for size in SIZES:
        image = QImage(QSize(size, size), QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        renderer.render(painter)
        painter.end()
        if not renderer.isValid() or not image.save(str(png(folder, svg.stem, size))):
            raise SystemExit(f"{svg} could not be drawn.")


def put_together(name: str, folder: Path) -> None:
    """The files of Windows and macOS, which hold several sizes."""
    from PIL import Image

    with Image.open(png(folder, name, 512)) as largest:
        others = [Image.open(png(folder, name, size)) for size in ICO_SIZES]
        largest.save(folder / f"{name}.ico", sizes=[(size, size) for size in ICO_SIZES], append_images=others)
        largest.save(folder / f"{name}.icns")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    os.makedirs(target, exist_ok=True)
    for picture in map(Path, sys.argv[2:]):
        draw(picture, target)
    put_together(Path(sys.argv[2]).stem, target)
