"""The class of each file in a folder: from folders, from names, asked where both could be."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from bpgui.data.errors import DataError
from bpgui.data.readers.labels import Labels, find_labels, natural_text, text_column, words_of
from bpgui.data.reading_options import ReadingOptions

ROOT = Path("/data")


def found(names: list[str], **options: object) -> Labels:
    return find_labels([ROOT / name for name in names], ROOT, ReadingOptions(**options))  # type: ignore[arg-type]


def numbered(*patterns: str, count: int = 5) -> list[str]:
    return [pattern.format(i) for pattern in patterns for i in range(1, count + 1)]


FROM_NAMES: dict[str, tuple[list[str], set[str]]] = {
    "digit_number": (numbered("7_{:04}.png", "8_{:04}.png"), {"7", "8"}),
    "word.number": (numbered("cat.{}.jpg", "dog.{}.jpg"), {"cat", "dog"}),
    "word (number)": (numbered("cat ({}).png", "dog ({}).png"), {"cat", "dog"}),
    "word-number": (numbered("img001-{:05}.png", "img002-{:05}.png"), {"img001", "img002"}),
    "word and number": (numbered("cat{}.png", "dog{}.png"), {"cat", "dog"}),
    "word_speaker_number": (numbered("7_theo_{}.wav", "8_theo_{}.wav", "7_lucas_{}.wav", "8_lucas_{}.wav"), {"7", "8"}),
    "two words": (
        numbered("great_dane_{}.jpg", "great_pyrenees_{}.jpg", "pug_{}.jpg"),
        {"great_dane", "great_pyrenees", "pug"},
    ),
    "a first word common to all": (numbered("scan_cat_{}.png", "scan_dog_{}.png"), {"cat", "dog"}),
    "words after the class": (["cat_left.png", "cat_right.png", "dog_left.png", "dog_right.png"], {"cat", "dog"}),
}
NO_CLASSES: dict[str, list[str]] = {
    "numbers": numbered("{}.png", count=20),
    "photographs": numbered("IMG_{:04}.jpg", count=20),
    "hashes": [hashlib.sha256(bytes([i])).hexdigest() + ".png" for i in range(200)],
    "days": [f"202401{day:02}_{i:06}.jpg" for day in range(1, 9) for i in range(5)],
    "all different": ["cat.png", "dog.png", "fox.png", "hen.png"],
    "one class": numbered("cat_{}.png"),
}


@pytest.mark.parametrize("case", FROM_NAMES)
def test_the_start_of_the_name(case: str) -> None:
    names, classes = FROM_NAMES[case]
    labels = found(names)
    assert (labels.source, set(labels.classes), labels.questions) == ("name", classes, ())


@pytest.mark.parametrize("case", NO_CLASSES)
def test_names_that_hold_no_class(case: str) -> None:
    labels = found(NO_CLASSES[case])
    assert (labels.source, labels.classes, labels.columns([0])) == ("none", (), [])


def test_files_numbered_in_each_folder_are_not_asked_about() -> None:
    labels = found(numbered("cat/{}.png", "dog/{}.png", "fox/img_{}.png"))
    assert labels.source == "folder"
    assert set(labels.classes) == {"cat", "dog", "fox"}
    assert labels.questions == ()


def test_names_that_say_the_same_as_folders_are_not_asked_about() -> None:
    assert found(numbered("cats/cat_{}.png", "dogs/dog_{}.png")).questions == ()


def test_where_folders_and_names_differ_it_asks() -> None:
    names = numbered("theo/7_{}.wav", "theo/8_{}.wav", "lucas/7_{}.wav", "lucas/8_{}.wav")
    labels = found(names)
    [question] = labels.questions
    assert (labels.source, question.key, question.best) == ("folder", "labels", 0)
    assert [choice.options.labels for choice in question.choices] == ["folder", "name"]
    assert "lucas, theo" in question.choices[0].label
    answered = found(names, labels="name")
    assert set(answered.classes) == {"7", "8"}
    assert answered.questions == ()


@pytest.mark.parametrize(
    "pattern", ["{part}/{name}/{i}.png", "all/{name}/{part}/x{i}.png", "{part}_set/{name}/a/{i}.png"]
)
def test_folders_of_parts(pattern: str) -> None:
    parts = ("train", "valid", "test")
    names = [pattern.format(part=part, name=name, i=i) for part in parts for name in "ab" for i in range(3)]
    labels = found(names)
    assert set(labels.classes) == {"a", "b"}
    label, part = labels.columns(range(len(names)))
    assert label.levels == ("a", "b")
    assert part.levels == ("train", "validation", "test")
    assert part.texts()[3] == "train"


def test_parts_without_classes() -> None:
    labels = found(numbered("train/{}.png", "test/{}.png"))
    assert labels.source == "none"
    assert [column.name for column in labels.columns([0, 9])] == ["part"]


def test_a_file_outside_the_folders_has_no_class_and_that_is_said() -> None:
    labels = found([*numbered("x/cat/{}.png", "x/dog/{}.png"), "logo.png"])
    assert labels.classes[-1] is None
    assert "1 of 11 files lie in no sub-folder" in labels.notes[0]


def test_sources_that_there_are_not() -> None:
    with pytest.raises(DataError, match="data: the files do not lie in two or more sub-folders"):
        found(["a.png", "b.png"], labels="folder")
    with pytest.raises(DataError, match="no table with the names of the files"):
        found(["a.png", "b.png"], labels="table")
    assert found(["cat.png", "dog 1.png"], labels="name").classes == ("cat", "dog")
    assert found(["a.png"], labels="none").classes == ()


def test_natural_order() -> None:
    assert text_column("class", ["10", "9", None, "b", "a10", "a9"]).levels == ("9", "10", "a9", "a10", "b")
    assert natural_text("a2") < natural_text("a10")
    assert words_of("7_jackson_3 (2)") == ["7", "jackson", "3", "2"]
