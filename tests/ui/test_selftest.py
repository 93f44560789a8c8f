"""The program measures itself, as a person starts it: in a process of its own."""

import json
import subprocess
import sys

import pytest

from bpgui import selftest

KEYS = {
    "start_ms", "frames_per_s", "idle_frames_per_s", "frame_ms_idle", "lateness_ms_p50", "lateness_ms_p99",
    "lateness_ms_max", "idle_lateness_ms_p99", "steps_per_s", "headless_steps_per_s", "loss_first", "loss_last",
    "steps_share", "steps_share_undisturbed", "time_share", "frame_ms", "bars",
}  # fmt: skip


def self_test(*words):
    command = [sys.executable, "-m", "bpgui", "--self-test", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.slow
def test_it_trains_every_panel_shown_and_finds_its_own_numbers_painted(tmp_path):
    picture = tmp_path / "window.png"
    done = self_test("--seconds", "1", "--screenshot", str(picture))
    assert done.returncode == 0, done.stdout + done.stderr
    line = json.loads(done.stdout)
    assert set(line) >= KEYS
    assert line["painted_equal"] is True
    assert line["errors"] == []
    assert line["loss_last"] <= 0.1 * line["loss_first"]
    assert line["frames_per_s"] > 5
    assert line["steps_per_s"] > 0
    assert set(line["bars"]) == {"lateness_ms_p99", "frames_per_s", "steps_share"}
    assert all(told["is"] == line[name] for name, told in line["bars"].items())
    assert set(line["frame_ms"]) == {"steps", "probes", "grant", "gate", "window"}
    assert 0 < line["time_share"] <= 1.05
    assert 0 < line["steps_share_undisturbed"] < 1.5
    assert picture.read_bytes()[:4] == b"\x89PNG"


@pytest.mark.slow
def test_a_network_that_learns_nothing_fails_it(tmp_path):
    from msgspec.structs import replace

    from bpgui.project.samples import open_sample
    from bpgui.project.storage import Project, save_project

    spec, table = open_sample("xor")
    slow = replace(spec, training=replace(spec.training, learning_rate=1e-12, optimizer="sgd"))
    path = tmp_path / "slow.bpgui"
    save_project(path, Project(slow, {table.sha: table}, (), None))
    done = self_test("--seconds", "0.5", "--train", str(path))
    assert done.returncode == 1
    assert json.loads(done.stdout)["ok"] is False


def test_each_bar_is_told_with_what_was_measured():
    told = selftest.bars({"lateness_ms_p99": 16.0, "frames_per_s": 28.4, "steps_share": 0.9})
    assert {name: bar["met"] for name, bar in told.items()} == {
        "lateness_ms_p99": True, "frames_per_s": False, "steps_share": True,
    }  # fmt: skip
    assert told["frames_per_s"] == {"is": 28.4, "bar": 28.5, "met": False}


def test_a_source_that_is_not_there_is_said():
    done = self_test("--train", "sample:nothing")
    assert done.returncode == 2
    assert "no sample 'nothing'" in done.stderr
    done = self_test("--train", "nothing.csv")
    assert done.returncode == 1
    assert "nothing.csv" in done.stderr
