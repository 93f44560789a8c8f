"""The build's command, and its steps that need nothing installed."""

from __future__ import annotations

import importlib.util
import re
import sys
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest
from making import bundle, checks, environment, icons, launcher, names, packed, process
from PIL import Image

SCRIPT = names.PACKAGING / "build.py"


@pytest.fixture
def build(monkeypatch) -> ModuleType:
    """The script as a module, whose steps only note that they were called."""
    spec = importlib.util.spec_from_file_location("bpgui_build", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = before
    module.called = []

    def noting(prefix: str) -> dict[str, partial[None]]:
        return {name: partial(module.called.append, prefix + name) for name in module.STEPS}

    monkeypatch.setattr(module.checks, "CHECKS", noting("check "))
    monkeypatch.setattr(module, "STEPS", noting(""))
    monkeypatch.setattr(module.environment, "prepare", lambda: module.called.append("environment"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    return module


@pytest.fixture
def folders(build, tmp_path, monkeypatch):
    for name in ("BUILD", "DIST"):
        monkeypatch.setattr(build, name, tmp_path / name.lower())
    monkeypatch.setattr(build, "bundle_path", lambda: tmp_path / "dist" / "bpgui")
    return tmp_path


def call(build: ModuleType, *arguments: str) -> int:
    build.sys.argv = ["build.py", *arguments]
    return build.main()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other packages")
def test_one_command_makes_and_checks_everything(build, folders, monkeypatch):
    monkeypatch.setattr(sys, "argv", [])
    assert call(build) == 0
    made = ["bundle", "deb", "run", "wheel"]
    assert build.called == ["environment", *made, *(f"check {name}" for name in made)]


def test_a_package_without_a_bundle_has_one_made(build, folders, monkeypatch):
    monkeypatch.setattr(sys, "argv", [])
    assert call(build, "deb") == 0
    assert build.called == ["environment", "bundle", "deb", "check bundle", "check deb"]
    build.called.clear()
    (folders / "dist" / "bpgui").mkdir()
    assert call(build, "deb") == 0
    assert build.called == ["environment", "deb", "check deb"]


def test_only_the_checks_on_demand(build, folders, monkeypatch):
    monkeypatch.setattr(sys, "argv", [])
    assert call(build, "wheel", "--check") == 0
    assert build.called == ["environment", "check wheel"]


def test_a_step_that_is_not_there_is_refused(build, folders, monkeypatch):
    monkeypatch.setattr(sys, "argv", [])
    with pytest.raises(SystemExit, match="2"):
        call(build, "rpm")
    assert not build.called


def test_a_failure_is_the_command_s(build, folders, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [])

    def fail() -> None:
        raise process.BuildError("no room")

    monkeypatch.setitem(build.STEPS, "wheel", fail)
    assert call(build, "wheel") == 1
    assert "no room" in capsys.readouterr().err


def test_every_step_has_its_checks():
    text = SCRIPT.read_text(encoding="utf-8")
    assert set(re.findall(r'"(\w+)": \w+\.make', text)) == set(checks.CHECKS)


def test_missing_packages_are_named_to_who_may_not_install_them(monkeypatch):
    monkeypatch.setattr(environment, "is_installed", lambda package: package != "lintian")
    monkeypatch.setattr(environment.os, "geteuid", lambda: 1000, raising=False)
    with pytest.raises(process.BuildError, match=r"sudo apt-get install -y lintian$"):
        environment.provide(["binutils", "lintian"])
    environment.provide(["binutils"])


def test_the_environment_is_made_again_only_where_something_changed(tmp_path, monkeypatch):
    ran = []
    monkeypatch.setattr(environment, "ENVIRONMENT", tmp_path / "environment")
    monkeypatch.setattr(environment, "STAMP", tmp_path / "environment" / "stamp")
    monkeypatch.setattr(environment, "provide", lambda packages: None)
    monkeypatch.setattr(environment, "python_packages", list)
    monkeypatch.setattr(environment, "bundled_python", lambda: Path(sys.executable))

    def made() -> list[str]:
        environment.python().parent.mkdir(parents=True)
        environment.python().touch()
        return ["pip"]

    monkeypatch.setattr(environment, "_make", made)
    monkeypatch.setattr(environment, "run", lambda words, **_: ran.append(words[:2]))
    environment.prepare()
    environment.prepare()
    assert ran == [["pip", "install"]]
    monkeypatch.setattr(environment, "TOOLS", ("another",))
    environment.prepare()
    assert len(ran) == 2


def test_settings_that_send_packages_elsewhere_are_left_out(monkeypatch):
    monkeypatch.setenv("PIP_TARGET", "/tmp/x")
    monkeypatch.setenv("PYTHONPATH", "/tmp/y")
    assert not {"PIP_TARGET", "PYTHONPATH"} & set(environment.pip_environment())
    assert not [name for name in environment.bare_environment() if name.startswith("PYTHON")]


def test_the_size_of_a_folder_is_that_of_its_files(tmp_path):
    (tmp_path / "a").write_bytes(bytes(100))
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b").write_bytes(bytes(11))
    assert bundle.size_of(tmp_path) == 111
    assert list(bundle.fresh(tmp_path / "sub").iterdir()) == []


def test_the_program_is_asked_in_a_session_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/tmp")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/tmp")
    asked = packed.Packed(Path("/opt/bpgui"), tmp_path, ("unshare", "--net"), ":7")
    assert asked.words("--version") == ["unshare", "--net", "/opt/bpgui", "--version"]
    env = asked.env()
    assert (env["HOME"], env["DISPLAY"]) == (str(tmp_path), ":7")
    assert not {"PYTHONPATH", "XDG_CONFIG_HOME"} & set(env)


def test_icons_are_drawn_in_all_sizes(tmp_path):
    icons.draw(names.ROOT / "resources" / "icons" / "bpgui.svg", tmp_path)
    for size in icons.SIZES:
        with Image.open(icons.png(tmp_path, "bpgui", size)) as image:
            assert image.size == (size, size)
            assert image.getpixel((size // 2, size // 2))[3] == 255  # something is drawn there
            assert image.getpixel((0, 0))[3] == 0  # and the corner is clear
    icons.put_together("bpgui", tmp_path)
    with Image.open(tmp_path / "bpgui.ico") as image:
        assert image.info["sizes"] == {(size, size) for size in icons.ICO_SIZES}
    assert (tmp_path / "bpgui.icns").read_bytes()[:4] == b"icns"


def test_what_a_desktop_looks_for_is_in_its_places(tmp_path):
    drawn, share = tmp_path / "icons", tmp_path / "share"
    drawn.mkdir()
    for stem in ("bpgui", "application-x-bpgui"):
        for size in icons.SIZES:
            icons.png(drawn, stem, size).write_bytes(b"png")
    launcher.share_tree(share, drawn)
    there = {path.relative_to(share).as_posix() for path in share.rglob("*") if path.is_file()}
    assert {launcher.DESKTOP_ENTRY, launcher.METAINFO, launcher.MIME_PACKAGE, launcher.MAN_PAGE} <= there
    for name in ("apps/bpgui", "mimetypes/application-x-bpgui"):
        assert {f"icons/hicolor/{size}x{size}/{name}.png" for size in icons.SIZES} <= there
        assert f"icons/hicolor/scalable/{name}.svg" in there
