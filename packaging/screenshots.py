"""Makes the pictures of the documentation: the real window, trained, at two sizes, dark and light.

    python packaging/screenshots.py [FOLDER]

The folder is packaging/screenshots where none is given. Needs no display.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="bpgui-screenshots-")

from PySide6.QtWidgets import QApplication  # noqa: E402

from bpgui.app import build_window, make_application  # noqa: E402
from bpgui.ui.main_window import MainWindow  # noqa: E402

# name: (sample, width, height, theme, seconds of training; 0 for none)
PICTURES = {
    "watch-dark": ("moons", 1440, 900, "dark", 6.5),
    "watch-light": ("moons", 1440, 900, "light", 6.5),
    "first-start-dark": ("xor", 1440, 900, "dark", 0.0),
    "digits-dark": ("digits8x8", 1440, 900, "dark", 4.0),
    "sine-light": ("sine", 1440, 900, "light", 4.0),
    "small-dark": ("xor", 1280, 720, "dark", 3.0),
    "small-light": ("iris", 1280, 720, "light", 3.0),
}


def spin(application: QApplication, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        application.processEvents()
        time.sleep(0.002)


def take(application: QApplication, window: MainWindow, name: str, folder: Path) -> None:
    sample, width, height, theme, seconds = PICTURES[name]
    window.choose_theme(theme, keep=False)
    window.resize(width, height)
    window.session.document.open_sample(sample)
    spin(application, 0.5)
    if seconds:
        window.session.trainer.train()
        spin(application, seconds)
    window.grab().save(str(folder / f"{name}.png"))
    window.session.trainer.pause()
    spin(application, 0.2)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    application = make_application()
    window = build_window(remember=False)
    window.show()
    for name in PICTURES:
        take(application, window, name, folder)
        print(folder / f"{name}.png")
    window.halt()


if __name__ == "__main__":
    main()
