"""The packed program is run: a build can succeed and its program not start.

On Linux on a virtual screen, in a network namespace of its own, where there is no network at all.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from making import environment
from making.bundle import fresh
from making.commands import PROJECT, TABLE, called
from making.contents import HIDDEN
from making.names import BUILD, NAME, ROOT, program, version
from making.process import BuildError, run
from making.screen import compositor, virtual_screen, wait_for, wait_until

SCREENSHOT = BUILD / "packed.png"


@dataclass(frozen=True)
class Packed:
    """The program with a home of its own; `prefix` are the words that take the network away."""

    path: Path
    home: Path
    prefix: tuple[str, ...]
    display: str

    def words(self, *arguments: str | Path) -> list[str]:
        return [*self.prefix, str(self.path), *map(str, arguments)]

    def env(self) -> dict[str, str]:
        """As a fresh user's session: nothing of this process's own settings but what the system needs to start it."""
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP", "TMP") if name in os.environ}
        homes = {"HOME": str(self.home), "USERPROFILE": str(self.home), "APPDATA": str(self.home)}
        return {**kept, **homes, "LC_ALL": "C.UTF-8", **({"DISPLAY": self.display} if self.display else {})}

    def run(self, *arguments: str | Path) -> str:
        return run(self.words(*arguments), cwd=self.home, env=self.env(), timeout=180.0)


def checks(bundle: Path) -> Iterator[str]:
    """Lines on what was checked. Raises BuildError at the first thing that is not so."""
    linux = sys.platform == "linux"
    if linux:
        environment.provide(["xvfb", "x11-utils", "weston"])
    home = fresh(BUILD / "packed home")
    prefix, why_not = without_network()
    with virtual_screen() if linux else nullcontext("") as display:
        packed = Packed(console_program(bundle), home, prefix, display)
        yield from of_terminal(packed)
        yield from called(packed.run, home)
        yield of_inside(packed, bool(prefix))
        yield of_self_test(packed)
        if linux:
            yield from of_opening(packed)
            yield of_wayland(packed)
    yield f"network: {'none at all in these runs' if prefix else 'could not be taken away: ' + why_not}"


def console_program(bundle: Path) -> Path:
    """The program that writes to a terminal: on Windows it is one of its own."""
    beside = bundle / f"{NAME}-cli.exe"
    return beside if beside.exists() else program(bundle)


def without_network() -> tuple[tuple[str, ...], str]:
    """Words before a command that take its network away, or why they cannot be had."""
    if shutil.which("unshare") is None:
        return (), "there is no unshare here"
    words = ("unshare", "--net") if os.geteuid() == 0 else ("unshare", "--map-root-user", "--net")
    tried = subprocess.run([*words, "true"], capture_output=True, text=True, check=False)
    return (words, "") if tried.returncode == 0 else ((), tried.stderr.strip())


def of_terminal(packed: Packed) -> Iterator[str]:
    said = packed.run("--version").strip()
    if said != f"{NAME} {version()}":
        raise BuildError(f"--version says {said!r}")
    yield f"packed --version: {said}"
    last = json.loads(packed.run("train", "sample:xor", "--json").splitlines()[-1])
    if not last.get("done"):
        raise BuildError(f"train sample:xor ended with {last}")
    yield f"packed train sample:xor: loss {last['train_loss']:.2g} after {last['epochs']} epochs"


def of_inside(packed: Packed, network_gone: bool) -> str:
    """All modules of bpgui and what is imported by name only; Qt's plugins, ICU's tables, resources."""
    modules = sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in (ROOT / NAME).rglob("*.py")
        if path.name != "__main__.py"
    )
    script = Path(__file__).with_name("inside.py")
    done = subprocess.run(
        packed.words("--run-script", script, *modules, *HIDDEN), cwd=packed.home, env=packed.env(), capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    try:
        said = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        raise BuildError(f"inside.py in the packed program: {done.stdout}{done.stderr}") from None
    if said["failed"]:
        reasons = dict.fromkeys(trace.splitlines()[-1] for trace in said["failed"].values())
        raise BuildError("Missing in the packed program:\n" + "\n".join(reasons))
    if network_gone and said["networks"]:
        raise BuildError(f"The packed program ran beside the networks {said['networks']}.")
    return f"packed imports: {said['modules']} modules; {', '.join(said['checks'])}"


def of_self_test(packed: Packed) -> str:
    said = packed.run("--self-test", "--seconds", "2", "--screenshot", SCREENSHOT)
    result = json.loads(said.splitlines()[-1])
    if not result["ok"]:
        raise BuildError(f"--self-test: {said}")
    return f"packed --self-test: ok, first paint after {result['start_ms']:.0f} ms, picture in {SCREENSHOT}"


def of_opening(packed: Packed) -> Iterator[str]:
    """Files given as arguments, as a double click gives them: the table and the project of the commands."""
    for file, title in ((TABLE, f"Import {TABLE}"), (PROJECT, f"{PROJECT} — {NAME}")):
        process = subprocess.Popen(
            packed.words("--new-instance", file), cwd=packed.home, env=packed.env(), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            wait_for(title, packed.display, process)
        finally:
            process.terminate()
            process.wait(timeout=30)
        yield f"packed opens {file}: window '{title}'"


def of_wayland(packed: Packed) -> str:
    """Where there is no X server at all: Qt's parts for Wayland are there, and the window says whose it is."""
    with compositor() as named:
        env = {**packed.env(), **named, "WAYLAND_DEBUG": "1"}
        del env["DISPLAY"]
        log = BUILD / "wayland.log"
        with open(log, "wb") as said:
            process = subprocess.Popen(packed.words("--new-instance", PROJECT), cwd=packed.home, env=env, stderr=said)
        try:
            for part in (f'.set_app_id("{NAME}")', ".attach(wl_buffer@", f'.set_title("{PROJECT} — {NAME}")'):
                wait_until(lambda part=part: part in log.read_text(encoding="utf-8"), process, f"no {part} in {log}")
        finally:
            process.terminate()
            process.wait(timeout=30)
    return f"packed on Wayland: window '{PROJECT} — {NAME}' of {NAME}.desktop"
