"""The options of the engine: every setting reachable, each in its range, none that would be ignored."""

import json
import re

import numpy as np
import pytest
from msgspec.structs import replace

from bpgui.__main__ import main
from bpgui.cli import settings
from bpgui.cli.layers import with_hidden
from bpgui.cli.source import open_source, with_options
from bpgui.cli.window import parse
from bpgui.cli.words import Usage
from bpgui.data.spec import FileOrigin
from bpgui.data.table import NumberColumn, Table, TextColumn
from bpgui.engine.clipping import CLIPPINGS
from bpgui.project.proposal import propose
from bpgui.project.samples import open_sample
from bpgui.project.spec import Activation, BatchNorm, Dense, Dropout, TrainingSpec


def trained_with(*words):
    options = parse(["train", "sample:moons", *words])
    return with_options(*open_source("sample:moons"), options)


def lines(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


# ---- layers


def test_every_kind_of_layer_can_be_typed():
    text = "16:relu, dropout:0.3 ,batchnorm,8,dropout,identity,4:tanh:frozen, batchnorm:0.3:1e-3"
    hidden = with_hidden(open_sample("moons")[0].network, text).layers
    assert hidden == (
        Dense(id="d1", units=16, activation="relu"), Dropout(id="p1", rate=0.3), BatchNorm(id="n1"),
        Dense(id="d2", units=8, activation="relu"), Dropout(id="p2"), Activation(id="a1", activation="identity"),
        Dense(id="d3", units=4, activation="tanh", freeze_weights=True, freeze_biases=True),
        BatchNorm(id="n2", momentum=0.3, epsilon=1e-3), Dense(id="d4", units="auto", activation="sigmoid"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("4:frozen", {"freeze_weights": True, "freeze_biases": True}),
        ("4:tanh:frozen-weights", {"activation": "tanh", "freeze_weights": True}),
        ("4:frozen-biases", {"freeze_biases": True}),
        ("4:frozen-weights:frozen-biases", {"freeze_weights": True, "freeze_biases": True}),
        ("4:tanh:no-bias", {"activation": "tanh", "bias": False}),
        ("4:no-bias : frozen-weights", {"bias": False, "freeze_weights": True}),
        ("4:frozen:no-bias", {"bias": False, "freeze_weights": True}),
    ],
)
def test_marks_of_a_dense_layer(text, fields):
    layer = with_hidden(open_sample("moons")[0].network, text).layers[0]
    assert layer == Dense(id="d1", units=4, **({"activation": "relu"} | fields))


def test_the_momentum_of_a_batch_norm_alone():
    layers = with_hidden(open_sample("moons")[0].network, "4,batchnorm:1").layers
    assert layers[1] == BatchNorm(id="n1", momentum=1.0)


def test_no_hidden_layer_is_a_network_too():
    assert [layer.id for layer in with_hidden(open_sample("moons")[0].network, "").layers] == ["d1"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("16:relu,droput:0.2", r"part 2 \('droput:0.2'\): there is no layer 'droput'; expected UNITS\["),
        ("dropout:1", "dropout rate from 0 to less than 1, got '1'"),
        ("dropout:x", "dropout rate from 0 to less than 1, got 'x'"),
        ("16:relu:frosen", "expected frozen, frozen-weights, frozen-biases or no-bias, got 'frosen'"),
        ("16:relu:tanh", "expected frozen, frozen-weights, frozen-biases or no-bias, got 'tanh'"),
        ("16:frozen:relu", "expected frozen, frozen-weights, frozen-biases or no-bias, got 'relu'"),
        ("16:relu:frozen:frozen", "'frozen' stands twice"),
        ("16:no-bias:frozen-biases", "without a bias there are no biases to freeze"),
        ("16:relu:", "expected frozen, frozen-weights, frozen-biases or no-bias, got ''"),
        ("16:swosh", "no activation 'swosh'; there are identity, "),
        ("0:relu", "1 to 100000 units, got 0"),
        ("100001", "1 to 100000 units"),
        ("16,,8", r"part 2 \(''\): expected UNITS"),
        ("-4", r"part 1 \('-4'\): expected UNITS"),
        ("batchnorm:3", r"part 1 \('batchnorm:3'\): expected a momentum above 0 to 1, got '3'"),
        ("batchnorm:0", "expected a momentum above 0 to 1, got '0'"),
        ("batchnorm:0.1:0", "expected an epsilon above 0, got '0'"),
        ("batchnorm:0.1:x", "expected an epsilon above 0, got 'x'"),
        ("batchnorm:0.1:1e-5:2", r"part 1 \('batchnorm:0.1:1e-5:2'\): expected UNITS"),
        ("relu:8", r"part 1 \('relu:8'\): expected UNITS"),
    ],
)
def test_a_part_that_cannot_be_read_is_named(text, said):
    with pytest.raises(Usage, match=said):
        with_hidden(open_sample("moons")[0].network, text)


