"""The .run, with a toy for a program: installed, brought to another version, removed, as people do it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from making import launcher, run_file

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the .run is Linux's")

# Says its version and runs scripts, as the packed program does.
PROGRAM = """#!/bin/sh
case $1 in
--version) echo "toy 1" ;;
--run-script) exec {python} "$2" ;;
esac
"""
PACKER = "import lzma, sys; sys.stdout.buffer.write(lzma.compress(sys.stdin.buffer.read()))"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    internal = tree / "bpgui" / "_internal"
    (internal / "numpy").mkdir(parents=True)
    (internal / "numpy" / "array.so").write_text("array")
    (internal / "libpython3.11.so.1.0").write_text("python")
    (tree / "bpgui" / "bpgui").write_text(PROGRAM.format(python=shlex.quote(sys.executable)))
    (tree / "bpgui" / "bpgui").chmod(0o755)
    shutil.copy(run_file.RUN / run_file.UNPACKER, tree)
    for name, text in ((launcher.DESKTOP_ENTRY, launcher.desktop_entry()), (launcher.MIME_PACKAGE, "<mime-info/>")):
        launcher.write(tree / "share" / name, text.encode())
    launcher.write(tree / "share" / "icons" / "hicolor" / "16x16" / "apps" / "bpgui.png", b"icon")
    return tree


def made(tree: Path, target: Path) -> Path:
    packer = target.with_suffix(".py")
    packer.write_text(PACKER)
    archives = target.with_suffix(".first"), target.with_suffix(".rest")
    run_file.pack_both(tree, *archives, xz=f"{sys.executable} {packer}")
    run_file.assemble(archives, 100_000, target)
    return target


@pytest.fixture
def package(tree: Path, tmp_path: Path) -> Path:
    return made(tree, tmp_path / "toy.run")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A person's folder, with what shells and launchers find hard in its path, and a file of theirs."""
    home = tmp_path / "h o$me" / 'a "b" & 100%'
    home.mkdir(parents=True)
    (home / "mine.bpgui").write_text("mine")
    return home


