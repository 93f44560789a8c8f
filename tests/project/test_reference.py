"""The reference: nothing is missing, no link leads nowhere, and its numpy gives the engine's numbers."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.clipping import CLIPPINGS
from bpgui.engine.initializers import INITIALIZERS
from bpgui.engine.layers import LAYERS, BatchNorm, Dense, Dropout
from bpgui.engine.losses import LOSSES, divisor
from bpgui.engine.metrics import METRICS
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.regularizers import Penalty
from bpgui.engine.schedules import SCHEDULES
from bpgui.project.fields import LAYER_FIELDS, TRAINING_FIELDS
from bpgui.project.reference import KINDS, entries, entry, find, key_of_field, plain_text, search
from bpgui.project.reference.curves import curve_of
from bpgui.project.reference.plain import index_text
from bpgui.project.reference.reading import links, read

ROWS, WIDTH = 12, 3


def ran(key: str, **given: object) -> dict[str, object]:
    """The names that an entry's numpy leaves behind."""
    names: dict[str, object] = {"np": np, **given}
    exec(entry(key).code, names)
    return names


def numbers(*shape: int, seed: int = 0, scale: float = 2.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0.0, scale, shape)


def scratch(like: np.ndarray, count: int) -> tuple[np.ndarray, ...]:
    return tuple(np.empty_like(like) for _ in range(count))


# ---- whole


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.table], ids=lambda kind: kind.key)
def test_every_key_of_every_table_has_its_entry_and_no_other(kind):
    assert sorted(made.name for made in entries().values() if made.kind == kind.key) == sorted(kind.table)
    for name, record in kind.table.items():
        made = entry(f"{kind.key}.{name}")
        assert made.help == record.help
        assert record.label.lower() in made.label.lower()


@pytest.mark.parametrize("key", list(entries()))
def test_an_entry_is_complete(key):
    made = entry(key)
    assert made.does
    assert made.see or made.kind == "layer"
    assert all(other in entries() and other != key for other in made.see)
    for text in (made.does, made.use, made.helps, made.care, made.source):
        assert all(other in entries() for other in links(text))
        assert not text or text[-1] in ".)"
    if made.kind not in ("term", "setting"):
        assert all((made.use, made.care, made.source, made.formulas, made.code))
    if made.kind == "setting":
        assert all((made.use, made.care))
    assert plain_text(made).startswith(made.label)


def test_losses_and_layers_tell_their_gradients():
    for made in entries().values():
        if made.kind in ("loss", "layer"):
            assert "Gradient" in dict(made.formulas)
        if made.kind == "activation":
            assert "Derivative" in dict(made.formulas)


def test_every_setting_has_an_entry():
    fields = {**TRAINING_FIELDS, **LAYER_FIELDS}
    for table in (LOSSES, OPTIMIZERS, SCHEDULES, CLIPPINGS, INITIALIZERS, LAYERS):
        for record in table.values():
            fields |= {field.name: field for field in record.fields}
    for name in fields:
        key = key_of_field(name)
        assert key is not None, name
        assert any(field.name == name for field in entry(key).fields)


def test_terms_that_the_window_uses_are_explained():
    for term in ("forward pass", "loss", "backward pass", "update", "epoch", "batch", "delta", "step", "gradient"):
        assert f"term.{term.replace(' ', '_')}" in entries()


# ---- finding


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("relu", "activation.relu"), ("ReLU", "activation.relu"), ("learning rate", "setting.learning_rate"),
        ("delta", "term.delta"), ("dead ReLU", "term.dead_relu"), ("mae", "loss.mae"), ("metric.mae", "metric.mae"),
        ("log-sum-exp", "term.log_sum_exp"), ("Binary cross-entropy", "loss.bce"), ("relu6", None),
    ],
)  # fmt: skip
def test_a_name_finds_its_entry(name, key):
    assert find(name) == key


def test_search_puts_labels_first():
    assert search("gradient")[0] == "term.gradient"
    assert search("tanh")[0] == "activation.tanh"
    assert "optimizer.adam" in search("kingma ba")
    assert search("no such thing at all") == []
    assert len(search("")) == len(entries())


def test_the_index_lists_everything():
    assert all(key in index_text() for key in entries())


# ---- files


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("# T\n\n## relu\n\n**Whence.** x\n", "no part is called “Whence”"),
        ("hello\n", "text before the first entry"),
        ("## relu\n```python\na = z\n", "has no end"),
    ],
)
def test_a_file_that_does_not_fit_says_where(tmp_path, text, sentence):
    path = tmp_path / "some.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=sentence) as refused:
        read(path)
    assert "some.md" in str(refused.value)


