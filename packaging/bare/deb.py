"""The .deb: installed with apt, used, removed again."""

from __future__ import annotations

import re
from contextlib import suppress

from making import names

from bare import packaged
from bare.bench import Bench
from bare.machine import Machine
from bare.report import Failed

ENTRY = f"/usr/share/applications/{packaged.LAUNCHER}"


def prove(bench: Bench) -> None:
    """On Debian's minimal system, which has nothing of a desktop, and on one that knows types of files."""
    bench.scene(".deb on a bare machine", lambda: _prove(bench, "bare"))
    bench.scene(".deb on a desktop's machine", lambda: _prove(bench, "desktop"))


def _prove(bench: Bench, layer: str) -> None:
    with bench.machine(layer, f"deb-{layer}") as machine:
        machine.apt("update", "-q")
        before, known = bench.snapshot(machine), packaged.accounts(machine)
        download = packaged.bring_download(bench, machine, names.deb_path().name)
        install(bench, machine, download)
        person, launcher = packaged.seat(bench, machine), packaged.Launcher(machine, ENTRY)
        if layer == "bare":
            packaged.first_training(person, launcher, "deb")
        else:
            packaged.desktop_tour(person, launcher, "deb")
        remove(bench, machine, "remove" if layer == "bare" else "purge")
        packaged.check_nothing_left(bench, machine, before, known)


def install(bench: Bench, machine: Machine, download: str) -> None:
    """As a person does it: the file's path given to apt, with what Debian recommends."""
    with bench.report.step(f"apt install {download}"):
        said = machine.apt("install", "-y", "-q", download)
    packages = re.findall(r"^Setting up (\S+?)(?::\w+)? \(", said, re.MULTILINE)
    kilobytes = machine.run(["dpkg-query", "-W", "-f", "${Installed-Size}", names.NAME]).output
    bench.report.note(
        f"{names.NAME} takes {int(kilobytes) * 1024 / 1e6:.0f} MB; {len(packages) - 1} packages came with it"
    )


def remove(bench: Bench, machine: Machine, way: str) -> None:
    """`way` is remove or purge: the package has no settings on the system, so that both leave nothing."""
    with bench.report.step(f"apt {way}"):
        machine.apt(way, "-y", "-q", names.NAME)
    with suppress(Failed), bench.report.step("after it no file on the system bears the program's name"):
        search = ["find", "/", "-xdev", "-path", "/home", "-prune", "-o", "-iname", f"*{names.NAME}*", "-print"]
        found = machine.run(search).output.strip()
        if found:
            raise Failed(found)
    with bench.report.step("apt autoremove of what came with it"):
        machine.apt("autoremove", "--purge", "-y", "-q")
