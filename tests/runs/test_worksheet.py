"""Worksheets: keys against plain numpy to the digits printed, and numbers that suit paper."""

import re
from html.parser import HTMLParser
from itertools import product

import numpy as np
import pytest

from bpgui.project import build
from bpgui.project.checks import check
from bpgui.runs.driver import Driver
from bpgui.runs.worksheet.page import as_html
from bpgui.runs.worksheet.picture import picture
from bpgui.runs.worksheet.problem import FIELDS, LOSSES, Problem, draw, project
from bpgui.runs.worksheet.sheet import make_worksheet

ACTIVATIONS = {
    "relu": (lambda z: np.maximum(z, 0.0), lambda z: (z > 0).astype(float)),
    "identity": (lambda z: z, np.ones_like),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2),
}
SIZES = ((2, 2, 1), (1, 1, 1), (3, 4, 2), (4, 3, 1), (2, 3, 2))
PROBLEMS = [
    Problem(seed, inputs, hidden, outputs, activation, loss, digits)
    for seed, ((inputs, hidden, outputs), activation, loss, digits) in enumerate(
        product(SIZES, FIELDS["activation"].choices, LOSSES, (3, 6))
    )
    if loss != "bce" or outputs == 1
]


def by_hand(problem):
    """(what, symbol) -> number, in plain numpy."""
    n = draw(problem)
    (W, V), (b, c) = n.weights, n.biases
    f, df = ACTIVATIONS[problem.activation]
    g, dg = ACTIVATIONS[problem.output]
    eta = 0.01 if problem.output == "identity" else 0.5

    def forward(W, b, V, c):
        z1 = n.x @ W + b
        z2 = f(z1) @ V + c
        return z1, f(z1), z2, g(z2)

    def loss(a):
        if problem.loss == "bce":
            return float(-(n.y * np.log(a) + (1 - n.y) * np.log(1 - a)).sum())
        return float({"half": 0.5, "mse": 1 / len(a)}[problem.loss] * ((a - n.y) ** 2).sum())

    z1, a1, z2, a2 = forward(W, b, V, c)
    da2 = {"half": 1.0, "mse": 2 / len(a2)}.get(problem.loss, 0.0) * (a2 - n.y)
    d2 = a2 - n.y if problem.loss == "bce" else da2 * dg(z2)
    da1 = V @ d2
    d1 = da1 * df(z1)
    dW, dV = np.outer(n.x, d1), np.outer(a1, d2)
    W2, b2, V2, c2 = W - eta * dW, b - eta * d1, V - eta * dV, c - eta * d2
    found = {("before the step", "L"): loss(a2), ("the step", "L after"): loss(forward(W2, b2, V2, c2)[3])}
    for j in range(problem.hidden):
        found |= {(f"h{j + 1}", s): v[j] for s, v in {"z": z1, "a": a1, "∂L/∂a": da1, "a′(z)": df(z1), "δ": d1}.items()}
        found |= {(f"h{j + 1}", "∂L/∂b"): d1[j], (f"h{j + 1}", "b after"): b2[j]}
        for i in range(problem.inputs):
            found |= {(f"x{i + 1} → h{j + 1}", "∂L/∂w"): dW[i, j], (f"x{i + 1} → h{j + 1}", "w after"): W2[i, j]}
    for k in range(problem.outputs):
        found |= {(f"o{k + 1}", s): v[k] for s, v in {"z": z2, "a": a2, "∂L/∂a": da2, "a′(z)": dg(z2), "δ": d2}.items()}
        found |= {(f"o{k + 1}", "∂L/∂b"): d2[k], (f"o{k + 1}", "b after"): c2[k]}
        found |= {(f"o{k + 1}", "term"): (a2 - n.y)[k] ** 2}
        for j in range(problem.hidden):
            found |= {(f"h{j + 1} → o{k + 1}", "∂L/∂w"): dV[j, k], (f"h{j + 1} → o{k + 1}", "w after"): V2[j, k]}
    return found


class Tables(HTMLParser):
    """The cells of every table row."""

    def __init__(self):
        super().__init__()
        self.rows, self.open, self.tags = [], False, []

    def handle_starttag(self, tag, attributes):
        if tag not in ("meta", "img", "br"):
            self.tags.append(tag)
        if tag == "tr":
            self.rows.append([])
        self.open = tag == "td" or (self.open and tag == "b")
        if tag == "td":
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.tags.pop() == tag, "tags close in order"
        if tag == "td":
            self.open = False

    def handle_data(self, data):
        if self.open:
            self.rows[-1][-1] += data


