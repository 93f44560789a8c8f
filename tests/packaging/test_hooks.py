"""What runs first in the packed program."""

from __future__ import annotations

import importlib.util
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOOKS = Path(__file__).resolve().parents[2] / "packaging" / "hooks"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the hooks are Linux's")


def run_hooked(bundle: Path, code: str, **environment: str) -> str:
    """Standard output of a Python with the hooks of a bundle, in a process of its own: a library stays loaded."""
    start = f"import sys, runpy; sys._MEIPASS = {str(bundle)!r}\n"
    hooks = "".join(f"runpy.run_path({str(hook)!r})\n" for hook in sorted(HOOKS.glob("*.py")))
    env = {**os.environ, **environment}
    words = [sys.executable, "-c", start + hooks + code]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def a_library() -> Path:
    """Some shared library that can be loaded by its path."""
    spec = importlib.util.find_spec("_ctypes")
    assert spec is not None
    return Path(str(spec.origin))


LOADED = "print('libbpgui-test' in open('/proc/self/maps').read())\n"


def test_a_missing_library_comes_from_the_bundle_at_the_first_look_for_qt(tmp_path):
    (tmp_path / "fallback").mkdir()
    shutil.copy(a_library(), tmp_path / "fallback" / "libbpgui-test.so.1")
    look = "import importlib.util\nimportlib.util.find_spec('PySide6')\n"
    assert run_hooked(tmp_path, LOADED + look + LOADED).split() == ["False", "True"]


def test_a_library_that_cannot_be_loaded_ends_nothing(tmp_path):
    (tmp_path / "fallback").mkdir()
    (tmp_path / "fallback" / "libbpgui-test.so.1").write_bytes(b"no library")
    look = "import importlib.util\nprint(importlib.util.find_spec('PySide6') is not None)"
    assert run_hooked(tmp_path, look) == "True\n"


def test_what_the_system_has_is_taken_from_it(tmp_path):
    (tmp_path / "fallback").mkdir()
    shutil.copy(a_library(), tmp_path / "fallback" / "libc.so.6")
    look = "import importlib.util\nimportlib.util.find_spec('PySide6')\n"
    assert run_hooked(tmp_path, look + f"print({str(tmp_path)!r} in open('/proc/self/maps').read())") == "False\n"


def test_a_bundle_without_a_fallback_is_left_alone(tmp_path):
    assert run_hooked(tmp_path, "print(any(type(f).__name__ == '_BeforeQt' for f in sys.meta_path))") == "False\n"


@pytest.mark.parametrize("there", [True, False])
def test_fonts_and_keyboards_are_the_bundle_s_where_the_system_has_none(there, tmp_path, monkeypatch):
    (tmp_path / "fallback" / "xkb").mkdir(parents=True)
    (tmp_path / "fallback" / "fonts.conf").touch()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    for name in ("FONTCONFIG_FILE", "XKB_CONFIG_ROOT"):
        monkeypatch.setenv(name, "")  # so that it is put back as it was, also where it was not there
        monkeypatch.delenv(name)
    exists = os.path.exists
    system = ("/etc", "/usr")
    monkeypatch.setattr(os.path, "exists", lambda path: there if str(path).startswith(system) else exists(path))
    before = list(sys.meta_path)
    try:
        hook = runpy.run_path(str(HOOKS / "own_libraries.py"))
    finally:
        sys.meta_path[:] = before
    hook["_point_to_data"](str(tmp_path / "fallback"))
    assert ("FONTCONFIG_FILE" in os.environ, "XKB_CONFIG_ROOT" in os.environ) == (not there, not there)


def test_programs_that_are_started_find_the_system_s_libraries(tmp_path):
    code = "import os\nprint(os.environ.get('LD_LIBRARY_PATH'))"
    assert run_hooked(tmp_path, code, LD_LIBRARY_PATH=str(tmp_path)) == "None\n"
    assert run_hooked(tmp_path, code, LD_LIBRARY_PATH=str(tmp_path), LD_LIBRARY_PATH_ORIG="/opt/x") == "/opt/x\n"


def test_the_program_started_by_itself_looks_for_the_bundle_s_libraries_again(tmp_path):
    """Else its loader takes that for done: on a system without libexpat the child that reads files did not start."""
    code = "import os\nprint(os.environ.get('PYINSTALLER_RESET_ENVIRONMENT'))"
    assert run_hooked(tmp_path, code, LD_LIBRARY_PATH=str(tmp_path)) == "1\n"
