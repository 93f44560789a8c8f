"""Trees of origin: every node agrees with the engine, and the leaves alone give its gradient and its update."""

import math
import unicodedata

import checks
import numpy as np
import plain
import pytest
from checks import MIXED, Setup
from oracles import build, legal_cases

from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.explain import (
    TOLERANCES,
    Change,
    ClipFactor,
    Delta,
    Gradient,
    GradientNorm,
    Loss,
    Moment,
    NewParameter,
    Output,
    Parameter,
    Rate,
    Reference,
    RowLoss,
    Share,
    Update,
    Words,
    explain,
    numbers_at,
)
from bpgui.engine.explain.losses import TERMS
from bpgui.engine.explain.node import FUNCTION, LEAF, PRODUCT, SUM, total, wide
from bpgui.engine.explain.numbers import factor
from bpgui.engine.explain.stations import parameters_of
from bpgui.engine.explain.updates import told
from bpgui.engine.losses import LOSSES
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.rehearsal import take_trace
from bpgui.engine.schedules import SCHEDULES
from bpgui.engine.trace import INPUT

DEEP = "dense:3 batchnorm:0.1:0.1 tanh dense:3 dropout:0.3 silu dense:3:nobias batchnorm elu dense:3 softmax"


def parameters(trace):
    return [parameter for slot in range(len(trace.layers)) for parameter in parameters_of(trace, slot)]


class Walk:
    """Down every branch once; `deep` works a number out from the leaves alone."""

    def __init__(self, trace, tolerance=None):
        self.trace = trace
        self.tolerance = tolerance or TOLERANCES[trace.dtype.name]
        self.seen = {}
        self.nodes = 0

    def root(self, what):
        node = explain(self.trace, what)
        self.down(node)
        return node

    def down(self, node):
        key = (node.reference, node.symbol, node.label, node.value)
        if key in self.seen:
            return self.seen[key]
        self.nodes += 1
        assert node.label
        assert node.symbol
        assert node.agrees(self.tolerance), f"{node.line}: worked {node.worked!r}, value {node.value!r}, {node.scale!r}"
        branches = node.terms()
        for branch, value in zip(branches, node.branches.values if node.branches else (), strict=True):
            assert branch.value == value
        parts = [self.down(branch) for branch in branches]
        self.seen[key] = found = self.deep(node, parts)
        return found

    def deep(self, node, parts):
        """(value, sum of absolute terms) from below."""
        if node.kind == SUM:
            return math.fsum(value for value, _ in parts), math.fsum(size for _, size in parts)
        if node.kind == PRODUCT:
            return math.prod(value for value, _ in parts), math.prod(size for _, size in parts)
        assert node.kind == (FUNCTION if node.terms() or node.branches is not None else LEAF)
        return node.worked, max(node.scale, abs(node.worked))


def close(found, expected, tolerance=1e-12):
    value, size = found
    assert abs(value - expected) <= tolerance * max(size, 1e-300), (value, expected, size)


def check_everything(trace, gradient=None):
    """All trees of a trace, against the engine, and against a gradient that comes from elsewhere."""
    walk = Walk(trace)
    tolerance = walk.tolerance
    for parameter in parameters(trace):
        slot = trace.slot(parameter.layer, parameter.name)
        place = slot.part.start + int(np.ravel_multi_index(parameter.index, slot.shape))
        for stage, flat in (("data", trace.data_gradient), ("whole", trace.gradient), ("used", trace.clipped)):
            node = explain(trace, Gradient(parameter, stage))
            assert node.value == flat[place]
            close(walk.down(node), float(flat[place]), tolerance)
        if gradient is not None:
            close(walk.down(explain(trace, Gradient(parameter, "whole"))), gradient[place], 4 * tolerance)
        assert walk.root(Update(parameter)).value == trace.change[place]
        assert walk.root(NewParameter(parameter)).value == trace.after[place]
        plain_update = walk.root(Update(parameter, plain=True))
        assert plain_update.value == pytest.approx(-trace.rate * float(trace.clipped[place]), rel=1e-6)
    for what in (Loss(), Loss("data"), Loss("penalty"), Loss(after=True), Rate(), ClipFactor(), GradientNorm(),
                 Change(), Change(predicted=True)):  # fmt: skip
        walk.root(what)
    assert explain(trace, Loss()).value == trace.loss + trace.penalty
    for layer in range(INPUT, len(trace.layers)):
        for unit in range(trace.layers[layer].out.shape[1] if layer != INPUT else trace.inputs.shape[1]):
            walk.root(Output(layer, None, unit))
            if layer != INPUT and trace.layers[layer].delta is not None:
                walk.root(Delta(layer, None, unit))
    for station in trace.stations:
        for row in (None, 0):
            found = numbers_at(trace, station, row)
            assert found
            for what in found:
                walk.root(what)
    return walk


