"""The check that tries the learning rate out: what it says, what it costs, and that it leaves the samples alone."""

from __future__ import annotations

import numpy as np
import pytest
from check_cases import number

from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.rate_finder import RateOptions, find_rate, finished
from bpgui.engine.training import Training
from bpgui.project import build, edits
from bpgui.project.checks import CHECKS, Finding, check, look, rates
from bpgui.project.samples import SAMPLES, open_sample


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A number for every test that is made; none is known at first."""
    found: list[int] = []
    twin = Training.twin

    def counted(self: Training, *given: object) -> Training:
        found.append(len(found))
        return twin(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Training, "twin", counted)
    rates._found.clear()
    return found


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("seed", range(3))
def test_no_sample_is_objected_to(name: str, seed: int) -> None:
    rows = {"rows": 10_000} if name == "fraud" else {}
    assert list(CHECKS["learning_rate_off"](*open_sample(name, seed=seed, **rows))) == []


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_what_it_says_and_what_it_offers_are_the_finder_s(optimizer: str) -> None:
    spec, table = open_sample("iris")
    spec = edits.set_training(spec, optimizer=optimizer, learning_rate=1e-7)
    (finding,) = (f for f in check(spec, table) if f.key == "learning_rate_off")
    expected = finished(find_rate(build.training(spec, build.dataset(spec, table))))
    (fix,) = finding.fixes
    assert fix.label == f"Use {expected.suggestion:g}"
    assert fix.change(spec).training.learning_rate == expected.suggestion
    assert "1e-07 is some" in finding.text
    assert "times smaller than" in finding.text
    assert f"from {expected.low:.2g} to {expected.high:.2g}" in finding.why


def test_another_rate_asks_no_second_test_and_another_network_does(tried: list[int]) -> None:
    spec, table = number()
    check(spec, table)
    assert len(tried) == 1
    for changes in ({"learning_rate": 0.5}, {"learning_rate": 1e-9}, {"epochs": 3}, {"patience": 7}):
        check(edits.set_training(spec, **changes), table)
    assert len(tried) == 1
    for changes in ({"l2": 0.3}, {"optimizer": "sgd"}, {"batch_size": 3}):
        check(edits.set_training(spec, **changes), table)
    check(edits.set_seed(spec, 5), table)
    assert len(tried) == 5
    check(spec, table)
    assert len(tried) == 5


def test_what_has_to_be_tried_out_is_left_until_there_is_time(tried: list[int]) -> None:
    """And finds then what it would have found at once; what is known is said at once."""
    spec, table = open_sample("iris")
    off = edits.set_training(spec, learning_rate=1e-7)
    quick, trial = look(off, table)
    assert (quick, tried) == ((), [])
    assert trial is not None
    turns = 0
    try:
        while True:
            next(trial)
            turns += 1
    except StopIteration as end:
        found = end.value
    assert tried == [0]
    assert turns > 50
    assert [f.key for f in found] == ["learning_rate_off"]
    again, left = look(off, table)
    assert (spoken(again), left) == (spoken(found), None)
    rates._found.clear()
    assert spoken(check(off, table)) == spoken(found)
    assert look(edits.set_training(spec, epochs=7), table) == ((), None)
    wrong = edits.set_layer(spec, spec.network.output.id, units=7)
    assert look(wrong, table)[1] is None


def spoken(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(finding.text, finding.why) for finding in findings]


def test_a_project_that_cannot_be_trained_is_not_tried(tried: list[int]) -> None:
    spec, table = number()
    broken = edits.set_layer(spec, spec.network.output.id, units=3)
    assert any(f.severity == "error" for f in check(broken, table))
    far = edits.set_training(spec, learning_rate=1e9)
    assert [f.key for f in check(far, table) if f.where == "training:learning_rate"] == ["learning_rate"]
    assert tried == []


def test_what_would_take_too_long_is_not_tried(tried: list[int]) -> None:
    spec, table = number()
    data = build.dataset(spec, table)
    wide = edits.set_layer(spec, "d1", units=100_000)
    assert rates.work(wide, data) > rates.MOST_WORK > rates.work(spec, data)
    assert list(CHECKS["learning_rate_off"](edits.set_training(wide, learning_rate=1e-9), table)) == []
    assert tried == []


def test_the_work_is_about_that_of_the_matrix_products() -> None:
    """Forward, backward by inputs and by weights, and forward once more beside it: four products a layer and step."""
    spec, table = open_sample("digits8x8")
    data = build.dataset(spec, table)
    products = RateOptions().steps * 4 * 32 * (64 * 16 + 16 * 10)
    calls = RateOptions().steps * 2 * rates.CALL
    assert products < rates.work(spec, data) - calls < 2 * products
    whole = edits.set_training(spec, batch_size=0)
    assert rates.work(whole, data) - calls > 0.9 * products * len(data.train) / 32


def test_it_leaves_numpy_s_warnings_as_they_were() -> None:
    before = np.geterr()
    spec, table = number()
    check(edits.set_training(spec, learning_rate=1e-9, optimizer="sgd"), table)
    assert np.geterr() == before