# ---- settings


NOT_TYPED = {"clip_at", "class_weight_values", "target_value"}  # their options have other names


def test_every_setting_has_an_option():
    text = parse_help()
    for name in set(TrainingSpec.__struct_fields__) - NOT_TYPED:
        assert re.search(f" {settings.flag(name)}[ ,]", text), name
    for kind in set(CLIPPINGS) - {"none"}:
        assert f"--clip-{kind} " in text


def parse_help():
    from bpgui.cli.parser import commands

    found = next(a for a in commands()._actions if a.dest == "command")
    return found.choices["train"].format_help()


def test_what_is_not_typed_stays():
    assert trained_with() == open_sample("moons")[0]


@pytest.mark.parametrize(("name", "setting"), settings.OWNED.items())
def test_a_setting_of_one_entry_is_taken_with_it_and_refused_with_another(name, setting):
    low, high = setting.field.minimum, setting.field.maximum
    value = int(low + 7) if isinstance(setting.field.default, int) else (2.0 * low if low else high / 4)
    chosen = settings.flag(setting.chooser)
    for entry in setting.entries:
        words = [chosen, entry, settings.flag(name), repr(value)]
        target = ["--target", "x1"] if entry == "huber" else []
        spec = trained_with(*target, *words)
        assert getattr(spec.training, name) == value
        assert getattr(spec.training, setting.chooser) == entry
    other = next(key for key in settings.CHOSEN[setting.chooser] if key not in setting.entries)
    with pytest.raises(Usage, match=f"{settings.flag(name)} belongs to {chosen} .* uses {other}"):
        trained_with(chosen, other, settings.flag(name), repr(value))
    for wrong in (low - 1, high * 2 + 1):
        with pytest.raises(Usage, match="expected"):
            trained_with(chosen, setting.entries[0], f"{settings.flag(name)}={wrong!r}")


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        (["--l1", "0.1", "--l2", "1e-3"], {"l1": 0.1, "l2": 1e-3}),
        (["--clip-norm", "2"], {"clip": "norm", "clip_at": 2.0}),
        (["--clip-value", "0.5"], {"clip": "value", "clip_at": 0.5}),
        (["--patience", "9", "--min-delta", "0.01"], {"patience": 9, "min_delta": 0.01}),
        (["--max-seconds", "1.5", "--target-loss", "0.2"], {"max_seconds": 1.5, "target_loss": 0.2}),
        (["--max-seconds", "none", "--target-loss", "none"], {"max_seconds": None, "target_loss": None}),
        (["--target-metric", "accuracy>=0.95"], {"target_metric": "accuracy", "target_value": 0.95}),
        (["--target-metric", "rmse <= 2"], {"target_metric": "rmse", "target_value": 2.0}),
        (["--target-metric", "f1=1"], {"target_metric": "f1", "target_value": 1.0}),
        (["--target-metric", "none"], {"target_metric": ""}),
        (["--no-shuffle", "--batch-size", "1e2"], {"shuffle": False, "batch_size": 100}),
        (["--loss", "mse", "--reduction", "half_sum"], {"loss": "mse", "reduction": "half_sum"}),
        (["--class-weights", "balanced"], {"class_weights": "balanced"}),
        (["--class-weights", "1=5"], {"class_weights": "given", "class_weight_values": (1.0, 5.0)}),
    ],
)
def test_settings_are_taken(words, changed):
    spec = trained_with(*words)
    assert {name: getattr(spec.training, name) for name in changed} == changed
    before = open_sample("moons")[0].training
    same = set(TrainingSpec.__struct_fields__) - set(changed)
    assert {name: getattr(spec.training, name) for name in same} == {name: getattr(before, name) for name in same}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--target-metric", "accuracy<=0.9"], "better the higher it is: expected accuracy>=0.9"),
        (["--target-metric", "mae>=0.9"], "better the lower it is: expected mae<=0.9"),
        (["--target-metric", "acuracy>=0.9"], "as in accuracy>=0.95, got 'acuracy>=0.9'"),
        (["--target-metric", "accuracy"], "as in accuracy>=0.95"),
        (["--clip-norm", "1", "--clip-value", "1"], "not allowed with"),
        (["--clip-norm", "1", "--clip", "none"], "not allowed with"),
        (["--clip", "norm"], "'norm'"),
        (["--min-delta", "0.1"], "--min-delta belongs to --patience, but this run has none"),
        (["--min-delta", "0.1", "--patience", "0"], "add --patience"),
        (["--output-activation", "tan"], "invalid choice: 'tan'"),
        (["--patience", "2.5"], "a whole number"),
        (["--l2", "-1"], "0 to 1000000"),
        (["--l2", "nan"], "expected a number, got 'nan'"),
        (["--class-weights", "2=5"], "there is no class '2'; there are 0, 1"),
        (["--class-weights", "1"], "as in \"no=1,yes=5\", got '1'"),
        (["--class-weights", "1=-2"], "got '1=-2'"),
        (["--scale", "0.3"], "--scale belongs to --initializer"),
        (["--initializer", "magic"], "invalid choice: 'magic'"),
    ],
)
def test_settings_that_do_not_fit_are_refused_in_words(words, said):
    with pytest.raises(Usage) as error:
        trained_with(*words)
    assert said in str(error.value)


