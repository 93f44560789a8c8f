"""What packaging/bare_machine.py is made of, as far as it can be tried without a machine."""

from __future__ import annotations

import io
import re
import struct
from pathlib import Path

import bare_machine
import pytest
from bare import continuous, desktop_entry, host, machine, packaged, snapshot, source
from bare.machine import Done, OutOfTime
from bare.picture import ENLARGED, Box, Grey, Picture, read_xwd
from bare.report import Failed, Report
from bare.screen import Word, places_of, read_tsv
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = next((ROOT / "resources/launcher").glob("bpgui.desktop*")).read_text(encoding="utf-8")


@pytest.fixture
def report(tmp_path: Path) -> Report:
    return Report(tmp_path / "report")


# ---- the launcher


def test_the_launcher_s_commands() -> None:
    assert desktop_entry.command(LAUNCHER) == ["bpgui"]
    assert desktop_entry.command(LAUNCHER, ["/a b.bpgui", "/c.csv"]) == ["bpgui", "/a b.bpgui", "/c.csv"]
    assert desktop_entry.command(LAUNCHER, action="new-project") == ["bpgui", "--new"]
    assert desktop_entry.command(LAUNCHER, action="open-sample") == ["bpgui", "--samples"]
    with pytest.raises(KeyError):
        desktop_entry.command(LAUNCHER, action="no-such-thing")


def test_codes_and_quotes_of_an_exec_line() -> None:
    entry = '[Desktop Entry]\nExec="/home/a b/bpgui" %i --at 50%% %f\nName[de]=x=y\n'
    assert desktop_entry.command(entry, ["/1", "/2"]) == ["/home/a b/bpgui", "--at", "50%", "/1"]


# ---- what a machine takes over


def test_the_mirrors_of_this_machine_are_taken() -> None:
    listed = ["https://x.example/tools", "http://a.example/debian/", "http://s.example/debian-security", "http://b/debian"]
    assert host.chosen_mirrors(listed) == ("http://a.example/debian", "http://s.example/debian-security")
    assert host.chosen_mirrors([]) == (host.MIRROR, host.SECURITY)


def test_settings_of_pip_become_one_file(tmp_path: Path) -> None:
    first, second = tmp_path / "1.conf", tmp_path / "2.conf"
    first.write_text("[global]\nindex-url = https://one.example/simple\nfind-links =\n    /a\n    /b\n")
    second.write_text("[global]\nindex-url = https://two.example/simple\n[install]\nno-compile = yes\n")
    merged = tmp_path / "merged.conf"
    merged.write_text(host.pip_settings([first, tmp_path / "missing.conf", second]))
    text = host.pip_settings([merged])
    assert "two.example" in text
    assert "one.example" not in text
    assert "/a\n    /b" in text
    assert "no-compile = yes" in text


def test_only_what_leads_to_an_index_is_passed_on() -> None:
    wanted = ("PIP_INDEX_URL", "https_proxy", "NO_PROXY", "SSL_CERT_FILE")
    known = dict.fromkeys((*wanted, "HOME", "PYTHONPATH", "PATH", "MY_PIP_"), "x")
    assert set(host.pip_environment(known)) == set(wanted)


def test_folders_that_settings_name_are_shared(tmp_path: Path) -> None:
    wheels, index = tmp_path / "wheels", tmp_path / "index" / "simple"
    wheels.mkdir()
    (index / "numpy").mkdir(parents=True)
    elsewhere = f"https://example.org{wheels} {tmp_path}/missing"
    settings = f"find-links = {wheels}\nextra-index-url = file://{index} {elsewhere}"
    assert host.local_places(settings) == [tmp_path / "index", wheels]


# ---- files before and after


