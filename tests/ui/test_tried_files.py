"""Images and sounds tried from files: read in the child, the same numbers as a row of the data, other files left."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from window_driver import dialogs, drop, import_view

from bpgui.data.readers import read_files
from bpgui.data.readers.pictures.image_reader import image_values
from bpgui.data.readers.recordings.sound_reader import sound_values
from bpgui.data.shipped import SPOKEN_DIGITS
from bpgui.ui.live.picture_input import PictureInput
from bpgui.ui.live.sound_input import SoundInput, sound_options
from bpgui.ui.live.try_view import TryView
from bpgui.ui.main_window import MainWindow
from bpgui.ui.panels.output import OutputPanel


def try_view(window: MainWindow, qtbot: QtBot) -> TryView:
    panel = window.findChild(OutputPanel)
    panel.show_view("try")
    view = panel.view.view
    qtbot.waitUntil(lambda: len(view.bars.numbers) > 0)
    return view


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bars, upright and lying, of many sizes, as PNG files in a folder for each."""
    folder = tmp_path_factory.mktemp("bars")
    rng = np.random.default_rng(0)
    for index in range(24):
        pixels = rng.integers(0, 40, (20 + index % 3, 12, 3), dtype=np.uint8)
        kind = "upright" if index % 2 else "lying"
        pixels[(slice(None), slice(4, 8)) if index % 2 else (slice(8, 12), slice(None))] = 230
        (folder / kind).mkdir(exist_ok=True)
        Image.fromarray(pixels[..., 0] if index % 5 else pixels).convert("L").save(folder / kind / f"{index}.png")
    return folder


