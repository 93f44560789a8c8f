"""Run first in the bundle: what the program starts (a browser, a file manager) gets the libraries of the system.

PyInstaller's loader has put the bundle's folder into LD_LIBRARY_PATH; this process has taken note of it by now. Where
the program starts itself, to read a file, the loader must do so again, and not take that for done.
"""

import os

_before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if _before is None:
    os.environ.pop("LD_LIBRARY_PATH", None)
else:
    os.environ["LD_LIBRARY_PATH"] = _before
os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