def test_what_came_went_and_changed_is_seen(tmp_path: Path) -> None:
    for name in ("kept", "gone", "written", "opened", "proc/1"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1")
    (tmp_path / "link").symlink_to("kept")
    before = snapshot.take(tmp_path)
    (tmp_path / "gone").unlink()
    (tmp_path / "written").write_text("2")
    (tmp_path / "opened").chmod(0o777)
    (tmp_path / "link").unlink()
    (tmp_path / "link").symlink_to("written")
    (tmp_path / "proc/2").write_text("passing")
    (tmp_path / "new/inside").mkdir(parents=True)
    changes = snapshot.compare(before, snapshot.take(tmp_path))
    assert changes == snapshot.Changes(("/new", "/new/inside"), ("/gone",), ("/link", "/opened", "/written"))
    assert changes.lines() == ["+ /new", "- /gone", "~ /link", "~ /opened", "~ /written"]
    assert changes.within("/new").lines(whole=False) == ["+ /new/inside"]
    assert changes.without(re.compile("/(new|gone)")).lines() == ["~ /link", "~ /opened", "~ /written"]


def test_a_folder_hides_what_is_in_it_and_not_its_neighbour() -> None:
    assert snapshot.outermost(("/a", "/a-b", "/a-b/c", "/a/b")) == ["/a", "/a-b"]


@pytest.mark.parametrize("path", ["", "/var/lib/bpgui", "/etc/bpgui", "/usr/share/mime/application/x-bpgui.xml"])
def test_what_a_package_leaves_on_the_system_is_no_bookkeeping(path: str) -> None:
    assert not snapshot.BOOKKEEPING.match(path)
    assert snapshot.BOOKKEEPING.match("/var/lib/dpkg/status")


@pytest.mark.parametrize(
    "path", ["/.local/lib", "/.local/share/applications/bpgui.desktop", "/.local/bin/bpgui", "/.config/other", "/Other"]
)
def test_what_an_installer_leaves_in_the_home_is_not_the_user_s_own(path: str) -> None:
    assert not packaged.OWN.match(packaged.HOME + path)


@pytest.mark.parametrize("path", ["/xor.bpgui", "/.config", "/.config/bpgui/bpgui.ini", "/.local/state/bpgui/a.log"])
def test_what_was_saved_and_set_is_the_user_s_own(path: str) -> None:
    assert packaged.OWN.match(packaged.HOME + path)


# ---- pictures


def pixels(*rows: str) -> Picture:
    """A picture of letters: r, g, b and w for the colours, all else black."""
    colours = {"r": b"\xff\0\0", "g": b"\0\xff\0", "b": b"\0\0\xff", "w": b"\xff\xff\xff"}
    return Picture(len(rows[0]), len(rows), b"".join(colours.get(dot, b"\0\0\0") for row in rows for dot in row))


def window_dump(picture: Picture, bits: int = 32) -> bytes:
    """What Xvfb keeps: 25 numbers, a name, two colours, and dots of blue, green, red and nothing."""
    width, end = picture.width, b"\x55" * 8
    size = [4 * width + len(end), 4]
    header = [100 + 4, 7, 2, 24, width, picture.height, 0, 0, 32, 0, 32, bits, *size, 0, 0, 0, 8, 2, 2, *[0] * 5]
    rows = [picture.pixels[3 * width * y : 3 * width * (y + 1)] for y in range(picture.height)]
    dots = b"".join(b"".join(row[x : x + 3][::-1] + b"\0" for x in range(0, 3 * width, 3)) + end for row in rows)
    return struct.pack(">25I", *header) + b"scr\0" + b"\x77" * 24 + dots


def test_a_screen_is_read_and_written_as_png(tmp_path: Path) -> None:
    picture = pixels("rgb.", "w..r")
    dump = tmp_path / "Xvfb_screen0"
    dump.write_bytes(window_dump(picture))
    assert read_xwd(dump) == picture
    shown = Image.open(io.BytesIO(picture.png()))
    assert shown.size == (4, 2)
    assert shown.tobytes() == picture.pixels


def test_a_screen_of_another_depth_is_refused(tmp_path: Path) -> None:
    dump = tmp_path / "Xvfb_screen0"
    dump.write_bytes(window_dump(pixels("rgb"), bits=16))
    with pytest.raises(ValueError, match="16 bits"):
        read_xwd(dump)


def test_a_part_of_a_picture_and_how_much_differs() -> None:
    picture = pixels("rgb.", "w..r")
    assert picture.cut(Box(1, 0, 2, 2)) == pixels("gb", "..")
    assert picture.cut(Box(3, 1, 9, 9)) == pixels("r")
    assert picture.differing(picture) == 0.0
    assert picture.differing(pixels("rgb.", "w...")) == pytest.approx(1 / 24)


def test_white_letters_are_seen_on_every_colour_and_frames_are_not() -> None:
    assert pixels("gwbw").bright().pixels == b"\xff\0\xff\0"
    empty, letter = "w" + "." * 38 + "w", "w" + "." * 10 + "ww" + "." * 26 + "w"
    seen = pixels("w" * 40, empty, *[letter] * 3, *[empty] * 30).bright().without_rules()
    dark = [divmod(place, 40) for place, value in enumerate(seen.pixels) if value < 128]
    assert dark == [(row, column) for row in (2, 3, 4) for column in (11, 12)]


def test_grey_is_enlarged() -> None:
    grey = Grey(2, 1, b"\x01\x02")
    assert grey.pgm() == b"P5 %d %d 255\n" % (2 * ENLARGED, ENLARGED) + (b"\1" * ENLARGED + b"\2" * ENLARGED) * ENLARGED


# ---- words on the screen

TABLE = """level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext
1\t1\t0\t0\t0\t0\t0\t0\t900\t300\t-1\t
5\t1\t1\t1\t1\t1\t30\t60\t90\t30\t96.1\tDon't
5\t1\t1\t1\t1\t2\t150\t60\t60\t33\t91.0\tsave
5\t1\t1\t1\t2\t1\t30\t120\t60\t30\t90.0\t"Train
5\t1\t2\t1\t1\t1\t30\t180\t60\t30\t12.0\tsmoke
"""


def test_words_are_placed_on_the_screen() -> None:
    words = read_tsv(TABLE, Box(100, 200, 300, 100))
    assert [word.text for word in words] == ["Don't", "save", '"Train']
    assert words[0].box == Box(110, 220, 30, 10)
    assert places_of("dont SAVE", words) == [Box(110, 220, 60, 11)]
    assert places_of("save Train", words) == []  # two lines
    assert places_of("Train", words)[0].centre == (120, 245)


def test_every_place_of_a_word_is_found() -> None:
    words = [Word("Train", Box(0, y, 9, 9), ("1", str(y))) for y in (3, 50)]
    assert [place.y for place in places_of("Train", words)] == [3, 50]


# ---- the report


def test_a_failure_is_told_once_and_makes_the_exit_code(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    with report.step("went well"):
        report.note("two\nlines")
    with pytest.raises(Failed) as failure, report.step("went wrong"):
        raise Failed("first line\nsecond line")
    report.fail("the scene around it", failure.value)
    assert report.summary() == 1
    said = capsys.readouterr().out
    assert said == (report.folder / "transcript.txt").read_text(encoding="utf-8")
    assert re.search(r"^ok +\d+\.\d s went well$", said, re.MULTILINE)
    assert re.search(r"^FAILED +\d+\.\d s went wrong$", said, re.MULTILINE)
    assert "scene around" not in said
    assert report.failures == ["went wrong: first line"]


def test_no_failure_no_exit_code(report: Report) -> None:
    assert report.summary() == 0


# ---- the commands from source


class Stand:
    """Stands for a person at a machine: says what it was given to say."""

    def __init__(self, report: Report, *answers: Done | Failed) -> None:
        self.report, self._answers, self.ran = report, list(answers), []
        self.machine = self

    def run(self, command: list[str], **_: object) -> Done:
        self.ran.append(command)
        answer = self._answers.pop(0)
        if isinstance(answer, Failed):
            raise answer
        return answer

    def apt(self, *words: str) -> None:
        self.ran.append(["apt-get", *words])


LACKING = """bpgui: Qt needs libraries that are not installed. Run this line, then the same command again:
  sudo apt-get install -y libgl1 libx-2.0-0
"""


def test_the_line_that_the_set_up_says_is_run_as_it_stands(report: Report) -> None:
    person = Stand(report, Done(1, LACKING))
    source.ask_for_libraries(person, source.APP)
    assert person.ran[1:] == [["apt-get", "update", "-q"], ["apt-get", "-q", "install", "-y", "libgl1", "libx-2.0-0"]]


def test_a_set_up_that_says_no_line_has_failed(report: Report) -> None:
    with pytest.raises(Failed, match="Traceback"):
        source.ask_for_libraries(Stand(report, Done(1, "Traceback: nothing to run")), source.APP)


SUMMARY = """...
===== 12 passed, 1 skipped in 3.0s =====
bpgui: ---- summary
bpgui: ruff         passed in 1 s
bpgui: pytest       passed in 4 s
"""


def test_what_the_test_command_says_at_its_end(report: Report) -> None:
    said = source.run_tests(Stand(report, Done(0, SUMMARY)), ["tests/engine"], 9.0)
    assert said.splitlines()[-1] == "12 passed, 1 skipped in 3.0s"
    assert "ruff         passed" in said
    with pytest.raises(Failed, match="exit code 1"):
        source.run_tests(Stand(report, Done(1, "1 failed")), [], 9.0)


def test_every_path_of_the_subsets_is_there() -> None:
    for path in (*source.SUBSET, *continuous.TESTS):
        assert (ROOT / path).exists(), path


def test_training_in_the_terminal_must_reach_the_last_epoch(report: Report) -> None:
    source.train_in_terminal(Stand(report, Done(0, "There is no display here\repoch 500 / 500  loss 0.0004")))
    with pytest.raises(Failed):
        source.train_in_terminal(Stand(report, Done(0, "There is no display here\repoch 499 / 500")))


# ---- the way in


def test_parts_are_chosen_by_name() -> None:
    assert bare_machine.parse([]).parts == ("deb", "run", "source")
    assert bare_machine.parse(["--parts", "source,deb"]).parts == ("source", "deb")
    with pytest.raises(SystemExit):
        bare_machine.parse(["--parts", "deb,rpm"])


def test_where_no_machine_can_be_made_only_the_quick_check_passes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(machine, "why_not", lambda: "it needs root")
    assert bare_machine.main(["--ci"]) == 0
    assert capsys.readouterr().out == "The bare machine is left out here: it needs root.\n"
    assert bare_machine.main([]) == 1


class NoLayers:
    """There is no debootstrap."""

    def get(self, name: str) -> Path:
        raise Failed("debootstrap is not to be had")


class NoBench:
    """What the quick check asks of a bench where nothing can be made."""

    def __init__(self, report: Report) -> None:
        self.layers, self.report = NoLayers(), report


def test_without_debootstrap_the_quick_check_says_so(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    assert continuous.prove(NoBench(report)) == 0
    assert "left out here: debootstrap is not to be had" in capsys.readouterr().out


def test_being_out_of_time_is_a_failure_of_its_own() -> None:
    assert issubclass(OutOfTime, Failed)