def trace_of(text, loss="mse", reduction="mean", *, rows=5, weighted=False, steps=2, **more):
    setup = Setup(text, loss, reduction, batch_size=rows, weighted=weighted, **more)
    training = setup.start()[0]
    for _ in range(steps):
        training.step()
    return take_trace(training), training


def complex_gradient(trace, training):
    masks = {p: layer.mask for p, layer in enumerate(trace.layers) if layer.kind == "dropout"}
    return plain.gradient(
        training.network, trace.before, trace.inputs, trace.targets, trace.weights, masks, trace.l1, trace.l2
    )


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation(name):
    trace, training = trace_of(f"dense:2 {name} dense:2 {name}", rows=4)
    check_everything(trace, complex_gradient(trace, training))


@pytest.mark.parametrize(("loss", "output", "reduction"), legal_cases())
def test_every_loss_with_every_output(loss, output, reduction):
    for weighted in (False, True)[: 2 if output in ("identity", "sigmoid", "softmax", "tanh") else 1]:
        trace, training = trace_of(
            f"dense:2 tanh dense:2{'' if output == 'identity' else ' ' + output}", loss, reduction,
            weighted=weighted, rows=3,
        )  # fmt: skip
        check_everything(trace, complex_gradient(trace, training))


@pytest.mark.parametrize("text", [DEEP, MIXED, "batchnorm dense:2", "dropout:0.4 dense:2 batchnorm", "tanh dense:2"])
def test_every_kind_of_layer(text):
    loss = "cce" if text.endswith("softmax") else "mse"
    for weighted in (False, True):
        trace, training = trace_of(text, loss, weighted=weighted, l1=0.02, l2=0.1, clip="norm", clip_at=0.1)
        walk = check_everything(trace, complex_gradient(trace, training))
        assert any("Batch norm" in explain(trace, reference).note for reference in walked(walk)) == trace.coupled


def walked(walk):
    return [reference for reference, *_ in walk.seen if isinstance(reference, Reference)]


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_every_optimizer(name, dtype):
    assert told(name)
    for steps in (0, 7):
        trace, _ = trace_of(
            "dense:3 tanh dense:2", optimizer=name, dtype=dtype, steps=steps, l2=0.1, schedule="exponential"
        )
        walk = check_everything(trace)
        for parameter in parameters(trace):
            for moment in trace.moments_after:
                for after in (False, True):
                    walk.root(Moment(parameter, moment, after))
            # the update from the leaves alone
            what = explain(trace, Update(parameter))
            assert abs(walk.down(what)[0] - what.value) <= walk.tolerance * what.scale
        if dtype == "float32":
            assert "32 bits" in explain(trace, Update(parameters(trace)[0])).note