def printed(html):
    """(what, symbol) -> result as it stands in the key."""
    tables = Tables()
    tables.feed(html)
    assert not tables.tags
    found = {}
    for row in tables.rows:
        if row and row[-1].strip("\u00a0"):
            symbol, where = re.match(r"(L after|[wb] after|\S+) (.*)", row[0]).groups()
            found[where, symbol] = row[-1]
    return found


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: f"{p.seed}-{p.activation}-{p.loss}")
def test_the_key_is_plain_numpy_s_to_the_digits_printed(problem):
    key, expected = printed(as_html(make_worksheet(problem))), by_hand(problem)
    assert len(key) >= 3 * problem.hidden
    for what, text in key.items():
        value = float(text.replace("−", "-"))
        assert abs(value - expected[what]) <= 0.5000001 * 10.0**-problem.digits, (what, text, expected[what])
    for symbol in ("z", "δ", "∂L/∂w", "w after"):
        assert any(s == symbol for _, s in key)


def by_the_engine(problem):
    """The same of what a step changes or measures, from the run of the worksheet's project itself."""
    spec, table = project(problem)
    driver = Driver(spec, build.dataset(spec, table))
    network, data = driver.training.network, driver.data

    def loss():
        return network.evaluate(data.x, data.y, None, data.train[:1])

    found = {("before the step", "L"): loss()}
    driver.step()
    found["the step", "L after"] = loss()
    for layer, source, to in zip(network.dense, "xh", "ho", strict=True):
        for k in range(layer.b.size):
            found |= {(f"{to}{k + 1}", "∂L/∂b"): layer.db[k], (f"{to}{k + 1}", "b after"): layer.b[k]}
            for j in range(layer.W.shape[0]):
                edge = f"{source}{j + 1} → {to}{k + 1}"
                found |= {(edge, "∂L/∂w"): layer.dW[j, k], (edge, "w after"): layer.W[j, k]}
    return found


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: f"{p.seed}-{p.activation}-{p.loss}")
def test_the_key_is_what_the_engine_does_with_the_project(problem):
    key, expected = printed(as_html(make_worksheet(problem))), by_the_engine(problem)
    assert expected.keys() <= key.keys()
    for what, value in expected.items():
        assert abs(float(key[what].replace("−", "-")) - value) <= 0.5000001 * 10.0**-problem.digits, what


@pytest.mark.parametrize("problem", PROBLEMS[::3], ids=str)
def test_the_numbers_suit_paper(problem):
    n = draw(problem)
    z = n.x @ n.weights[0] + n.biases[0]
    assert (np.abs(z) > 1e-9).all()
    step = 1.0 if problem.whole else 0.1
    for array in (n.x, *n.weights, *n.biases):
        np.testing.assert_allclose(array / step, np.round(array / step), atol=1e-9)
    before, after = (by_hand(problem)[key] for key in (("before the step", "L"), ("the step", "L after")))
    assert after < before


def test_the_same_settings_give_the_same_sheet_and_another_number_another():
    one, other = (as_html(make_worksheet(Problem(seed=seed))) for seed in (5, 6))
    assert one == as_html(make_worksheet(Problem(seed=5)))
    assert printed(one) != printed(other)


def test_without_a_key_nothing_is_given_away():
    html = as_html(make_worksheet(Problem()), key=False)
    assert printed(html) == {}
    assert "Key" not in html


def test_its_network_is_a_project_that_can_be_stepped_through():
    for problem in (Problem(), Problem(activation="relu", outputs=2, loss="mse"), Problem(loss="bce")):
        spec, table = project(problem)
        assert not [finding for finding in check(spec, table) if finding.severity == "error"]
        assert len(build.dataset(spec, table).train) >= 1


def test_the_picture_names_every_weight():
    problem = Problem(seed=3, hidden=3)
    svg = picture(problem)
    for value in np.concatenate([w.ravel() for w in draw(problem).weights]):
        assert f">{value:g}<".replace("-", "−") in svg


@pytest.mark.parametrize(
    ("wrong", "named"),
    [({"hidden": 9}, "1 to 4"), ({"activation": "gelu"}, "relu"), ({"loss": "bce", "outputs": 2}, "Outputs")],
)
def test_what_cannot_be_asked_for_is_refused_in_words(wrong, named):
    with pytest.raises(ValueError, match=named):
        Problem(**wrong)
