"""Run by the packed program itself (`bpgui --run-script inside.py MODULE...`): whether all is there that it may need.

Prints a line of JSON; ends with 1 where something is missing.
"""

import importlib
import json
import os
import socket
import sys
import traceback
from collections.abc import Callable, Iterable
from importlib import metadata


def failures(check: Callable[[str], object], names: Iterable[str]) -> dict[str, str]:
    """name -> what its check raised."""
    found = {}
    for name in names:
        try:
            check(name)
        except Exception:
            found[name] = traceback.format_exc(limit=-2).strip()
    return found


def picture_formats() -> None:
    """Qt's formats that an image in a window or on the clipboard may have."""
    from PySide6.QtGui import QImageReader

    found = {bytes(name.data()).decode() for name in QImageReader.supportedImageFormats()}
    missing = {"png", "jpeg", "gif", "webp", "svg", "bmp"} - found
    assert not missing, missing


def order_of_texts() -> None:
    """The tables of ICU that were kept: numbers by their value, letters in the order of the language."""
    from PySide6.QtCore import QCollator, QLocale

    for language, expected in (("de_DE", ["a", "ä", "b", "z"]), ("sv_SE", ["a", "b", "z", "ä"])):
        collator = QCollator(QLocale(language))
        collator.setNumericMode(True)
        assert sorted(["z", "ä", "b", "a"], key=collator.sortKey) == expected, language
        assert collator.compare("file 2", "file 10") < 0


def own_files() -> None:
    from bpgui.resources import resource

    for parts in (("icons", "bpgui.svg"), ("samples", "iris.csv"), ("lessons", "WRITING.md")):
        assert resource(*parts).is_file()


def about_versions() -> None:
    from bpgui.ui.dialogs.about import COMPONENTS

    for _, distribution, _ in COMPONENTS:
        assert metadata.version(distribution)


def clean_children() -> None:
    """What the program starts is not sent to the bundle's libraries."""
    assert str(vars(sys)["_MEIPASS"]) not in os.environ.get("LD_LIBRARY_PATH", "")


CHECKS = {
    check.__name__: check for check in (picture_formats, order_of_texts, own_files, about_versions, clean_children)
}

if __name__ == "__main__":
    modules = sys.argv[1:]
    failed = {**failures(importlib.import_module, modules), **failures(lambda name: CHECKS[name](), CHECKS)}
    networks = [name for _, name in socket.if_nameindex() if name != "lo"] if hasattr(socket, "if_nameindex") else []
    print(json.dumps({"modules": len(modules), "checks": list(CHECKS), "failed": failed, "networks": networks}))
    sys.exit(1 if failed else 0)