@pytest.mark.parametrize("clip", ["norm", "value"])
@pytest.mark.parametrize("at", [0.02, 1e3])
def test_clipping_and_frozen_parts(clip, at):
    trace, training = trace_of(
        "dense:3:freeze_weights tanh dense:2:freeze_biases", clip=clip, clip_at=at, l1=0.1, optimizer="adamw"
    )
    check_everything(trace, complex_gradient(trace, training))
    frozen = Parameter(0, "W", (1, 2))
    assert "Frozen" in explain(trace, frozen).note
    assert "Frozen" in explain(trace, Update(frozen)).note
    assert explain(trace, Update(frozen)).value == 0.0
    assert "Frozen" in explain(trace, Gradient(frozen)).note
    trained = explain(trace, Gradient(Parameter(2, "W", (0, 1))))
    assert ("Not clipped" in trained.note) == (at > 1.0)


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_rate_of_a_schedule(name):
    trace, _ = trace_of("dense:2", schedule=name, steps=9)
    assert Walk(trace).root(Rate()).value == trace.rate


@pytest.mark.parametrize("seed", range(25))
def test_networks_drawn_by_lot(seed):
    generator = np.random.default_rng(seed)
    loss, output, reduction = legal_cases()[generator.integers(len(legal_cases()))]
    words = []
    for _ in range(generator.integers(0, 4)):
        words.append(f"dense:{generator.integers(1, 5)}" + (":nobias" if generator.random() < 0.2 else ""))
        words += [word for word in ("batchnorm:0.1:0.1", "dropout:0.3") if generator.random() < 0.3]
        words.append(str(generator.choice(list(ACTIVATIONS))))
    words += ["dense:3"] + ([output] if output != "identity" else [])
    dtype = str(generator.choice(["float64", "float32"], p=[0.8, 0.2]))
    trace, training = trace_of(
        " ".join(words), loss, reduction, rows=int(generator.integers(2, 8)), weighted=bool(generator.random() < 0.5),
        optimizer=str(generator.choice(list(OPTIMIZERS))), clip=str(generator.choice(["none", "norm", "value"])),
        clip_at=float(generator.uniform(0.01, 1.0)), l1=float(generator.choice([0.0, 0.1])),
        l2=float(generator.choice([0.0, 0.1])), dtype=dtype, steps=int(generator.integers(0, 5)), rate=0.01,
    )  # fmt: skip
    check_everything(trace, complex_gradient(trace, training) if dtype == "float64" else None)


def test_tables_are_told_whole():
    assert set(TERMS) == set(LOSSES)


def worked_example(text, numbers, x, y, rate):
    network = build(text, "mse", "half_sum", features=2)
    network.parameters[:] = numbers
    optimizer = OPTIMIZERS["sgd"].make(network.parameters, network.gradients, {}, network.trained)
    return checks.Training(
        network, optimizer, np.array(x), np.array(y), np.arange(len(x)),
        batch_size=0, shuffle=False, seed=0, learning_rate=rate,
    )  # fmt: skip


def test_mazur_s_numbers_are_in_the_tree():
    weights = [0.15, 0.25, 0.20, 0.30, 0.35, 0.35, 0.40, 0.50, 0.45, 0.55, 0.60, 0.60]
    training = worked_example("dense:2 sigmoid dense:2 sigmoid", weights, [[0.05, 0.10]], [[0.01, 0.99]], 0.5)
    trace = take_trace(training)

    def value(what):
        return explain(trace, what).value

    assert value(Output(0, 0, 0)) == pytest.approx(0.3775, abs=1e-15)
    assert value(Output(1, 0, 0)) == pytest.approx(0.593269992, abs=5e-10)
    assert value(Output(3, 0, 0)) == pytest.approx(0.75136507, abs=5e-9)
    assert value(Loss()) == pytest.approx(0.298371109, abs=5e-10)
    # ∂E/∂w5 = 0.74136507 · 0.186815602 · 0.593269992
    w5 = explain(trace, Gradient(Parameter(2, "W", (0, 0))))
    assert w5.value == pytest.approx(0.082167041, abs=5e-10)
    (row,) = w5.terms()
    activation, delta = row.terms()
    assert activation.value == pytest.approx(0.593269992, abs=5e-10)
    assert delta.value == pytest.approx(0.138498562, abs=5e-10)
    slope_of_loss, slope = delta.terms()
    assert slope_of_loss.value == pytest.approx(0.74136507, abs=5e-9)
    assert slope.value == pytest.approx(0.186815602, abs=5e-10)
    w1 = explain(trace, Gradient(Parameter(0, "W", (0, 0))))
    assert w1.value == pytest.approx(0.000438568, abs=5e-10)
    back = w1.terms()[0].terms()[1].terms()[0]
    assert [term.value for term in back.terms()] == pytest.approx([0.055399425, -0.019049119], abs=1e-9)
    assert value(NewParameter(Parameter(2, "W", (0, 0)))) == pytest.approx(0.35891648, abs=5e-9)
    assert value(NewParameter(Parameter(0, "W", (0, 0)))) == pytest.approx(0.149780716, abs=5e-10)


