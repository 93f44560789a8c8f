"""Files of lessons: what is read, what is said of faults, and the states that setups make."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpgui.project.edits import IllegalEdit
from bpgui.project.lessons import Lesson, LessonError, Setup, is_lesson, read_lesson, set_up
from bpgui.project.lessons.changes import events_of
from bpgui.project.lessons.controls import CONTROLS, PAINTED, WORDS, entry_of
from bpgui.project.lessons.facts import EVENTS, FACTS
from bpgui.project.lessons.locked import PARTS, guard_of
from bpgui.project.lessons.setting_up import PROJECT_KEYS, WINDOW_KEYS
from bpgui.project.lessons.shelf import check_file, is_lesson_file, names
from bpgui.project.samples import open_sample
from bpgui.project.spec import Dense, TrainingSpec

DEMONSTRATION = Path(__file__).parent.parent / "demonstration.md"
HEAD = "---\ntitle: A\nminutes: 3\nsummary: S.\n---\n"


def lesson(body: str, head: str = HEAD) -> Lesson:
    return read_lesson(head + body, "a")


def faults(body: str, head: str = HEAD) -> list[tuple[int, str]]:
    with pytest.raises(LessonError) as error:
        lesson(body, head)
    assert str(error.value).startswith("a.md, line ")
    return [(problem.line, problem.text) for problem in error.value.problems]


# ---- what is read


def test_the_demonstration_is_read_with_its_lines() -> None:
    found = check_file(DEMONSTRATION)
    assert (found.title, found.minutes, found.lock, found.hide) == (
        "A demonstration", 3, ("model.loss", "toolbar.finish"), ("panel.weights",),
    )  # fmt: skip
    assert [step.title for step in found.steps] == ["Read", "Expect", "Build", "Rate"]
    lines = DEMONSTRATION.read_text(encoding="utf-8").splitlines()
    for step in found.steps:
        assert lines[step.line - 1] == f"# {step.title}"
    read, expect, build, rate = found.steps
    assert read.setup is not None
    assert read.setup.project["layers"] == "3:tanh"
    assert read.setup.window == {"pace": ("flat out",), "show": ("output.metrics",)}
    assert lines[read.setup.lines["seed"] - 1] == "seed: 3"
    assert expect.predict is not None
    assert [option.right.text for option in expect.predict.options] == ["loss < 0.4", "loss >= 0.4"]
    assert expect.predict.when is not None
    assert expect.remember[0][0] == "first"
    assert build.until is not None
    assert build.text.names == {"first"}
    assert (build.point, rate.point) == ("network.palette.dense", "model.learning_rate")


def test_blocks_of_the_text_and_signs_in_them_stay_text() -> None:
    step = lesson("# One\n\n```text\n# no step\n{{x}}\n```\n\n- a list\n").steps[0]
    assert "# no step\n{x}" in step.text.write({})
    assert "```text" in step.text.write({})


def test_comments_and_spaces_around_values() -> None:
    body = "# One\n```setup\n  layers:  4:relu,dropout:0.5   # two\n# all of it\nshuffle: no\nclip: none\n```\n"
    setup = lesson(body).steps[0].setup
    assert setup is not None
    assert dict(setup.project) == {"layers": "4:relu,dropout:0.5", "shuffle": False, "clip": None}


def test_a_reveal_may_have_several_lines() -> None:
    body = "# One\n```predict\nWhy?\nSay.\n- [1] Yes\n- [0] No\nreveal: It is\n  so.\n\n  - and so\n```\n"
    asked = lesson(body).steps[0].predict
    assert asked is not None
    assert asked.question.write({}) == "Why?\nSay."
    assert asked.reveal.write({}) == "It is\nso.\n\n- and so"
    assert asked.when is None


# ---- faults


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("", 5, "needs at least one step"),
        ("text\n# One\n", 6, "before the first step"),
        ("# \n", 6, "a step needs a title"),
        ("# One\n{val_los}\n", 7, "'val_los' is not a fact or an event; did you mean val_loss?"),
        ("# One\na { b\n", 7, "a single { stands in the text"),
        ("# One\n```setup\nlayer: 3\n```\n", 8, "'layer' is no key of a setup; did you mean layers?"),
        ("# One\n```setup\nseed: 1\nseed: 2\n```\n", 9, "seed stands twice"),
        ("# One\n```setup\nseed\n```\n", 8, "expected 'key: value', got 'seed'"),
        ("# One\n```setup\nseed:\n```\n", 8, "seed: a value is missing"),
        ("# One\n```setup\n```\n", 7, "setup is empty"),
        ("# One\n```setup\nseed: 1\n", 7, "this block is not closed"),
        ("# One\n```setup\npace: quick\n```\n", 8, "pace: expected 0.5 to 600 seconds"),
        ("# One\n```setup\nshow: losses\n```\n", 8, "'losses' is none of data, model"),
        ("# One\n```setup\nlayout: learn\n```\n", 8, "'learn' is none of watch, explain"),
        ("# One\n```point\ntoolbar.trian\n```\n", 8, "'toolbar.trian' is not a control; did you mean toolbar.train?"),
        ("# One\n```point\nloss.log\nloss.curve\n```\n", 9, "point takes one control"),
        ("# One\n```until\nlos < 1\n```\n", 8, "'los' is not a fact or an event; did you mean loss?"),
        ("# One\n```until\nloss < 1\n```\n```until\nloss < 2\n```\n", 10, "until stands twice"),
        ("# One\n```untill\nloss < 1\n```\n", 7, "'untill' is no block of a lesson; did you mean until?"),
        ("```until\nloss < 1\n```\n# One\n", 6, "until stands before the first step"),
        ("# One\n```remember\nloss = 1\n```\n", 8, "loss is a fact already"),
        ("# One\n```remember\nx: 1\n```\n", 8, "expected 'name = expression'"),
        ("# One\n{later}\n```remember\nlater = loss\n```\n", 7, "'later' is not a fact"),
        ("# One\n```predict\n- [1] a\n- [0] b\nreveal: c\n```\n", 7, "the question is missing"),
        ("# One\n```predict\nWhy?\n- [1] a\nreveal: c\n```\n", 7, "expected two answers or more"),
        ("# One\n```predict\nWhy?\n- [1] a\n- [0] b\n```\n", 7, "'reveal:' is missing"),
        ("# One\n```predict\nWhy?\n- [1] a\n- [los] b\nreveal: c\n```\n", 10, "'los' is not a fact"),
        ("# One\n```predict\nWhy?\n- [1] a\n- b\n- [0] c\nreveal: c\n```\n", 10, "expected '- [condition] answer'"),
        ("# One\n```predict\nWhy?\n- [1]\n- [0] c\nreveal: c\n```\n", 9, "needs its words"),
        ("# One\n```predict\nWhy?\n- [1] a\n- [0] c\nreveal: {x}\n```\n", 11, "'x' is not a fact"),
    ],
)
def test_every_fault_is_said_with_its_line(body: str, line: int, said: str) -> None:
    found = faults(body)
    assert any(line == at and said in text for at, text in found), found


@pytest.mark.parametrize(
    ("head", "line", "said"),
    [
        ("# One\n", 1, "begins with a line of three dashes"),
        ("---\ntitle: A\n", 1, "three dashes that ends the head is missing"),
        ("---\ntitle: A\nminutes: 3\n---\n", 4, "summary: is missing from the head"),
        ("---\ntitle: A\nminutes: long\nsummary: S\n---\n", 3, "minutes: expected a whole number"),
        ("---\ntitel: A\nminutes: 3\nsummary: S\n---\n", 2, "'titel' is no key of the head; did you mean title?"),
        (HEAD[:-4] + "lock: model.los\n---\n", 5, "'model.los' is not a control; did you mean model.loss?"),
        (HEAD[:-4] + "lock: network.edge\n---\n", 5, "can only be pointed at"),
    ],
)
def test_faults_of_the_head(head: str, line: int, said: str) -> None:
    found = faults("# One\n", head)
    assert any(line == at and said in text for at, text in found), found


def test_all_faults_come_at_once_in_the_order_of_lines() -> None:
    found = faults("# One\n{a}\n```until\nb\n```\n# Two\n```point\nc\n```\n")
    assert [line for line, _ in found] == [7, 9, 13]


def test_what_is_remembered_is_known_from_the_next_step_on() -> None:
    body = "# One\n```remember\nbefore = loss\n```\n# Two\n{before}\n```until\nloss < before\n```\n"
    assert lesson(body).steps[1].names == {"loss", "before"}


@given(st.text(max_size=300))
def test_no_text_makes_the_reader_crash(text: str) -> None:
    for source in (text, HEAD + text, HEAD + "# One\n```predict\n" + text):
        with contextlib.suppress(LessonError):
            assert isinstance(read_lesson(source, "a"), Lesson)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (HEAD + "# One\n", True), ("\ufeff" + HEAD, True), ("---\nminutes: 3\ntitle: A\n---", True),
        ("a,b\n1,2\n", False), ("---\nname: A\n---\ntitle: B\n", False), ("", False), ("# title:", False),
    ],
)  # fmt: skip
def test_a_lesson_is_known_by_what_is_in_it(text: str, is_one: bool, tmp_path: Path) -> None:
    assert is_lesson(text) == is_one
    path = tmp_path / "some.csv"
    path.write_text(text, encoding="utf-8")
    assert is_lesson_file(path) == is_one


def test_a_file_that_is_no_text_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    with pytest.raises(LessonError, match=r"a\.md, line 1: the file cannot be read"):
        check_file(path)
    path.write_bytes(HEAD.encode() + b"# One\n\xff\n")
    with pytest.raises(LessonError, match=r"a\.md, line 7: a byte here is no UTF-8"):
        check_file(path)


# ---- setups


def made(**given: object) -> object:
    return set_up(Setup(given), open_sample("iris"))[0]


def test_a_setup_changes_what_it_names_and_nothing_else() -> None:
    before = open_sample("iris")[0]
    after = made(learning_rate=0.5, epochs=7, seed=9)
    assert (after.training.learning_rate, after.training.epochs, after.seed) == (0.5, 7, 9)
    assert after.network == before.network
    assert after.data == before.data
    assert after.training.optimizer == before.training.optimizer


def test_a_sample_comes_first_with_its_own_settings() -> None:
    after = made(layers="2:sigmoid,3", sample="moons", rows=50, noise=0.2, learning_rate=1)
    assert after.data.origin.name == "moons"
    assert (after.data.origin.rows, after.data.origin.noise) == (50, 0.2)
    hidden = after.network.layers[:-1]
    assert [(layer.units, layer.activation) for layer in hidden] == [(2, "sigmoid"), (3, "relu")]
    assert after.training.loss == "bce"


@pytest.mark.parametrize(
    ("loss", "output", "expected"),
    [("bce", None, "sigmoid"), ("mse", None, "softmax"), ("cce", "softmax", "softmax"), ("mse", "tanh", "tanh")],
)
def test_the_output_follows_the_loss_where_it_has_to(loss: str, output: str | None, expected: str) -> None:
    given = {"loss": loss} | ({} if output is None else {"output_activation": output})
    assert made(**given).network.output.activation == expected


def test_more_that_a_setup_can_say() -> None:
    after = made(initializer="normal", scale=2.0, layers=None, split="0.5/0.5/0", scaling="standard", clip=None)
    assert len(after.network.layers) == 1
    assert all(layer.initializer == "normal" and layer.scale == 2.0 for layer in after.network.layers)
    assert after.data.split.validation == 0.5
    assert {column.scaling for column in after.data.features} == {"standard"}
    assert after.training.clip == "none"
    assert made(split_by="random").data.split.method == "random"
    assert made(sample="xor", threshold=0.3).decision.threshold == 0.3


@pytest.mark.parametrize(
    ("given", "key", "said"),
    [
        ({"sample": "xr"}, "sample", "there is no sample 'xr'"),
        ({"sample": "iris", "rows": 5}, "sample", "the sample iris has no rows"),
        ({"rows": 5}, "rows", "go with sample"),
        ({"layers": "4:rel"}, "layers", "there is no activation 'rel'"),
        ({"learning_rate": -1}, "learning_rate", "expected a number, more than 0"),
        ({"learning_rate": "fast"}, "learning_rate", "expected a number"),
        ({"epochs": 1.5}, "epochs", "expected 1 to 100000000, got 1.5"),
        ({"loss": "ce2"}, "loss", "expected one of"),
        ({"optimizer": "adm"}, "optimizer", "expected one of"),
        ({"seed": 1.5}, "seed", "expected a whole number"),
        ({"split": "0.5/0.6"}, "split", "expected three fractions"),
        ({"split_by": "chance"}, "split_by", "expected random"),
        ({"scaling": "big"}, "scaling", "expected"),
        ({"initializer": "ones"}, "initializer", "expected one of"),
        ({"scale": 1.0}, "scale", "goes with initializer"),
        ({"threshold": 0.5}, "threshold", "has 3 classes"),
        ({"output_activation": "rel"}, "output_activation", "expected one of"),
    ],
)
def test_a_setup_that_does_not_fit_names_its_key(given: dict[str, object], key: str, said: str) -> None:
    with pytest.raises(IllegalEdit) as error:
        made(**given)
    assert error.value.args[1] == key
    assert said in error.value.args[0]


def test_the_checker_tries_the_setups_in_turn(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    body = "# One\n```setup\nsample: xor\nlayers: 2\nepochs: 0\n```\n# Two\n```setup\nselect: d7\nrows: 4\n```\n"
    path.write_text(HEAD + body, encoding="utf-8")
    with pytest.raises(LessonError) as error:
        check_file(path)
    assert [problem.line for problem in error.value.problems] == [10, 14, 15]
    assert "a.md, line 14: select: there is no layer 'd7'; there are d1, d2, output" in str(error.value)


def test_the_checker_follows_links_to_the_reference(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(HEAD + "# One\n[ReLU](reference:relu)\n[it](reference:nothing)\n", encoding="utf-8")
    with pytest.raises(LessonError, match=r"a\.md, line 8: the reference has no page 'nothing'"):
        check_file(path)


# ---- the tables


def test_names_are_words_and_mean_one_thing() -> None:
    assert not set(FACTS) & set(EVENTS)
    for name in (*FACTS, *EVENTS, *PROJECT_KEYS, *WINDOW_KEYS):
        assert name.isidentifier(), name
    assert not set(PROJECT_KEYS) & set(WINDOW_KEYS)
    for sentence in (*(f.help for f in FACTS.values()), *(e.help for e in EVENTS.values()), *CONTROLS.values()):
        assert sentence.endswith((".", "…", ".)")), sentence
    assert set(TrainingSpec.__struct_fields__) - {"class_weight_values"} <= set(PROJECT_KEYS)
    assert set(WORDS) <= set(CONTROLS)
    assert set(CONTROLS) >= PAINTED
    assert set(PARTS) <= set(CONTROLS)


def test_stars_stand_for_one_word() -> None:
    assert entry_of("network.block.d1") == ("network.block.*", "d1")
    assert entry_of("network.block.d1.more") == ("network.block.*.more", "d1")
    assert entry_of("weights.kinds") == ("weights.kinds", "")
    assert entry_of("weights.check.step") == ("weights.check.step", "")
    for name in ("network.block.*", "network.block.", "output.nothing", "weights.d1", "network.palette.conv", ""):
        assert entry_of(name) is None, name


def test_events_of_edits() -> None:
    spec, _ = open_sample("moons")

    def seen(**given: object) -> set[str]:
        return set(events_of(spec, set_up(Setup(given), (spec, _))[0]))

    assert seen() == set()
    assert seen(learning_rate=1.0) == {"learning_rate_changed"}
    assert seen(layers="3:relu") == {"units_changed", "activation_changed"}
    assert seen(layers="8:tanh,4:tanh") == {"layer_added", "units_changed", "activation_changed"}
    assert seen(layers="8:tanh,dropout:0.3") == {"layer_added", "dropout_changed"}
    assert seen(loss="mse", l2=0.1, seed=4) == {"loss_changed", "penalty_changed", "seed_changed"}
    assert {"sample_opened", "data_changed"} <= seen(sample="xor")
    assert seen(initializer="zeros") == {"initializer_changed"}
    assert seen(split="0.5/0.5/0") == {"split_changed"}
    assert seen(threshold=0.4) == {"threshold_changed"}


def test_a_guard_refuses_what_is_locked_and_nothing_else() -> None:
    spec, table = open_sample("moons")
    guard = guard_of(("model.loss", "network.diagram"), "A")

    def change(**given: object) -> str:
        return guard(spec, set_up(Setup(given), (spec, table))[0])

    assert change(learning_rate=1.0, seed=3) == ""
    assert change(loss="mse") == "The lesson “A” keeps this as it is: loss."
    assert "diagram" in change(layers="3")


def test_shipped_lessons_have_names_and_a_first_dense() -> None:
    assert len(names()) == len(set(names()))
    assert isinstance(open_sample("xor")[0].network.layers[0], Dense)
