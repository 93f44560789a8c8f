"""HTML pages as PDF files and as documents to look at; pictures in them are drawn from SVG."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QUrl
from PySide6.QtGui import QGuiApplication, QImage, QPageSize, QPainter, QPdfWriter, QTextDocument
from PySide6.QtSvg import QSvgRenderer

from bpgui.project.atomic import write_atomically

_SHARP = 3  # pixels of a picture by those of its SVG
_RESOLUTION = 1200


@contextmanager
def without_window() -> Iterator[None]:
    """Qt ready to lay out pages where there is no window, on the command line."""
    if QGuiApplication.instance() is not None:
        yield
        return
    os.environ["QT_QPA_PLATFORM"] = "offscreen"  # whatever the person asked for: there may be no display
    application = QGuiApplication(["bpgui"])
    yield
    application.shutdown()


def document(html: str, pictures: Mapping[str, str]) -> QTextDocument:
    """A document of the page; `pictures` are SVG texts by the names that they have in it."""
    made = QTextDocument()
    for name, svg in pictures.items():
        made.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(name), drawn(svg))
    made.setHtml(html)
    return made


def drawn(svg: str) -> QImage:
    """White below it, sharp enough for paper."""
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    image = QImage(renderer.defaultSize() * _SHARP, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    image.setDevicePixelRatio(_SHARP)
    return image


def write_pdf(path: Path, html: str, pictures: Mapping[str, str], title: str) -> None:
    """On A4. Raises StorageError; the file that was there is then as it was."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_RESOLUTION)
    writer.setTitle(title)
    writer.setCreator("bpgui")
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF())  # printing leaves 2 cm of its own, and numbers the pages there
    document(html, pictures).print_(writer)
    buffer.close()
    write_atomically(path, data.data())
