"""The .run: installed by an ordinary user where Qt's system libraries are missing, used, uninstalled again."""

from __future__ import annotations

from making import names

from bare import packaged
from bare.bench import Bench
from bare.machine import last_lines
from bare.report import Failed

ENTRY = f"{packaged.HOME}/.local/share/applications/{packaged.LAUNCHER}"


def prove(bench: Bench) -> None:
    """On Debian's minimal system, which lacks all that Qt needs, and on one that knows types of files."""
    bench.scene(".run on a bare machine, without root", lambda: _prove(bench, "bare"))
    bench.scene(".run on a desktop's machine, without root", lambda: _prove(bench, "desktop"))


def _prove(bench: Bench, layer: str) -> None:
    with bench.machine(layer, f"run-{layer}") as machine:
        before, known = bench.snapshot(machine), packaged.accounts(machine)
        download = packaged.bring_download(bench, machine, names.run_path().name)
        person = packaged.seat(bench, machine)
        with bench.report.step(f"sh {download}"):
            said = person.run(["sh", download], timeout=300).output
        bench.report.note(last_lines(said).strip())
        launcher = packaged.Launcher(machine, ENTRY)
        if layer == "bare":
            packaged.first_training(person, launcher, "run")
        else:
            packaged.desktop_tour(person, launcher, "run")
        with bench.report.step(f"sh {download} --uninstall"):
            person.run(["sh", download, "--uninstall"])
            if machine.path(ENTRY).exists():
                raise Failed(f"{ENTRY} is still there")
        packaged.check_nothing_left(bench, machine, before, known)
