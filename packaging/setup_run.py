#!/usr/bin/env python3
"""Set bpgui up once in .venv, then run it or its tests. Standard library only, Python 3.11 or newer.

    python3 packaging/setup_run.py app [FILE...]       open the window
    python3 packaging/setup_run.py test [pytest args]  ruff, mypy, lint-imports and the tests

It works where there is neither ensurepip nor a Qt library (a bare Debian), as root and as an ordinary user. Nothing is
written outside the checkout, except by apt-get when the command is run as root and a library that Qt needs is missing.
"""

from __future__ import annotations  # a SyntaxError here means: Python 3.11 or newer is needed

import hashlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STATE = VENV / "bpgui-setup.json"
OLDEST = (3, 11)

sys.path.insert(0, str(ROOT))
from bpgui.display import has_display, missing_libraries, not_loadable  # noqa: E402 (standard library only)

sys.path.remove(str(ROOT))


class SetupError(Exception):
    """Set-up cannot go on; the text says what to do."""


def say(text: str) -> None:
    print(f"bpgui: {text}", file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    if sys.version_info < OLDEST:
        say(
            f"Python {dotted(OLDEST)} or newer is needed; {sys.executable} is {dotted(sys.version_info[:3])}. "
            f"Run this script with a newer one, for instance: python{dotted(OLDEST)} packaging/setup_run.py app"
        )
        return 1
    if not arguments or arguments[0] not in ("app", "test"):
        print(__doc__)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    try:
        if arguments[0] == "app":
            run_app(arguments[1:])
        return run_tests(arguments[1:])
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Interrupted. The same command goes on from here.")
        return 130


def dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)


# ---- the two commands


def run_app(files: list[str]) -> NoReturn:
    shown = has_display()
    if shown:
        provide_libraries(missing_libraries(window=True))
    set_up("app")
    if shown:
        become(["-m", "bpgui", *files])
    source = files[0] if files else "sample:xor"
    say(f"There is no display here, so {source} is trained in this terminal instead of in the window.")
    become(["-m", "bpgui", "train", source])


def run_tests(arguments: list[str]) -> int:
    """Every check runs, the quick ones first, so that one run shows all there is to mend."""
    provide_libraries(missing_libraries(window=False))
    set_up("test")
    checks = {
        "ruff": ["-m", "ruff", "check"],
        "mypy": ["-m", "mypy"],
        "lint-imports": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        "pytest": ["-m", "pytest", *arguments],
    }
    results = {}
    for name, command in checks.items():
        say(f"---- {name}")
        start = time.monotonic()
        code = call([str(venv_python()), *command], cwd=ROOT)
        results[name] = (code, time.monotonic() - start)
    say("---- summary")
    for name, (code, seconds) in results.items():
        say(f"{name:<13}{'passed' if code == 0 else f'FAILED (exit code {code})'} in {seconds:.0f} s")
    return 1 if any(code for code, _ in results.values()) else 0


def become(arguments: list[str]) -> NoReturn:
    """Replace this process by the program, so that signals, terminal and exit code are its own.

    `-P` keeps a `numpy.py` or `random.py` in the user's folder from being imported.
    """
    command = [str(venv_python()), "-P", *arguments]
    if os.name == "nt":  # execv returns to the shell at once on Windows
        sys.exit(call(command))
    sys.stdout.flush()
    os.execv(command[0], command)


def call(command: list[str], cwd: Path | None = None, env: dict[str, str] | None = None) -> int:
    """Run to the end and return the exit code. A SIGTERM is passed on to the command and ends this process too."""
    import signal
    import subprocess

    stopped: list[int] = []
    with subprocess.Popen(command, cwd=cwd, env=env) as process:

        def stop(number: int, _: object) -> None:
            stopped.append(number)
            process.terminate()

        previous = signal.signal(signal.SIGTERM, stop)
        try:
            code = process.wait()
        finally:
            signal.signal(signal.SIGTERM, previous)
    if stopped:
        sys.exit(128 + stopped[0])
    return code


# ---- the environment


def venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def requirements_key() -> str:
    """A hash of what decides on the installed packages: pyproject's `project` and `build-system` tables."""
    import tomllib

    with open(ROOT / "pyproject.toml", "rb") as file:
        tables = tomllib.load(file)
    decisive = {name: tables.get(name) for name in ("project", "build-system")}
    return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()


def place() -> list[str]:
    """What a virtual environment is bound to: the Python it was made with, and its folder."""
    return [dotted(sys.version_info[:2]), str(ROOT)]


