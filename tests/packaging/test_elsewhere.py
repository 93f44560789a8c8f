"""Recipes for other systems: they open the same kinds of files, and say that they were not run."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from making import elsewhere, icons, kinds, launcher, names

PACKAGING = names.PACKAGING
WORKFLOWS = sorted((names.ROOT / ".github" / "workflows").glob("*.yml"))
MANIFEST = PACKAGING / "flatpak" / f"{names.APP_ID}.yml"
RECIPES = [PACKAGING / "windows" / "bpgui.iss.in", MANIFEST, Path(str(elsewhere.__file__)), *WORKFLOWS]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.name)
def test_a_recipe_says_that_it_was_not_run(recipe):
    assert "Not run here" in recipe.read_text(encoding="utf-8")[:400]


def test_windows_opens_every_kind_and_owns_only_projects():
    script = elsewhere.inno_script()
    assert not re.search(r"@[A-Z_]+@", script)
    assert f"AppVersion={names.version()}" in script
    offered = set(re.findall(r'Classes\\(\.\w+)\\OpenWithProgids"; ValueType: string; ValueName: "bpgui.data"', script))
    assert offered == set(kinds.data_suffixes())
    assert set(re.findall(r'SupportedTypes"; ValueType: string; ValueName: "(\.\w+)"', script)) == set(kinds.TYPES)
    owned = re.findall(r'Subkey: "Software\\Classes\\(\.\w+)"', script)
    assert owned == [kinds.PROJECT_SUFFIX]


def test_windows_hands_over_one_file_in_quotes():
    commands = [line for line in elsewhere.associations() if r"shell\open\command" in line]
    assert len(commands) == 2
    assert all(r'ValueData: """{app}\bpgui.exe"" ""%1"""' in line for line in commands)


def test_macos_opens_every_kind_and_owns_only_projects():
    types = launcher.document_types()["CFBundleDocumentTypes"]
    assert {f".{suffix}" for kind in types for suffix in kind.get("CFBundleTypeExtensions", ())} == set(
        kinds.data_suffixes()
    )
    assert [kind["LSHandlerRank"] for kind in types] == ["Owner", "Alternate", "Alternate"]


def test_the_flatpak_is_the_tree_of_the_run_without_a_network():
    text = MANIFEST.read_text(encoding="utf-8")
    assert f"id: {names.APP_ID}\n" in text
    assert "path: ../../build/run\n" in text
    assert "network" not in text.replace("There is no network inside.", "")


@pytest.mark.skipif(sys.platform != "linux", reason="an AppImage is Linux's")
def test_an_appimage_s_tree_has_what_its_tool_looks_for(tmp_path, monkeypatch):
    drawn = tmp_path / "build" / "icons"
    drawn.mkdir(parents=True)
    for stem in ("bpgui", "application-x-bpgui"):
        for size in icons.SIZES:
            (drawn / f"{stem}-{size}.png").write_bytes(b"png")
    bundle = tmp_path / "bpgui"
    bundle.mkdir()
    (bundle / "bpgui").write_text("program")
    monkeypatch.setattr(elsewhere, "BUILD", tmp_path / "build")
    monkeypatch.setattr(elsewhere, "bundle_path", lambda: bundle)
    monkeypatch.setattr(elsewhere.run_file, "add_fallback", lambda folder: None)
    root = elsewhere.app_dir()
    assert (root / "AppRun").read_text() == "program"
    assert (root / "bpgui.desktop").is_file()
    assert (root / "bpgui.svg").is_file()
    assert list((root / "usr" / "share" / "metainfo").glob("*.appdata.xml"))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_call_what_is_there(workflow):
    called = re.findall(r"python3? (packaging/\w+\.py)", workflow.read_text(encoding="utf-8"))
    assert called
    assert all((names.ROOT / path).is_file() for path in called)
