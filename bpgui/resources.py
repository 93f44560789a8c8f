"""Where the program's own files (icons, samples' tables, translations) lie, however it was installed."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path


def _roots() -> tuple[Path, ...]:
    """The folders that may be `resources`, surest first.

    An installed wheel carries it inside the package. That is asked before the checkout's folder, because beside an
    installed package lies site-packages, where a `resources` would be somebody else's.
    """
    package = Path(__file__).resolve().parent
    bundle = getattr(sys, "_MEIPASS", None)  # PyInstaller unpacks or places data here
    bundled = (Path(bundle) / "resources", Path(bundle) / "bpgui" / "resources") if bundle else ()
    return (*bundled, package / "resources", package.parent / "resources")


@cache
def resources_folder() -> Path:
    """The one `resources` folder of this installation.

    Raises FileNotFoundError when there is none.
    """
    for root in _roots():
        if root.is_dir():
            return root
    looked = ", ".join(str(root) for root in _roots())
    raise FileNotFoundError(f"The installation of bpgui is incomplete: no folder 'resources' ({looked}).")


def resource(*parts: str) -> Path:
    """The path of one of the program's own files or folders: `resource("icons", "play.svg")`.

    Raises FileNotFoundError, naming the file, when it is not there.
    """
    path = resources_folder().joinpath(*parts)
    if not path.exists():
        name = "/".join(parts)
        raise FileNotFoundError(
            f"The installation of bpgui is incomplete: 'resources/{name}' is missing ({path}). Install it again."
        )
    return path
