"""Names and papers of the packages: one version, in one place."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime

import pytest
from making import debian_texts, elsewhere, launcher, names, process

import bpgui
from bpgui.cli import window


def test_the_version_is_the_program_s():
    assert names.version() == bpgui.__version__
    assert names.deb_path().name.startswith(f"bpgui_{bpgui.__version__}-1_")
    assert names.run_path().name.startswith(f"bpgui-{bpgui.__version__}-")
    assert bpgui.__version__ in launcher.filled(launcher.template("bpgui.1.in"))


def test_no_paper_names_a_version_itself():
    for path in [*names.LAUNCHER.iterdir(), *names.PACKAGING.glob("*/*.in"), names.ROOT / "pyproject.toml"]:
        assert bpgui.__version__ not in path.read_text(encoding="utf-8"), path


def test_the_day_of_the_release_is_what_is_asked_for(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert names.released() == datetime(1970, 1, 2, tzinfo=UTC)
    assert names.filled("@DATE@ @MONTH@") == "1970-01-02 January 1970"


def test_a_template_with_an_unknown_word_is_refused():
    with pytest.raises(KeyError):
        names.filled("@NOBODY@")
    assert names.filled("@WORD@ a@b.c", WORD="x") == "x a@b.c"


def test_the_description_s_pictures_are_there_in_the_size_that_is_said():
    metainfo = ElementTree.fromstring(launcher.metainfo())
    images = list(metainfo.iter("image"))
    assert len(images) >= 3
    for image in images:
        picture = names.PACKAGING / "screenshots" / str(image.text).rpartition("/")[2]
        size = struct.unpack(">2I", picture.read_bytes()[16:24])
        assert size == (int(image.get("width", "0")), int(image.get("height", "0")))


def test_the_description_is_of_this_version_and_this_launcher():
    metainfo = ElementTree.fromstring(launcher.metainfo())
    assert next(metainfo.iter("release")).get("version") == bpgui.__version__
    assert metainfo.findtext("launchable") == launcher.DESKTOP_ENTRY.rpartition("/")[2]
    assert metainfo.findtext("id") == names.APP_ID
    entry = launcher.desktop_entry()
    categories = [category.text for category in metainfo.iter("category")]
    assert f"Categories={';'.join(map(str, categories))};" in entry


def test_the_man_page_tells_every_command_and_option_of_the_first_level(capsys):
    with pytest.raises(SystemExit):
        window.parse(["--help"])
    options = set(re.findall(r"^  (?:-h, )?(--[\w-]+)", capsys.readouterr().out, re.MULTILINE))
    assert {"--new", "--samples", "--self-test"} <= options
    page = launcher.template("bpgui.1.in").replace("\\-", "-")
    for word in {*window.COMMANDS, *options} - {"--seconds", "--screenshot", "--train"}:  # details of the self-test
        assert re.search(rf"^\.B {re.escape(word)}$", page, re.MULTILINE), word


def test_a_failed_command_is_told_with_its_last_lines():
    with pytest.raises(process.BuildError, match="exit code 3"):
        process.run(["sh", "-c", "exit 3"])
    with pytest.raises(process.BuildError, match="is not there"):
        process.run(["no-such-program-of-bpgui"])
    assert process.run(["sh", "-c", "cat"], text="hello") == "hello"


def test_a_command_of_hundreds_of_words_is_told_in_short():
    assert len(process.shown(["x"] * 500)) < 100


PAPERS = {
    "metainfo": launcher.metainfo,
    "control": lambda: debian_texts.control(1, "libc6"),
    "copyright": lambda: debian_texts.copyright_file([], "usr/lib/bpgui"),
    "setup of Windows": elsewhere.inno_script,
}


@pytest.mark.parametrize("page", ["", "https://page.test"])
@pytest.mark.parametrize("paper", PAPERS)
def test_a_page_is_named_where_there_is_one(paper, page, monkeypatch):
    for module in (launcher, debian_texts, elsewhere):
        monkeypatch.setattr(module, "HOME", page)
    text = PAPERS[paper]()
    lines = [line for line in text.splitlines() if re.search("home|publisherurl|^source", line, re.IGNORECASE)]
    assert any(page in line for line in lines) if page else not any("://" in line for line in lines)


def test_the_program_shows_no_page_of_the_packages():
    for path in [*(names.ROOT / "bpgui").rglob("*.py"), *(names.ROOT / "resources").rglob("*.md")]:
        assert "bpgui.example" not in path.read_text(encoding="utf-8"), path