def test_the_textbook_s_xor_is_in_the_tree():
    weights = [
        0.417022004702574, 0.7203244934421581, 0.00011437481734488664, 0.30233257263183977,
        0.14675589081711304, 0.0923385947687978,
    ]  # fmt: skip
    x, y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [[0.0], [1.0], [1.0], [0.0]]
    training = worked_example("dense:2:nobias sigmoid dense:1:nobias sigmoid", weights, x, y, 0.1)
    for _ in range(9_999):
        training.step()
    trace = take_trace(training)
    printed = [explain(trace, Output(3, row, 0)).value for row in range(4)]
    np.testing.assert_allclose(printed, [0.25840124, 0.69139438, 0.69130801, 0.39872979], rtol=0, atol=5e-9)
    check_everything(trace, complex_gradient(trace, training))


def test_a_wide_sum_is_made_on_demand_and_shortened():
    trace, _ = trace_of("dense:64 tanh dense:64 tanh dense:2", rows=23, steps=0)
    node = explain(trace, Gradient(Parameter(0, "W", (1, 5))))
    short = node.shortened(3)
    assert len(short.nodes) == 3
    assert short.left == node.count - 3 == 20
    assert [node.term(place).value for place in short.places] == [term.value for term in short.nodes]
    assert math.fsum(term.value for term in short.nodes) + short.rest == pytest.approx(node.worked, rel=1e-12)
    least = min(abs(term.value) for term in short.nodes)
    assert least >= max(abs(node.term(k).value) for k in range(node.count) if k not in short.places)
    assert short.text.startswith("+ 20 more terms = ")
    assert node.shortened(4, largest=False).places == (0, 1, 2, 3)
    assert node.shortened(22).left == 0, "one left over would only stand in for itself"
    assert len(node.as_text(3, most=3).splitlines()) < 200


def test_what_a_tree_says():
    trace, _ = trace_of("dense:2 tanh dense:2 softmax", "cce", l2=0.1, optimizer="adam", rows=2)
    words = Words({"l0": "Dense 1", "l2": "Dense 2"}, ("age", "sex", "fare"), ("no", "yes"), (7, 9))
    parameter = Parameter(0, "W", (0, 1))
    text = explain(trace, Gradient(parameter), words).as_text(3)
    assert text.startswith("gradient by the weight from input age to neuron 2 of Dense 1: ∂L/∂w(1→2) = ")
    assert "share of row 7" in text
    assert "pull of L2" in text
    assert "input age, row 9" in text
    assert "what plain SGD would have done" in explain(trace, Update(parameter, plain=True), words).as_text()
    assert "(1 − β₁) g" in explain(trace, Update(parameter), words).as_text(3)
    assert explain(trace, RowLoss(1), words).label == "loss of row 9 alone"
    together = explain(trace, Delta(2, 0, 1), words)
    assert "a − y" in together.as_text(1)
    assert "together" in together.as_text(1)
    assert explain(trace, Share(parameter, 1)).value == trace.layers[0].x[1, 0] * trace.layers[0].delta[1, 1]