def call(script: Path, home: Path, *arguments: str, code: int = 0, **environment: str) -> str:
    """What a script says, run as a person would, in a desktop that has none of the tables' tools."""
    env = {"HOME": str(home), "PATH": os.environ["PATH"], **environment}
    done = subprocess.run(["sh", script, *arguments], env=env, capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def files(home: Path) -> set[str]:
    found = (path for path in home.rglob("*") if path.is_file() or path.is_symlink())
    tables = {"mime", "mimeinfo.cache"}  # what desktops make of types and launchers
    return {name for name in (str(path.relative_to(home)) for path in found) if not tables & set(name.split("/"))}


INSTALLED = {
    ".local/bin/bpgui", ".local/lib/bpgui/bpgui", ".local/lib/bpgui/_internal/numpy/array.so",
    ".local/lib/bpgui/_internal/libpython3.11.so.1.0", ".local/lib/bpgui/installed-files", ".local/lib/bpgui/uninstall",
    ".local/share/applications/bpgui.desktop", ".local/share/icons/hicolor/16x16/apps/bpgui.png", "mine.bpgui",
}  # fmt: skip


def test_it_installs_for_one_person(package, home):
    assert "Installed" in call(package, home)
    assert files(home) == INSTALLED
    assert (home / ".local/share/mime/packages/bpgui.xml").read_text() == "<mime-info/>"
    said = subprocess.run([home / ".local/bin/bpgui", "--version"], capture_output=True, text=True, check=True)
    assert said.stdout == "toy 1\n"


def test_the_launcher_names_the_program_by_its_whole_path(package, home):
    call(package, home)
    entry = (home / ".local/share/applications/bpgui.desktop").read_text(encoding="utf-8")
    commands = re.findall(r"^Exec=(.*)$", entry, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        assert exec_words(command)[0] == str(home / ".local/lib/bpgui/bpgui")
    assert exec_words(commands[0])[1:] == ["%F"]


def exec_words(value: str) -> list[str]:
    """The words of an Exec line by the Desktop Entry Specification: escapes of strings, then quotes, then %%."""
    text = value.replace("\\\\", "\\")
    quoted, rest = re.fullmatch(r'"((?:[^"\\]|\\.)*)"(.*)', text).groups()
    return [re.sub(r"\\(.)", r"\1", quoted).replace("%%", "%"), *rest.split()]


@pytest.mark.parametrize("by", ["the file", "what it left"])
def test_it_goes_without_a_trace(by, package, home):
    call(package, home)
    if by == "the file":
        call(package, home, "--uninstall")
    else:
        call(home / ".local/lib/bpgui/uninstall", home)
    assert [path.name for path in home.rglob("*") if not path.is_dir()] == ["mine.bpgui"]
    assert not (home / ".local/share").exists()
    assert not (home / ".local/lib").exists()


def test_others_files_stay(package, home):
    theirs = [home / ".local" / name for name in ("bin/tool", "lib/x/y", "share/applications/other.desktop")]
    for path in theirs:
        launcher.write(path, b"other")
    call(package, home)
    call(package, home, "--uninstall")
    assert all(path.read_bytes() == b"other" for path in theirs)


def test_another_version_takes_the_place_of_the_first(package, tree, home, tmp_path):
    call(package, home)
    (tree / "share" / "icons" / "hicolor" / "16x16" / "apps" / "bpgui.png").unlink()
    launcher.write(tree / "share" / "icons" / "hicolor" / "32x32" / "apps" / "bpgui.png", b"new")
    (tree / "bpgui" / "_internal" / "numpy" / "array.so").unlink()
    call(made(tree, tmp_path / "newer.run"), home)
    gone = {".local/lib/bpgui/_internal/numpy/array.so", ".local/share/icons/hicolor/16x16/apps/bpgui.png"}
    assert files(home) == INSTALLED - gone | {".local/share/icons/hicolor/32x32/apps/bpgui.png"}


def test_a_program_that_does_not_start_leaves_what_was_there(package, tree, home, tmp_path):
    call(package, home)
    broken = PROGRAM.format(python=shlex.quote(sys.executable)).replace('echo "toy 1"', "exit 1")
    (tree / "bpgui" / "bpgui").write_text(broken)
    assert "does not run on this system" in call(made(tree, tmp_path / "broken.run"), home, code=1)
    assert files(home) == INSTALLED
    assert call(home / ".local/bin/bpgui", home, "--version") == "toy 1\n"


def test_the_data_folder_may_be_elsewhere(package, home, tmp_path):
    data = tmp_path / "da ta"
    call(package, home, XDG_DATA_HOME=str(data))
    assert (data / "applications" / "bpgui.desktop").exists()
    call(package, home, "--uninstall", XDG_DATA_HOME=str(data))
    assert not data.exists()


def test_a_damaged_file_is_refused(package, home):
    content = package.read_bytes()
    package.write_bytes(content[:-20] + bytes(20))
    assert "damaged" in call(package, home, code=1)
    assert files(home) == {"mine.bpgui"}


def test_another_machine_is_refused(tree, home, tmp_path, monkeypatch):
    machine = os.uname_result(("Linux", "n", "r", "v", "sparc"))
    monkeypatch.setattr(os, "uname", lambda: machine)
    package = made(tree, tmp_path / "sparc.run")
    monkeypatch.undo()
    assert "Linux on sparc" in call(package, home, code=1)


def test_it_says_what_it_does_and_refuses_what_it_does_not_know(package, home):
    assert "--uninstall" in call(package, home, "--help")
    assert "--uninstall" in call(package, home, "--everything", code=2)
    assert "not installed" in call(package, home, "--uninstall", code=1)
    assert files(home) == {"mine.bpgui"}


def test_the_same_tree_makes_the_same_file(tree, tmp_path):
    assert made(tree, tmp_path / "a.run").read_bytes() == made(tree, tmp_path / "b.run").read_bytes()


def test_the_script_is_clean(package):
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed here")
    lines = package.read_bytes().splitlines(keepends=True)
    script = b"".join(lines[: next(number for number, line in enumerate(lines, 1) if line == b"exit 0\n")])
    assert f"lines={script.count(bytes([10]))}\n".encode() in script
    done = subprocess.run(["shellcheck", "-s", "sh", "-"], input=script, capture_output=True, check=False)
    assert not done.stdout, done.stdout.decode()
