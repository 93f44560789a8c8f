"""The modules that make the packages are found beside bpgui's own."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "packaging"))  # last: packaging/build.py is not the library `build`