def read_state() -> dict[str, Any]:
    """Empty where this script has not been at work; `finished` is false where it was interrupted."""
    try:
        state = json.loads(STATE.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        return {"finished": False}
    return state if isinstance(state, dict) else {"finished": False}


def write_state(state: dict[str, Any]) -> None:
    unfinished = STATE.with_suffix(".new")
    unfinished.write_text(json.dumps(state), encoding="utf-8")
    os.replace(unfinished, STATE)


def set_up(extra: str) -> None:
    """Bring .venv to what pyproject.toml asks for. Costs milliseconds when it is there already.

    The state file says `finished` only after the last step, so an interrupted set-up begins again by itself. A failed
    update (no network) puts the former state back: what worked goes on working.
    """
    state = read_state()
    tests = extra == "test" or state.get("tests") is True  # the tests' environment is the application's and more
    wanted = {"finished": True, "key": requirements_key(), "place": place(), "tests": tests}
    if state == wanted and venv_python().exists():
        return
    try:
        install(state, wanted)
    except OSError as error:
        raise SetupError(
            f"Set-up failed: {error}. Is there room on the disk, and are {ROOT} and its .venv yours to write?"
        ) from error


def install(former: dict[str, Any], wanted: dict[str, Any]) -> None:
    if usable(former):
        say("Updating .venv ...")
    else:
        make_venv()
        former = {"finished": False}
    write_state({"finished": False})
    project = ".[test]" if wanted["tests"] else "."
    say("Installing bpgui and its libraries (once; up to 250 MB are downloaded) ...")
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    code = call([*pip_command(), "install", *quiet, "--no-input", "-e", project], cwd=ROOT, env=pip_environment())
    if code:
        write_state(former)
        raise SetupError(
            "pip could not install the libraries; what it says above is the reason. Without a network connection, "
            "connect and run the same command again; behind a proxy or a mirror set HTTPS_PROXY or PIP_INDEX_URL."
        )
    write_state(wanted)
    say("Set-up is done.")


def usable(state: dict[str, Any]) -> bool:
    """Whether the .venv that is there can be kept: it was finished for this place or made by the user, and it runs."""
    if not VENV.is_dir() or (state and (not state.get("finished") or state.get("place") != place())):
        return False
    try:
        return runs("-c", f"import sys; sys.exit(sys.version_info < {OLDEST})")
    except OSError:
        return False


def runs(*arguments: str) -> bool:
    import subprocess

    return subprocess.run([venv_python(), *arguments], capture_output=True, check=False).returncode == 0


def make_venv() -> None:
    """A new .venv: an ordinary one where ensurepip is there, else one without pip (Debian without python3-venv)."""
    import shutil
    from importlib.util import find_spec

    say(f"Making .venv with Python {dotted(sys.version_info[:3])} ...")
    shutil.rmtree(venv_python().parent, ignore_errors=True)  # first, lest half a removed .venv looks like a whole one
    shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir(exist_ok=True)
    write_state({"finished": False})
    if find_spec("venv") is None:
        raise SetupError("This Python has no module 'venv'. " + python_packages())
    ways = [[], ["--without-pip"]] if find_spec("ensurepip") else [["--without-pip"]]
    if not any(call([sys.executable, "-m", "venv", *way, str(VENV)]) == 0 for way in ways):
        raise SetupError("'python3 -m venv' failed; what it says above is the reason.")


def pip_command() -> list[str]:
    """The environment's own pip, or this Python's pip working on the environment."""
    from importlib.util import find_spec

    if runs("-c", "import pip"):
        return [str(venv_python()), "-m", "pip"]
    if find_spec("pip") is None:
        raise SetupError("This Python has neither 'ensurepip' nor 'pip'. " + python_packages())
    return [sys.executable, "-m", "pip", "--python", str(venv_python())]


def python_packages() -> str:
    return "On Debian and Ubuntu: sudo apt-get install -y python3-venv python3-pip"


def pip_environment() -> dict[str, str]:
    """The user's settings (index, proxy, certificates), without those that would send packages elsewhere."""
    elsewhere = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV", "PYTHONHOME")
    kept = {name: value for name, value in os.environ.items() if name not in (*elsewhere, "PYTHONPATH")}
    return {**kept, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}


# ---- libraries of the system


def provide_libraries(missing: dict[str, str]) -> None:
    """Install what is missing when allowed to (root, Debian or its kin), else say the line that does it."""
    import shutil

    if not missing:
        return
    packages = sorted(set(missing.values()))
    listed = " ".join(packages)
    if shutil.which("apt-get") is None:
        raise SetupError(
            f"Qt needs libraries that are not installed: {', '.join(missing)}. Install the packages of your system "
            f"that hold them (on Debian they are called {listed}), then run the same command again."
        )
    if os.geteuid() != 0:
        raise SetupError(
            "Qt needs libraries that are not installed. Run this line, then the same command again:\n"
            f"  sudo apt-get install -y {listed}"
        )
    say(f"Installing the system libraries that Qt needs and this machine lacks, with apt-get: {listed} ...")
    apt_install(packages)
    still = not_loadable(missing)
    if still:
        raise SetupError(f"The packages were installed, but these libraries do not load: {', '.join(still)}.")


def apt_install(packages: list[str]) -> None:
    """apt-get, with its package lists fetched first only where the first try fails (fresh containers have none)."""
    import subprocess

    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install_line = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    for line in (install_line, ["apt-get", "update", "-q"], install_line):
        done = subprocess.run(line, env=environment, capture_output=True, text=True, errors="replace", check=False)
        if line is install_line and done.returncode == 0:
            return
    tail = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
    raise SetupError(f"apt-get failed:\n{tail}\nInstall them yourself: apt-get install -y {' '.join(packages)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
