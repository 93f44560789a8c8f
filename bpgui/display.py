"""Whether a window can be opened on this machine, asked before Qt is: where it cannot, Qt ends the process.

Standard library only: the set-up script asks the same before anything is installed.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

# soname -> Debian package: what Qt needs to be imported, and what a window needs on X11 and on Wayland.
QT_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
}
X11_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WAYLAND_LIBRARIES = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
DISPLAYS = {"DISPLAY": X11_LIBRARIES, "WAYLAND_DISPLAY": WAYLAND_LIBRARIES}
SYSTEMS = {"WAYLAND_DISPLAY": "wayland", "DISPLAY": "xcb"}  # Qt's names, in the order that it tries them in
# Programs that show a text in a window and need no Qt of ours, best first; the text is the last word.
BOXES = (
    ("zenity", "--error", "--no-markup", "--title=bpgui", "--text"), ("kdialog", "--title", "bpgui", "--error"),
    ("xmessage", "-center"), ("notify-send", "bpgui"),
)  # fmt: skip

NO_DISPLAY = """bpgui cannot open a window: there is no display.
Start it in a desktop session, or train without a window: bpgui train sample:xor"""
SILENT_DISPLAY = """bpgui cannot open a window: the display {display} does not answer, or does not let you in.
Start it in the session of the person who is logged in there, or train without a window: bpgui train sample:xor"""
LACKING = """bpgui cannot open a window: Qt needs {libraries}, which cannot be loaded here.
{remedy}"""
BROKEN = """bpgui cannot open a window: Qt could not be loaded.
  {error}
Install bpgui again; its libraries are not complete."""


def platform() -> str:
    """The platform of Qt that was asked for by QT_QPA_PLATFORM, "" where Qt is to choose."""
    return os.environ.get("QT_QPA_PLATFORM", "").split(":")[0]


def has_display() -> bool:
    """Whether Qt will find a screen."""
    if sys.platform != "linux" or platform():
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def why_no_window() -> str | None:
    """What keeps Qt from opening a window here and what to do about it, in words for a person; None where nothing does.

    Takes a few milliseconds, and what it loads is needed anyway.
    """
    if not has_display():
        return NO_DISPLAY
    try:
        importlib.import_module("PySide6.QtWidgets")
    except ImportError as error:
        return _not_loaded(str(error))
    return _why_not_there() if sys.platform == "linux" else None


def tell(reason: str) -> None:
    """On standard error; where the start came from a launcher nobody reads that, so in a box of the desktop's too."""
    print(reason, file=sys.stderr)
    streams = (sys.stdin, sys.stdout, sys.stderr)
    seen = any(stream is not None and stream.isatty() for stream in streams)
    if seen or sys.platform != "linux" or not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return
    import shutil
    import subprocess

    for words in BOXES:
        if shutil.which(words[0]) is not None:
            nowhere = subprocess.DEVNULL
            subprocess.Popen([*words, reason], stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True)
            return


def _why_not_there() -> str | None:
    """Qt tries what is asked for, else what the session names: one of them has to work."""
    asked = [name.split(":")[0] for name in os.environ.get("QT_QPA_PLATFORM", "").split(";") if name]
    systems = asked or [name for variable, name in SYSTEMS.items() if os.environ.get(variable)]
    reasons = []
    for system in systems:
        reason = _REASONS[system]() if system in _REASONS else None
        if reason is None:
            return None
        reasons.append(reason)
    return min(reasons, key=lambda reason: "does not answer" in reason)  # first what can be mended by installing


def _why_not_on_wayland() -> str | None:
    try:
        ctypes.CDLL(str(_plugin("libqwayland-generic.so", "libwayland-client.so.0")))
    except OSError as error:
        return _not_loaded(str(error), WAYLAND_LIBRARIES)
    return None if _wayland_answers() else SILENT_DISPLAY.format(display=os.environ.get("WAYLAND_DISPLAY", "wayland-0"))


def _why_not_on_x11() -> str | None:
    try:
        ctypes.CDLL(str(_plugin("libqxcb.so", "libX11-xcb.so.1")))
    except OSError as error:
        return _not_loaded(str(error), X11_LIBRARIES)
    return None if _x11_answers() else SILENT_DISPLAY.format(display=os.environ.get("DISPLAY", ""))


_REASONS = {"wayland": _why_not_on_wayland, "xcb": _why_not_on_x11}


def _plugin(name: str, instead: str) -> Path:
    """Qt's part for a system, which lies beside PySide6 in a wheel and in a bundle."""
    spec = importlib.util.find_spec("PySide6")
    homes = [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    for home in homes:
        for plugins in (home / "Qt" / "plugins", home / "plugins"):
            if (plugins / "platforms" / name).exists():
                return plugins / "platforms" / name
    return Path(instead)  # Qt of the system: its own packages see to the rest


def _wayland_answers() -> bool:
    """Whether the compositor of WAYLAND_DISPLAY accepts a connection."""
    try:
        wayland = ctypes.CDLL("libwayland-client.so.0")
    except OSError:
        return True  # Qt will say what it lacks
    wayland.wl_display_connect.restype = ctypes.c_void_p
    connection = wayland.wl_display_connect(None)
    if connection:
        wayland.wl_display_disconnect(ctypes.c_void_p(connection))
    return bool(connection)


def _x11_answers() -> bool:
    """Whether the X server of DISPLAY accepts a connection."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # Qt will say what it lacks
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    answered = not xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return bool(answered)


def _not_loaded(error: str, system: Mapping[str, str] = X11_LIBRARIES) -> str:
    """The loader names one library at a time: all that are missing are said at once."""
    named = re.findall(r"(lib[\w.+-]+\.so(?:\.\d+)*): cannot open shared object", error)
    known = {**QT_LIBRARIES, **system}
    lacking = sorted({*named, *not_loadable(known)})
    if not named:
        return BROKEN.format(error=error)
    packages = sorted({known[name] for name in lacking if name in known})
    remedy = f"Install the packages of your system that hold {'it' if len(lacking) == 1 else 'them'}"
    if packages:
        remedy += f"; on Debian and Ubuntu:\n  sudo apt-get install -y {' '.join(packages)}"
    else:
        remedy += "."
    return LACKING.format(libraries=", ".join(lacking), remedy=remedy)


def missing_libraries(*, window: bool) -> dict[str, str]:
    """soname -> package of the libraries that Qt needs and this machine has not; loading them is the only sure test.

    With both an X11 and a Wayland display one complete set is enough.
    """
    if not sys.platform.startswith("linux"):
        return {}
    lacking = {name: QT_LIBRARIES[name] for name in not_loadable(QT_LIBRARIES)}
    if not window:
        return lacking
    groups = [group for name, group in DISPLAYS.items() if os.environ.get(name)]
    per_display = [{name: group[name] for name in not_loadable(group)} for group in groups]
    return {**lacking, **(per_display[0] if per_display and all(per_display) else {})}


def not_loadable(libraries: Iterable[str]) -> list[str]:
    """The libraries (sonames) that the loader does not find."""
    return [soname for soname in libraries if not loads(soname)]


def loads(soname: str) -> bool:
    """Whether the loader finds a library and all that it needs."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True
