"""Projects saved by the first engine (no dropout, no schedules, Adam's moments in the paper's form) still open.

`tests/golden/projects/first_engine_*.bpgui` were made by that engine: `bpgui train sample:xor --epochs 40 --seed 3` and
`bpgui train sample:digits8x8 --epochs 4 --seed 3`. The numbers below are what it said itself, of the file as it was and
after 25 steps more.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from bpgui.cli.predict import load_trained
from bpgui.project import build
from bpgui.project.spec import TrainingSpec
from bpgui.project.storage import Project, load_project, save_project
from bpgui.runs.driver import Driver
from bpgui.runs.receipt import weights_sha256
from bpgui.runs.run import Run

FOLDER = Path(__file__).parent.parent / "golden" / "projects"


@dataclass(frozen=True)
class Said:
    """What the engine that saved a project said of it."""

    sha: str
    train: float
    validation: float
    first: list[float]
    loss_later: float
    train_later: float
    weights_later: float


SAID = {
    "xor": Said(
        "8f7763c3f5ba67eeb0b617c276eb797760fb6a5965427e371cdb492d1199930b", 0.14758580367891594, float("nan"),
        [0.10800761025149287], 0.014914561494049348, 0.013792791572102416, 51.70479846722285,
    ),
    "digits": Said(
        "257b8fa7f519da3a881b062d6086aadd84e700dcd3f4db7bddb7d3c92d0afd3c", 0.40021759972821624, 0.44270559232802986,
        [0.9061702876500991, 2.0555307862268118e-05, 0.0009186513156968475, 0.0012790428435316705,
         0.009252415808456814, 0.016438797556444524, 0.0021831053779409067, 8.535909161547242e-05,
         0.0022173592061319994, 0.06143442584222028],
        0.3220698138604789, 0.3291932230095148, 220.02830135232796,
    ),
}  # fmt: skip


def reopened(name: str) -> tuple[Run, Driver]:
    run, table = load_trained(FOLDER / f"first_engine_{name}.bpgui")
    return run, run.driver(build.dataset(run.spec, table))


@pytest.mark.parametrize(("name", "said"), SAID.items())
def test_a_first_project_opens_and_says_the_same(name: str, said: Said) -> None:
    run, driver = reopened(name)
    assert run.trained
    assert run.spec.training.schedule == TrainingSpec().schedule == "constant"
    assert weights_sha256(driver.parameters) == said.sha
    np.testing.assert_allclose(driver.final_losses(), (said.train, said.validation), rtol=1e-12)
    np.testing.assert_allclose(driver.training.network.predict(driver.data.x[:1])[0], said.first, rtol=1e-12)


@pytest.mark.parametrize(("name", "said"), SAID.items())
def test_a_first_project_trains_on_as_its_own_engine_did(name: str, said: Said) -> None:
    _, driver = reopened(name)
    driver.extend()
    for _ in range(25):
        driver.step()
    assert driver.loss == pytest.approx(said.loss_later, rel=1e-9)
    assert driver.final_losses()[0] == pytest.approx(said.train_later, rel=1e-9)
    assert float(np.abs(driver.parameters).sum()) == pytest.approx(said.weights_later, rel=1e-9)


@pytest.mark.parametrize("name", SAID)
def test_a_first_project_saved_again_goes_on_with_the_same_bits(name: str, tmp_path: Path) -> None:
    project = load_project(FOLDER / f"first_engine_{name}.bpgui")
    run, driver = reopened(name)
    run.take_down(driver)
    path = tmp_path / "again.bpgui"
    save_project(path, Project(run.spec, project.tables, (run.to_stored(),), run.id))
    again, table = load_trained(path)
    other = again.driver(build.dataset(again.spec, table))
    for one in (driver, other):
        one.extend()
        for _ in range(25):
            one.step()
    assert weights_sha256(driver.parameters) == weights_sha256(other.parameters)