def test_there_is_a_way_back_from_what_a_project_has_set():
    spec, table = open_sample("moons")
    training = replace(spec.training, clip="norm", clip_at=2.0, shuffle=False, class_weights="balanced", patience=5)
    spec = replace(spec, training=training)
    words = ["--clip", "none", "--shuffle", "--class-weights", "equal", "--min-delta", "0.1"]
    after = with_options(spec, table, parse(["train", "p.bpgui", *words])).training
    changed = {"clip": "none", "shuffle": True, "class_weights": "equal", "min_delta": 0.1}
    assert after == replace(training, **changed)
    with pytest.raises(Usage, match="--min-delta belongs to --patience"):
        with_options(spec, table, parse(["train", "p.bpgui", "--min-delta", "0.1", "--patience", "0"]))


@pytest.mark.parametrize(
    ("loss", "output"), [("hinge", "tanh"), ("hinge", "identity"), ("mse", "sigmoid"), ("mae", "tanh")]
)
def test_every_legal_output_can_be_reached(capsys, loss, output):
    words = ["--loss", loss, "--output-activation", output]
    assert trained_with(*words, "--layers", "4").network.output.activation == output
    assert main(["train", "sample:moons", *words, "--epochs", "1", "--json"]) == 0


def test_an_illegal_output_is_refused_with_ways_out(capsys):
    assert main(["train", "sample:moons", "--loss", "bce", "--output-activation", "tanh", "--json"]) == 1
    captured = capsys.readouterr()
    assert "cannot be used with the output Tanh; it needs Sigmoid" in captured.err
    assert "To mend it: use Sigmoid as output" in captured.err
    assert captured.out == ""