def test_a_lone_product_is_written_with_its_factors():
    """One row, one output: what stands after the = is the formula's numbers, not the result once more."""
    trace, _ = trace_of("dense:3 tanh dense:1", rows=1)
    w, a = trace.array(trace.before, 2, "W")[1, 0], trace.layers[1].out[0, 1]
    d = float(trace.layers[2].delta[0, 0])
    for asked, factors in ((Delta(1, 0, 1), (w, d)), (Gradient(Parameter(2, "W", (1, 0)), "data"), (a, d))):
        assert explain(trace, asked).numbers == " · ".join(factor(float(value)) for value in factors)


def test_a_wide_sum_is_not_written_with_terms_of_nothing():
    values = np.array([0.0, 0.0, 2.0, 0.0, 0.5, 0.0, 3.0, 4.0])
    for numbers, written in (
        (values, "2 + 0.5 + 3 + (5 more = 4)"), (values[::-1], "4 + 3 + 0.5 + (5 more = 2)"),
        (values[:6], "0 + 2 + 0.5 + (3 more = 0)"),
    ):  # fmt: skip
        assert total("all", "Σ", "Σ", None, wide(numbers, lambda k: None)).numbers == written


def test_numbers_of_one_page_have_names_of_their_own():
    trace, _ = trace_of(DEEP, "cce", l1=0.1, l2=0.1, clip="norm", clip_at=0.01)
    names = ("gamma", "beta")
    clipped = [explain(trace, Gradient(Parameter(1, name, (2,)), "used")) for name in names]
    assert [node.symbol for node in clipped] == ["g of γ(3)", "g of β(3)"]
    assert [node.formula.rpartition(" · ")[2] for node in clipped] == ["∂L/∂γ(3)", "∂L/∂β(3)"]
    assert [node.symbol for node in explain(trace, RowLoss(0)).terms()] == ["term(1)", "term(2)", "term(3)"]
    assert explain(trace, Delta(0, 0, 1)).label.startswith("delta of neuron 2")
    assert explain(trace, Delta(2, 0, 1)).label.startswith("gradient by the output of neuron 2")


def test_no_text_needs_a_combining_mark():
    trace, _ = trace_of(DEEP, "cce", l1=0.1, l2=0.1, clip="norm", clip_at=0.01, optimizer="adamw")
    texts = [explain(trace, Update(parameter)).as_text(6, 3) for parameter in parameters(trace)[:3]]
    texts += [explain(trace, Loss()).as_text(8, 2), explain(trace, Gradient(Parameter(0, "W", (0, 0)))).as_text(9, 2)]
    found = {sign for text in texts for sign in text if unicodedata.combining(sign)}
    assert not found


def test_questions_that_have_no_answer():
    trace, _ = trace_of("dense:2 tanh dense:2")
    with pytest.raises(KeyError):
        explain(trace, Parameter(1, "W", (0, 0)))
    with pytest.raises(IndexError):
        explain(trace, Output(0, 0, 5))
    with pytest.raises(ValueError, match="ends at the first layer"):
        explain(trace, Delta(INPUT, 0, 0))
    with pytest.raises(IndexError):
        explain(trace, Loss()).term(99)


def test_what_is_not_finite_is_shown_and_breaks_nothing():
    setup = Setup("dense:3 relu dense:2 sigmoid", "bce", batch_size=4)
    training = setup.start()[0]
    training.network.parameters[0] = np.inf
    trace = take_trace(training)
    for what in (Gradient(Parameter(0, "W", (0, 0))), Update(Parameter(2, "W", (0, 0))), Loss(), Output(1, 0, 0)):
        assert explain(trace, what).as_text(4)


def test_the_batch_of_a_weighted_run():
    trace, _ = trace_of("dense:2", weighted=True, rows=4)
    rows = explain(trace, Loss("data"))
    assert rows.count == 4
    counted = [term.terms()[0].value for term in rows.terms()]
    assert trace.weights.std() > 0.1
    assert sum(counted) == pytest.approx(1.0)
    np.testing.assert_allclose(counted, trace.weights / trace.weights.sum(), rtol=1e-14)
