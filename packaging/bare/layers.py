"""The machines that copies are made of: Debian 12 by debootstrap, and what is installed over it. Kept between runs."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bare import host
from bare.machine import USER, USER_ID, Machine
from bare.report import Failed, Report

# What is installed beyond Debian's minimal system, in layers over "bare".
LAYERS: dict[str, tuple[str, ...]] = {
    "bare": ("ca-certificates",),
    # what every desktop has and no program brings along: who opens which file
    "desktop": ("xdg-utils", "shared-mime-info", "desktop-file-utils", "libglib2.0-bin", "file"),
    "python": ("python3", "python3-pip"),
    # not a part of any machine that is looked at: a screen, hands, and eyes that read
    "screen": ("xvfb", "openbox", "xdotool", "x11-utils", "fonts-dejavu-core", "tesseract-ocr"),
}


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One run at a time works in a folder. Raises Failed where there is another."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Failed(f"another run is at work in {folder}") from error
        yield


class Layers:
    """Folders with the files of a machine each, made when first asked for."""

    def __init__(self, folder: Path, report: Report, *, fresh: bool = False) -> None:
        self._folder = folder
        self._report = report
        folder.mkdir(parents=True, exist_ok=True)
        if fresh:
            shutil.rmtree(folder / "layers", ignore_errors=True)
        self.screens = folder / "screens"
        self.screens.mkdir(exist_ok=True)
        self.screens.chmod(0o1777)

    def machine(self, layer: str, name: str) -> Machine:
        """A machine with a fresh copy of a layer."""
        settings = host.pip_settings(), *host.pip_environment().values()
        places = host.local_places(*settings) if layer == "python" else []
        return Machine(self.get(layer), self._folder / "machines" / name, self.screens, places=places)

    def get(self, name: str) -> Path:
        """The folder of a layer. Raises Failed where it cannot be made."""
        root, stamp = self._folder / "layers" / name, self._folder / "layers" / f"{name}.json"
        key = json.dumps([LAYERS["bare"], LAYERS[name], host.mirrors(), host.pip_settings()])
        if root.is_dir() and stamp.exists() and stamp.read_text(encoding="utf-8") == key:
            return root
        stamp.unlink(missing_ok=True)
        shutil.rmtree(root, ignore_errors=True)
        root.parent.mkdir(parents=True, exist_ok=True)
        if name == "bare":
            with self._report.step("made a bare Debian 12 with debootstrap (kept for later runs)"):
                _bootstrap(root)
        else:
            base = self.get("bare")
            with self._report.step(f'made the layer "{name}" over it: {" ".join(LAYERS[name])}'):
                self._install(base, root, LAYERS[name])
        stamp.write_text(key, encoding="utf-8")
        return root

    def _install(self, base: Path, root: Path, packages: tuple[str, ...]) -> None:
        made = self._folder / "machines" / f"making-{root.name}"
        machine = Machine(base, made, self.screens)
        try:
            machine.apt("update", "-q")
            machine.apt("install", "-y", "-q", "--no-install-recommends", *packages)
            machine.apt("clean")
            copy = subprocess.run(
                ["cp", "-a", "--one-file-system", f"{machine.path('/')}/.", str(root)],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            if copy.returncode:
                raise Failed(f"copying the files of {root.name} failed: {copy.stderr}")
        finally:
            machine.close()


def _bootstrap(root: Path) -> None:
    main, _ = host.mirrors()
    unfinished = root.with_name(root.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    command = [
        debootstrap(), "--variant=minbase", f"--include={','.join(LAYERS['bare'])}", host.SUITE, str(unfinished), main,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        raise Failed(f"debootstrap failed:\n{(done.stdout + done.stderr)[-2000:]}")
    host.take_over(unfinished)
    add = ["chroot", str(unfinished), "useradd", "--create-home", "--shell", "/bin/bash", "--uid", str(USER_ID), USER]
    subprocess.run(add, check=True, capture_output=True)
    for archive in (unfinished / "var/cache/apt/archives").glob("*.deb"):
        archive.unlink()
    unfinished.rename(root)


def debootstrap() -> str:
    """The program debootstrap, installed with apt where it is missing. Raises Failed where it cannot be had."""
    found = shutil.which("debootstrap")
    if found:
        return found
    line = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", "debootstrap"]
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if shutil.which("apt-get") and os.geteuid() == 0:
        for words in (line, ["apt-get", "update", "-q"], line):
            subprocess.run(words, env=env, capture_output=True, check=False)
            if (found := shutil.which("debootstrap")) is not None:
                return found
    raise Failed("debootstrap is not to be had; on Debian: apt-get install debootstrap")

