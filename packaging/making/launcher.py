"""What a desktop knows the program by: launcher, icons, MIME types, description, man page; for macOS the kinds."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from making import debian_texts, icons, kinds
from making.names import APP_ID, HOME, LAUNCHER, MIME_TYPE, NAME, ROOT, filled, version

DESKTOP_ENTRY = f"applications/{NAME}.desktop"
METAINFO = f"metainfo/{APP_ID}.metainfo.xml"
MIME_PACKAGE = f"mime/packages/{NAME}.xml"
MAN_PAGE = f"man/man1/{NAME}.1.gz"


def desktop_entry() -> str:
    return filled(template(f"{NAME}.desktop.in"), TYPES=";".join(kinds.types()) + ";")


def metainfo() -> str:
    """The description for software centres; its news are the first words of the changelog on this version."""
    changes = debian_texts.changes_of(version(), (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    page = f'  <url type="homepage">{escape(HOME)}</url>\n' if HOME else ""
    return filled(template(f"{NAME}.metainfo.xml.in"), NEWS=escape(changes[0]), HOMEPAGE=page)


def template(name: str) -> str:
    return (LAUNCHER / name).read_text(encoding="utf-8")


def share_tree(share: Path, drawn: Path) -> None:
    """Everything below a folder `share` (/usr/share, ~/.local/share), with the icons drawn by `icons.make()`."""
    write(share / DESKTOP_ENTRY, desktop_entry().encode())
    write(share / METAINFO, metainfo().encode())
    write(share / MIME_PACKAGE, template(f"{NAME}.mime.xml").encode())
    write(share / MAN_PAGE, compressed(filled(template(f"{NAME}.1.in"))))
    for name, source, context in (
        (NAME, ROOT / "resources" / "icons" / f"{NAME}.svg", "apps"),
        (MIME_TYPE.replace("/", "-"), LAUNCHER / f"application-x-{NAME}.svg", "mimetypes"),
    ):
        hicolor = share / "icons" / "hicolor"
        write(hicolor / "scalable" / context / f"{name}.svg", source.read_bytes())
        for size in icons.SIZES:
            png = icons.png(drawn, source.stem, size)
            write(hicolor / f"{size}x{size}" / context / f"{name}.png", png.read_bytes())


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def compressed(text: str) -> bytes:
    """As gzip -9n does: without a name and a time, the same bytes for the same text."""
    return gzip.compress(text.encode(), 9, mtime=0)


def document_types() -> dict[str, Any]:
    """Info.plist's words on what bpgui opens on macOS: its own project, and data, which other programs open too."""
    project = {
        "UTTypeIdentifier": f"{APP_ID}.project", "UTTypeDescription": "bpgui project",
        "UTTypeConformsTo": ["public.data"], "UTTypeIconFile": f"{NAME}.icns",
        "UTTypeTagSpecification": {"public.filename-extension": [NAME], "public.mime-type": MIME_TYPE},
    }  # fmt: skip
    return {
        "UTExportedTypeDeclarations": [project],
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "bpgui project", "CFBundleTypeRole": "Editor", "LSHandlerRank": "Owner",
                "LSItemContentTypes": [f"{APP_ID}.project"],
            },
            {
                "CFBundleTypeName": "Data", "CFBundleTypeRole": "Viewer", "LSHandlerRank": "Alternate",
                "CFBundleTypeExtensions": [suffix.lstrip(".") for suffix in kinds.data_suffixes()],
            },
            {
                "CFBundleTypeName": "Folder with data", "CFBundleTypeRole": "Viewer", "LSHandlerRank": "Alternate",
                "LSItemContentTypes": ["public.folder"],
            },
        ],
    }  # fmt: skip