def test_the_loss_says_the_output_only_where_nothing_else_does():
    spec, table = open_sample("moons")
    spec = with_options(spec, table, parse(["train", "p.bpgui", "--loss", "mse", "--output-activation", "tanh"]))
    assert with_options(spec, table, parse(["train", "p.bpgui", "--loss", "hinge"])).network.output.activation == "tanh"


def test_first_weights_of_every_hidden_layer_and_of_no_other():
    spec = trained_with("--layers", "4,dropout,3", "--initializer", "normal", "--scale", "0.25")
    dense = [layer for layer in spec.network.layers if isinstance(layer, Dense)]
    assert [(layer.initializer, layer.scale) for layer in dense] == [("normal", 0.25), ("normal", 0.25), ("auto", 0.5)]


def test_class_weights_by_names_with_odd_signs():
    texts = ["a=b", "x, y", "z"] * 4
    table = Table((NumberColumn("x", np.arange(12.0)), TextColumn.of("label", texts)))
    options = parse(["train", "f.csv", "--class-weights", 'a=b=2, "x, y=3"'])
    spec = with_options(propose(table, FileOrigin(name="f.csv")), table, options)
    assert spec.training.class_weight_values == (2.0, 3.0, 1.0)


def test_a_column_of_weights_is_taken_and_a_text_is_not(tmp_path, capsys):
    path = tmp_path / "w.csv"
    path.write_text("x,count,kind,y\n" + "".join(f"{i % 7},{1 + i % 3},{'ab'[i % 2]},{i % 5 / 3}\n" for i in range(40)))
    words = ["train", str(path), "--target", "y", "--epochs", "2", "--json"]
    shas = []
    for more in ([], ["--weight", "count"]):
        assert main([*words, *more]) == 0
        shas.append(lines(capsys)[-1]["weights_sha256"])
    assert shas[0] != shas[1]
    assert main([*words, "--weight", "kind"]) == 2
    assert "kind cannot weigh rows" in capsys.readouterr().err
    assert main([*words, "--weight", "nothing"]) == 2


# ---- what is printed


def test_penalty_and_rate_stand_in_the_lines_where_there_are_any(capsys):
    words = ["train", "sample:moons", "--epochs", "3", "--json"]
    main(words)
    assert not any({"penalty", "learning_rate"} & set(line) for line in lines(capsys))
    main([*words, "--l2", "0.01", "--schedule", "exponential", "--decay", "0.5", "--learning-rate", "0.08"])
    *epochs, done = lines(capsys)
    np.testing.assert_allclose([line["learning_rate"] for line in epochs], [0.08, 0.04, 0.02])
    assert all(line["penalty"] > 0.0 for line in epochs)
    assert done["penalty"] == pytest.approx(epochs[-1]["penalty"], rel=0.1)
    assert (done["stop_reason"], done["stop_detail"]) == ("epochs", "")


@pytest.mark.parametrize(
    ("words", "reason", "said"),
    [
        (["--patience", "1", "--min-delta", "10"], "patience", "weights of its best"),
        (["--target-metric", "accuracy>=0.5"], "target metric", "the target metric was reached"),
        (["--target-loss", "10"], "target loss", "the target loss was reached"),
        (["--max-seconds", "0.001", "--epochs", "100000000"], "time", "the time was up"),
    ],
)
def test_each_rule_ends_a_run_and_says_so(capsys, words, reason, said):
    assert main(["train", "sample:moons", *words, "--json"]) == 0
    assert lines(capsys)[-1]["stop_reason"] == reason
    assert main(["train", "sample:moons", *words]) == 0
    assert said in capsys.readouterr().out


def test_figures_stand_in_columns(capsys):
    words = ["--loss", "mae", "--epochs", "2", "--test", "--split", "0.6/0.2/0.2", "--l2", "0.1"]
    assert main(["train", "sample:iris", *words]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[2].split() == ["training", "validation", "test"]
    assert [line.split()[0] for line in printed[3:6]] == ["loss", "penalty", "accuracy"]
    assert len({len(line) for line in printed[6:10]}) == 1
