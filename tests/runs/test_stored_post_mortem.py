"""What is known of a divergence goes with the project's file, to the bit; files without it open as before."""

from __future__ import annotations

import io
import json
import math
import zipfile
from dataclasses import replace

import pytest
from health_cases import dense, project, trained

from bpgui.engine.rehearsal import take_trace
from bpgui.project.storage import Project, StoredRun, from_bytes, to_bytes
from bpgui.runs.health.probes import Verdict
from bpgui.runs.post_mortem import Culprit, Growth, PostMortem
from bpgui.runs.run import Run

# Names that look like numbers, and numbers that JSON does not know.
ODD = PostMortem(
    "inf", 12, 3, 0.1 + 0.2, "h1", (Growth("h1", "nan", math.inf), Growth("h1", "Output", 1e308)),
    Culprit(3, 4, math.nan, "inf", -math.inf, True), math.inf, True,
)  # fmt: skip


@pytest.fixture(scope="module")
def ended():
    """(run, driver, table) of a divergence."""
    spec, table = project("plane", dense(1, 6, "identity"), optimizer="sgd", learning_rate=3.0, epochs=200)
    driver = trained((spec, table))
    run = Run(spec, 1)
    run.history = driver.history
    run.take_down(driver)
    return run, driver, table


def in_file(run, table):
    return to_bytes(Project(run.spec, {table.sha: table}, (run.to_stored(),), run.id))


def reopened(data):
    project = from_bytes(data, "a.bpgui")
    assert project.notes == ()
    return Run.from_stored(project.runs[0])


def head(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return json.loads(archive.read("project.json"))["format"]


def test_it_is_there_after_reopening_with_all_that_was_said(ended):
    run, driver, table = ended
    data = in_file(run, table)
    again = reopened(data)
    assert repr(again.post_mortem) == repr(run.post_mortem)
    there = again.driver(driver.data)
    assert repr(Verdict()(there)) == repr(Verdict()(driver))
    assert in_file(again, table) == data
    trace, before = take_trace(there.training), take_trace(driver.training)
    assert (trace.step, trace.taken) == (run.post_mortem.step, False)
    assert [layer.out.tobytes() for layer in trace.layers] == [layer.out.tobytes() for layer in before.layers]


def test_every_number_comes_back_to_the_bit(ended):
    run, _, table = ended
    odd = replace(run, post_mortem=ODD)
    assert repr(reopened(in_file(odd, table)).post_mortem) == repr(ODD)
    bare = replace(ODD, culprit=None, layer="", growths=())
    assert reopened(in_file(replace(run, post_mortem=bare), table)).post_mortem == bare


def test_only_a_file_that_holds_it_needs_a_program_that_knows_it(ended):
    run, _, table = ended
    assert head(in_file(run, table)) == 4
    gone_on = replace(run, stop_reason=None, stop_detail="")
    assert head(in_file(gone_on, table)) == 2
    assert reopened(in_file(gone_on, table)).post_mortem is None


def test_a_file_without_it_opens_and_says_its_sentence(ended):
    run, driver, table = ended
    data = in_file(replace(run, post_mortem=None), table)
    assert head(data) == 2
    there = reopened(data).driver(driver.data)
    assert there.post_mortem is None
    assert Verdict()(there).findings[0].text == driver.stop_detail


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"step": "soon"}, "post_mortem: Expected `int`"),
        ({"rate": None}, "post_mortem: Expected `float`"),
        ({"layer": "d99"}, "post_mortem: there is no layer 'd99'"),
        ({"growths": [{"layer": "x", "name": "", "factor": 1.0}]}, "post_mortem: there is no layer 'x'"),
    ],
)
def test_a_record_that_is_none_leaves_the_run_out_with_its_place(ended, changes, said):
    stored = ended[0].to_stored()
    meta = {**stored.meta, "post_mortem": {**stored.meta["post_mortem"], **changes}}
    with pytest.raises(ValueError, match="was left out") as error:
        Run.from_stored(StoredRun(stored.id, meta, stored.arrays))
    assert said in str(error.value)


@pytest.mark.parametrize("row", [-1, 10**6])
def test_a_row_that_the_data_does_not_have_is_refused(ended, row):
    run, driver, _ = ended
    wrong = replace(run, post_mortem=replace(run.post_mortem, culprit=replace(run.post_mortem.culprit, row=row)))
    with pytest.raises(ValueError, match="row that its divergence names"):
        wrong.driver(driver.data)
