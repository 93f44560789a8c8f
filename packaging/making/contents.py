"""What is in a bundle and what is left out: tables that the PyInstaller spec, the checks and the tests share."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

# ---- Python modules

# Imported by name at run time, which no reading of the code can see. Pillow looks for the plugin of each format that
# the reader of images allows; duckdb and msgspec import from their compiled parts; an exported script runs in the
# bundle too (`bpgui --run-script`), with the modules that it imports, and so does what unpacks the .run.
PILLOW_PLUGINS = tuple(f"PIL.{name}ImagePlugin" for name in ("Png", "Jpeg", "Mpo", "Bmp", "Gif", "Tiff", "WebP"))
DUCKDB_PARTS = ("duckdb", "_duckdb")
MSGSPEC_PARTS = ("decimal", "uuid", "enum", "datetime", "zoneinfo", "copy")
SCRIPT_MODULES = ("base64", "hashlib", "lzma", "math", "os", "shutil", "sys", "zlib", "numpy")
HIDDEN = (*PILLOW_PLUGINS, *DUCKDB_PARTS, *MSGSPEC_PARTS, *SCRIPT_MODULES)

# Never used by bpgui, but reached by an import that some library makes only now and then.
EXCLUDED = (
    "tkinter", "_tkinter", "turtle", "idlelib", "lib2to3", "ensurepip", "pip", "setuptools", "distutils",
    "pkg_resources", "wheel", "sqlite3", "curses", "readline", "ssl", "_ssl", "xmlrpc", "ftplib", "smtplib", "imaplib",
    "poplib", "telnetlib", "nntplib", "multiprocessing", "asyncio",
    "numpy.f2py", "numpy.distutils", "numpy.testing", "numpy.tests", "numpy._core._multiarray_tests",
    "PIL.ImageTk", "PIL.ImageQt", "PIL._imagingtk", "PIL._avif", "PIL.AvifImagePlugin", "PIL._imagingft",
    "PIL._imagingcms", "PIL._imagingmath", "duckdb.experimental", "adbc_driver_duckdb",
    "pandas", "polars", "pyarrow", "torch", "tensorflow", "jax", "mlx", "paddle", "scipy", "matplotlib", "IPython",
    "pytest", "fsspec", "ipywidgets", "pytz", "pydantic", "attr", "attrs", "yaml", "cffi",
)  # fmt: skip

# ---- Qt

QT_MODULES = ("QtCore", "QtGui", "QtNetwork", "QtSvg", "QtWidgets")  # what bpgui imports of PySide6

# Qt's libraries that those, or a plugin below, are linked to.
QT_LIBRARIES = (
    "Core", "DBus", "Gui", "Network", "OpenGL", "Svg", "WaylandClient", "WaylandEglClientHwIntegration", "Widgets",
    "XcbQpa",
)  # fmt: skip

# Folder of plugins -> their names on Linux, Windows and macOS.
QT_PLUGINS = {
    "platforms": {"qxcb", "qwayland-generic", "qwayland-egl", "qoffscreen", "qwindows", "qcocoa"},
    "platformthemes": {"qgtk3", "qxdgdesktopportal"},
    "platforminputcontexts": {"composeplatforminputcontextplugin", "ibusplatforminputcontextplugin"},
    "wayland-decoration-client": {"adwaita", "bradient"},
    "wayland-graphics-integration-client": {"qt-plugin-wayland-egl"},
    "wayland-shell-integration": {"xdg-shell"},
    "iconengines": {"qsvgicon"},
    "imageformats": {"qsvg", "qjpeg", "qgif", "qico", "qwebp"},
    "styles": {"qmodernwindowsstyle", "qmacstyle"},
}

# Plugins for which their desktop brings the libraries: where it does not, Qt passes them over.
GUEST_PLUGINS = ("libqgtk3.so",)

# ---- libraries of the system

# What Python itself is linked to comes along; all else, of the display, of fonts and buses, is the system's: the
# package depends on it, the .run brings what may be missing in a folder of its own, taken where the system has none.
# libstdc++ and libgcc_s are the system's too: with older ones the graphics drivers of a newer system do not load.
_OURS = re.compile(r"lib(python3|crypto|ffi|mpdec|bz2|lzma|uuid|expat|z)[.\d]*\.so[.\d]*$")

# Come with symbols, which make megabytes. What lies in the folders *.libs does not survive it.
STRIPPED = (
    "PIL/*.so", "msgspec/*.so", "numpy/**/*.so", "python_calamine/*.so", "safetensors/*.so",
    "PySide6/Qt/lib/libicu*.so.*",
)  # fmt: skip

_SHARED = re.compile(r"(lib)?(?P<name>[^/]+?)(\.abi3)?(\.so|\.dylib|\.dll|\.pyd)[\d.]*$", re.IGNORECASE)


def is_left_out(target: str) -> bool:
    """Whether a file that PyInstaller collected, named by its place in the bundle, is not needed."""
    path = PurePosixPath(target.replace("\\", "/"))
    return _is_unused_qt(path) or _is_pillow_s_rest(path) or _is_foreign(path) or _is_of_the_installer(path)


def _is_unused_qt(path: PurePosixPath) -> bool:
    parts, name = path.parts, path.name
    if "PySide6" in parts and {"translations", "qml", "metatypes", "libexec"} & set(parts):
        return True
    if "plugins" in parts and "PySide6" in parts:
        kind = parts[parts.index("plugins") + 1]
        found = _SHARED.match(name)
        return found is None or found["name"] not in QT_PLUGINS.get(kind, set())
    if "PySide6" not in parts and len(parts) > 1:
        return False
    binding = re.match(r"(Qt[A-Z]\w+)(?:\.abi3\.so|\.pyd)$", name)
    if binding is not None:
        return binding[1] not in QT_MODULES
    library = re.match(r"(?:lib)?Qt6?([A-Z]\w+?)(?:\.framework)?(?:\.so[\d.]*|\.dll|\.dylib)?$", name)
    if library is not None:
        return library[1] not in QT_LIBRARIES
    return bool(re.search(r"pyside6qml|opengl32sw|d3dcompiler", name))


def _is_pillow_s_rest(path: PurePosixPath) -> bool:
    """What only the parts of Pillow that are left out are linked to."""
    unused = r"lib(avif|freetype|harfbuzz|lcms2|brotli)"
    return path.parts[0] in ("pillow.libs", "PIL") and bool(re.match(unused, path.name))


def _is_foreign(path: PurePosixPath) -> bool:
    """A library of the Linux system that lies bare in the bundle's folder and is not one of ours.

    Links to libraries of the wheels lie there too: these know themselves where their libraries are.
    """
    return len(path.parts) == 1 and bool(re.match(r"lib.*\.so[.\d]*$", path.name)) and not _OURS.match(path.name)


def _is_of_the_installer(path: PurePosixPath) -> bool:
    """What pip needs of an installed library; its name, version and licence stay, and licences stand in `licences`."""
    return path.parts[0].endswith(".dist-info") and path.name != "METADATA"
