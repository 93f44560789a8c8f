"""Run in the bundle of the .run: what Qt needs and this system lacks comes from the bundle.

The libraries lie in `fallback` and are loaded, by their names, at the first import of PySide6: the loader then takes
them for those that Qt is linked to. What the system has is taken from the system; a command without a window loads
nothing. A system without any font gets the bundle's.
"""

import ctypes
import os
import sys

_FOLDER = os.path.join(sys._MEIPASS, "fallback")


def _load_missing(folder):
    waiting = []
    for name in sorted(os.listdir(folder)):
        if ".so" in name and not _loads(name, ctypes.DEFAULT_MODE):
            waiting.append(name)
    while waiting:  # each after those that it is linked to
        left = [name for name in waiting if not _loads(os.path.join(folder, name), ctypes.RTLD_GLOBAL)]
        if len(left) == len(waiting):
            return  # Qt's own message says what is missing
        waiting = left


def _loads(path, mode):
    try:
        ctypes.CDLL(path, mode)
    except OSError:
        return False
    return True


def _point_to_data(folder):
    for variable, there, ours in (
        ("FONTCONFIG_FILE", "/etc/fonts/fonts.conf", os.path.join(folder, "fonts.conf")),
        ("XKB_CONFIG_ROOT", "/usr/share/X11/xkb", os.path.join(folder, "xkb")),
    ):
        if not os.path.exists(there) and os.path.exists(ours):
            os.environ.setdefault(variable, ours)


class _BeforeQt:
    """Stands before all finders, and goes at the first look for PySide6."""

    def find_spec(self, name, path=None, target=None):
        if name == "PySide6":
            sys.meta_path.remove(self)
            _load_missing(_FOLDER)
            _point_to_data(_FOLDER)


if os.path.isdir(_FOLDER):
    sys.meta_path.insert(0, _BeforeQt())