# ---- the numpy shown is what the engine computes


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(name):
    function = ACTIVATIONS[name]
    z, da = numbers(ROWS, WIDTH), numbers(ROWS, WIDTH, seed=1)
    z[0] = 0.0  # on the kinks
    a, dz, t = np.empty_like(z), np.empty_like(z), scratch(z, function.scratch)
    function.forward(z, a, t)
    function.backward(z, a, da, dz, t)
    found = ran(f"activation.{name}", z=z, da=da)
    np.testing.assert_allclose(found["a"], a, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found.get("dz", da * found.get("slope", 0.0)), dz, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", LOSSES)
def test_losses(name):
    loss = LOSSES[name]
    p = numbers(ROWS, WIDTH)
    y = np.eye(WIDTH)[np.random.default_rng(2).integers(0, WIDTH, ROWS)]
    if loss.task != "classes":
        y = numbers(ROWS, WIDTH, seed=3)
    y = np.where(y == 0.0, loss.negative, y) if loss.negative else y
    options = {field.name: field.default for field in loss.fields}
    terms, gradient, t = np.empty_like(p), np.empty_like(p), scratch(p, loss.scratch)
    loss.terms(p, y, terms, t, options)
    loss.gradient(p, y, gradient, t, options)
    whole = divisor(loss, "mean", ROWS, WIDTH)
    found = ran(f"loss.{name}", y=y, a=p, z=p, **options)
    assert found["loss"] == pytest.approx(terms.sum() / whole, rel=1e-12)
    np.testing.assert_allclose(found["gradient"], gradient / whole, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers(name):
    record = OPTIMIZERS[name]
    options = {field.name: float(field.default) for field in record.fields}
    w, g = numbers(WIDTH), np.empty(WIDTH)
    optimizer = record.make(w, g, options)
    state = {"W": w.copy(), "v": 0.0, "m": 0.0, "t": 0}
    for step in range(7):
        g[:] = numbers(WIDTH, seed=step)
        found = ran(f"optimizer.{name}", g=g, rate=0.05, **options, **state)
        state = {key: found[key] for key in state}
        optimizer.update(0.05)
    np.testing.assert_allclose(state["W"], w, rtol=1e-9)


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules(name):
    record = SCHEDULES[name]
    options = {field.name: field.default for field in record.fields}
    schedule, losses = record.make(options), [1.0, 0.5, *[0.5] * 30]
    for count in range(30):
        given = {"step": 7 * count, "epoch": count, "epochs": 50, "losses": losses[:count], "best": np.inf, "bad": 0}
        found = ran(f"schedule.{name}", factor=1.0, **given, **options)
        assert found["factor"] == pytest.approx(schedule.factor(7 * count, count, 50), rel=1e-12)
        schedule.observe(losses[count])


@pytest.mark.parametrize("name", INITIALIZERS)
def test_first_weights(name):
    given = {"rng": np.random.default_rng(5), "inputs": 6, "units": 4, "scale": 0.3}
    expected = INITIALIZERS[name].fill(np.random.default_rng(5), 6, 4, 0.3)
    np.testing.assert_allclose(ran(f"initializer.{name}", **given)["W"], expected, rtol=1e-14)


@pytest.mark.parametrize("name", METRICS)
def test_metrics(name):
    metric, rng = METRICS[name], np.random.default_rng(11)
    if metric.task == "number":
        y, a = numbers(50, 2), numbers(50, 2, seed=1)
        given = {"y": y[:, :1], "a": a[:, :1]}
        y, a = given["y"], given["a"]
    else:
        actual, scores = rng.integers(0, 2, 50), rng.random(50)
        predicted = (scores >= 0.5).astype(int)
        y, a = actual[:, None].astype(float), scores[:, None]
        given = {"actual": actual, "predicted": predicted, "scores": scores}
        for cell, (true, said) in {"tp": (1, 1), "fp": (0, 1), "fn": (1, 0)}.items():
            given[cell] = np.sum((actual == true) & (predicted == said))
    found = ran(f"metric.{name}", **given)["value"]
    assert found == pytest.approx(metric.compute(y, a), rel=1e-12)
    outside = {"roc_auc": roc_auc_score, "pr_auc": average_precision_score}.get(name)
    assert outside is None or found == pytest.approx(outside(actual, scores), rel=1e-12)


def test_layers():
    x, da = numbers(ROWS, WIDTH), numbers(ROWS, WIDTH, seed=1)
    out, dx = np.empty_like(x), np.empty_like(x)
    W, b, dW, db = numbers(WIDTH, WIDTH), numbers(WIDTH), np.empty((WIDTH, WIDTH)), np.empty(WIDTH)
    dense = Dense("", WIDTH, WIDTH)
    dense.bind((W, b), (dW, db), ())
    same(dense, x, da, ran("layer.dense", x=x, W=W, b=b, delta=da), "z", "dx")
    found = ran("layer.dense", x=x, W=W, b=b, delta=da)
    np.testing.assert_allclose(found["dW"], dW)
    np.testing.assert_allclose(found["db"], db)
    norm = BatchNorm("", WIDTH)
    gamma, beta, d_gamma, d_beta = numbers(WIDTH), numbers(WIDTH), np.empty(WIDTH), np.empty(WIDTH)
    norm.bind((gamma, beta), (d_gamma, d_beta), (np.zeros(WIDTH), np.ones(WIDTH)))
    found = ran("layer.batchnorm", x=x, da=da, gamma=gamma, beta=beta, epsilon=norm.epsilon)
    same(norm, x, da, found, "a", "dx")
    np.testing.assert_allclose(found["d_gamma"], d_gamma)
    np.testing.assert_allclose(found["d_beta"], d_beta)
    dropout = Dropout("", WIDTH, 0.4)
    kept = dropout.kept(ROWS, np.float64)
    dropout.draw(kept, np.random.default_rng(8))
    dropout.forward(x, out, kept)
    dropout.backward(x, out, da, dx, kept)
    found = ran("layer.dropout", x=x, da=da, rate=0.4, rng=np.random.default_rng(8))
    np.testing.assert_allclose(found["a"], out)
    np.testing.assert_allclose(found["dx"], dx)
    found = ran("layer.activation", z=x, da=da)
    tanh = ran("activation.tanh", z=x)
    np.testing.assert_allclose(found["a"], tanh["a"])
    np.testing.assert_allclose(found["dz"], da * tanh["slope"])


def same(layer, x, da, found, out_name, back_name):
    out, dx, kept = np.empty_like(x), np.empty_like(x), layer.kept(len(x), np.float64)
    layer.forward(x, out, kept)
    layer.backward(x, out, da, dx, kept)
    np.testing.assert_allclose(found[out_name], out, rtol=1e-10)
    np.testing.assert_allclose(found[back_name], dx, rtol=1e-9, atol=1e-12)


def test_penalties_and_clipping():
    W, g = numbers(WIDTH, WIDTH), numbers(WIDTH)
    for name, strengths in {"l1": (0.3, 0.0), "l2": (0.0, 0.3)}.items():
        dW, layer = np.ones_like(W), Dense("", WIDTH, WIDTH, bias=False)
        layer.bind((W,), (dW,), ())
        penalty = Penalty([layer])
        found = ran(f"regulariser.{name}", W=W, dW=dW.copy(), **{name: 0.3})
        assert found["penalty"] == pytest.approx(penalty.value(*strengths))
        penalty.add_gradient(*strengths)
        np.testing.assert_allclose(found["dW"], dW)
    for name, record in CLIPPINGS.items():
        clipped = g.copy()
        record.make(clipped)(0.7)
        np.testing.assert_allclose(ran(f"regulariser.{name}", g=g, clip_at=0.7)["g"], clipped)


# ---- curves


@pytest.mark.parametrize("key", [key for key in entries() if curve_of(key) is not None])
def test_a_curve_is_finite_and_reads_out_what_is_drawn(key):
    curve = curve_of(key)
    x, lines = curve.sample()
    assert len(lines) == len(curve.names)
    assert (x[0], x[-1]) == (curve.low, curve.high)
    assert all(np.isfinite(line).all() for line in lines)
    middle = len(x) // 3
    place, values = curve.at(float(x[middle]))
    assert place == x[middle]
    assert values == pytest.approx([line[middle] for line in lines])


@pytest.mark.parametrize("key", [key for key in entries() if key.split(".")[0] in ("activation", "loss")])
def test_the_second_curve_is_the_slope_of_the_first(key):
    curve = curve_of(key)
    x = np.linspace(curve.low, curve.high, 97)
    x = x[[all(abs(at - kink) > 0.01 for kink in curve.kinks) for at in x]]
    above, below = curve.values(x + 1e-6)[0], curve.values(x - 1e-6)[0]
    np.testing.assert_allclose(curve.values(x)[1], (above - below) / 2e-6, rtol=1e-5, atol=1e-7)
    for kink in curve.kinks:
        before, after = curve.values(np.array([kink - 1e-6]))[1], curve.values(np.array([kink + 1e-6]))[1]
        assert abs(before - after) > 0.5