def write_wav(path: Path, hertz: float, rate: int = 11025) -> Path:
    t = np.arange(rate // 2) / rate
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes((np.sin(2 * np.pi * hertz * t) * 20_000).astype("<i2").tobytes())
    return path


@pytest.fixture
def spoken(window: MainWindow, qtbot: QtBot) -> TryView:
    window.session.document.open_sample("spoken_digits")
    return try_view(window, qtbot)


def test_a_dropped_image_is_what_it_would_be_as_a_row(window: MainWindow, qtbot: QtBot, images: Path) -> None:
    reading = read_files([images])
    document = window.session.document
    document.use_reading(reading)
    view = try_view(window, qtbot)
    assert isinstance(view.whole, PictureInput)
    names = reading.table.column("file").texts()
    for name in ("upright/1.png", "lying/10.png"):
        with qtbot.waitSignal(view.tried, timeout=20_000):
            assert drop(window, QUrl.fromLocalFile(str(images / name)), onto=view)
        row = reading.table.column("image").values[names.index(name)]
        assert view.values == tuple(row.ravel().astype(float).tolist())
        assert np.array_equal(row, image_values(images / name, row.shape))
        assert window.session.selection.inputs == view.values
    assert view.whole.note.text() == "10.png, brought to 20 × 12 as the data's images are"
    assert document.table.sha == reading.table.sha
    assert window.files.view is None


def test_an_image_for_data_of_another_range_is_scaled_to_it(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.session.document.open_sample("digits8x8")
    view = try_view(window, qtbot)
    path = tmp_path / "eight.png"
    Image.fromarray(np.arange(0, 256, 4, dtype=np.uint8).reshape(8, 8)).save(path)
    with qtbot.waitSignal(view.tried, timeout=20_000):
        view.take_file(path)
    assert view.values == pytest.approx((np.arange(0, 256, 4) * 16.0 / 255.0).tolist())


@pytest.mark.parametrize("hertz", [300.0, 1500.0])
def test_a_dropped_sound_is_read_like_those_of_the_sample(
    window: MainWindow, qtbot: QtBot, spoken: TryView, tmp_path: Path, hertz: float
) -> None:
    path = write_wav(tmp_path / "tone.wav", hertz)
    with qtbot.waitSignal(spoken.tried, timeout=20_000):
        assert drop(window, QUrl.fromLocalFile(str(path)), onto=spoken)
    expected = sound_values(path, SPOKEN_DIGITS)
    assert spoken.values == tuple(expected.ravel().astype(float).tolist())
    assert isinstance(spoken.whole, SoundInput)
    loudest = int(expected[..., 0].mean(axis=1).argmax())
    place = (loudest + 0.5) / 24
    assert spoken.whole.view.facts.height_of(hertz) == pytest.approx(place, abs=1.0 / 24)
    assert [text for _, text in spoken.whole.view.ticks()][-1] == "2 kHz"


def test_sounds_of_a_folder_say_how_one_more_is_read(tmp_path: Path) -> None:
    for index in range(12):
        write_wav(tmp_path / f"{'ab'[index % 2]}_{index}.wav", 200.0 * (1 + index % 2), 16_000)
    reading = read_files([tmp_path])
    table = reading.table
    options = sound_options(reading.origin, table.column("sound").shape)
    assert (options.rate, options.bands, options.frames, options.labels) == (16_000, 24, 32, "none")
    names = table.column("file").texts()
    assert np.array_equal(
        sound_values(tmp_path / "b_3.wav", options), table.column("sound").values[names.index("b_3.wav")]
    )


def test_what_cannot_be_tried_is_said_and_changes_nothing(
    window: MainWindow, qtbot: QtBot, spoken: TryView, tmp_path: Path
) -> None:
    before = spoken.values
    for name, content in (("text.wav", b"a,b\n1,2\n3,4\n"), ("cut.wav", b"RIFF\x10\0\0\0WAVEfmt ")):
        (tmp_path / name).write_bytes(content)
        with qtbot.waitSignal(spoken.tried_file.failed, timeout=20_000):
            spoken.take_file(tmp_path / name)
        (said,) = dialogs(window)
        assert name in said.text() + said.informativeText()
        said.close()
        qtbot.waitUntil(lambda: not dialogs(window))
    assert spoken.values == before


def test_other_files_dropped_on_it_are_for_the_window(
    window: MainWindow, qtbot: QtBot, spoken: TryView, tmp_path: Path
) -> None:
    wanted = spoken.wanted
    assert wanted is not None

    def taken(*paths: Path) -> bool:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        return wanted.file_in(mime) is not None

    sound = write_wav(tmp_path / "one.wav", 400.0)
    assert taken(sound)
    assert not taken(sound, sound)
    assert not taken(tmp_path / "table.csv")
    assert not taken(tmp_path)
    table = tmp_path / "table.csv"
    table.write_text("a,b\n" + "".join(f"{i},{i * i % 7}\n" for i in range(40)))
    assert drop(window, QUrl.fromLocalFile(str(table)), onto=spoken)
    assert not spoken.tried_file.busy
    import_view(qtbot, window).reject()
    window.session.document.open_sample("moons")
    assert try_view(window, qtbot) is spoken
    assert not spoken.acceptDrops()


def test_a_file_can_be_chosen(window: MainWindow, qtbot: QtBot, spoken: TryView, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "one.wav", 700.0)
    spoken.rows.open_button.click()
    dialog = window.findChild(QFileDialog, "tryFileDialog")
    assert dialog is not None
    with qtbot.waitSignal(spoken.tried, timeout=20_000):
        dialog.fileSelected.emit(str(path))
        dialog.close()
    assert spoken.whole.note.text() == "one.wav, read as the data's sounds were"


def test_other_data_forgets_the_file_that_is_being_read(
    window: MainWindow, qtbot: QtBot, spoken: TryView, tmp_path: Path
) -> None:
    spoken.take_file(write_wav(tmp_path / "one.wav", 700.0))
    window.session.document.open_sample("moons")
    assert try_view(window, qtbot) is spoken
    assert not spoken.tried_file.busy
    assert len(spoken.values) == 2
